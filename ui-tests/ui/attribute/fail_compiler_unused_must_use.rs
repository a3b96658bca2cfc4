#![deny(warnings)]

#[onloop::callback]
#[must_use]
fn level() -> u8 {
    7
}

#[onloop::coroutine]
async fn poll() {
    tokio::task::yield_now().await;
    level();
}

fn main() {}
