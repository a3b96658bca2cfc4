#[onloop::callback]
fn level(percent: u8) -> u8 {
    percent.to_string()
}

#[onloop::coroutine]
async fn level_later(percent: u8) -> u8 {
    tokio::task::yield_now().await;
    percent.to_string()
}

fn main() {}
