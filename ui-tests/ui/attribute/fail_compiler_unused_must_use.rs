#![deny(warnings)]

#[onloop::callback]
#[must_use]
fn level() -> u8 {
    7
}

#[onloop::coroutine]
async fn poll() {
    level();
    tokio::task::yield_now();
}

fn main() {}
