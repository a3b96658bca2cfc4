#![deny(warnings)]

#[onloop::coroutine]
async fn poll(address: &str) {
    let retries = 3;
    tokio::task::yield_now().await;
}

#[onloop::callback]
fn on_press(level: u8) {}

fn main() {}
