use std::io::Write as _;

#[onloop::coroutine]
async fn report() {
    let mut out = std::io::stdout().lock();
    tokio::task::yield_now().await;
    out.by_ref();
}

fn main() {}
