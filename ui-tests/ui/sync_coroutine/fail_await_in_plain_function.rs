#[onloop::coroutine]
fn poll() -> u32 {
    tokio::task::yield_now().await;
    7
}

fn main() {}
