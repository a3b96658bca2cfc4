#[onloop::coroutine]
async fn level(percent: u8) -> u8 {
    tokio::task::yield_now().await;
    percent / 10;
}

#[onloop::blocking]
fn load() -> Vec<u8> {
    std::thread::park();
}

fn main() {}
