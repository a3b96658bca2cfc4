#![deny(warnings)]

use std::cell::Cell;

#[onloop::coroutine]
async fn poll(runs: &Cell<u32>) {
    runs.set(runs.get() + 1);
    tokio::task::yield_now().await;
    runs.set(runs.get() + 1);
}

#[onloop::coroutine]
async fn poll_without_waiting(runs: &Cell<u32>) {
    runs.set(runs.get() + 1);
}

fn main() {
    let runs = Cell::new(0);
    drop(poll(&runs));
    drop(poll_without_waiting(&runs));
    assert_eq!(runs.get(), 0, "a future does nothing until it is polled");
    futures::executor::block_on(async {
        poll(&runs).await;
        poll_without_waiting(&runs).await;
    });
    assert_eq!(runs.get(), 3);
}
