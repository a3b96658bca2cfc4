#[onloop::coroutine]
async fn level() -> u8 {
    tokio::task::yield_now().await;
    percent / 10
}

fn main() {}
