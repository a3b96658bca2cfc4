use std::time::Duration;
use tokio::time::sleep;

#[onloop::callback]
fn on_press() {
    for _ in 0..3 {
        sleep(Duration::from_millis(100)).await;
    }
    if tokio::fs::try_exists("lock").await.unwrap_or(false) {
        return;
    }
    tokio::task::yield_now().await;
}

fn main() {}
