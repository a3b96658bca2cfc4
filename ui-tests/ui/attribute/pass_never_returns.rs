#![deny(warnings)]

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[onloop::callback]
fn give_up(reason: &str) -> ! {
    panic!("{reason}")
}

#[onloop::blocking]
fn give_up_in_executor() -> ! {
    panic!("gave up")
}

#[onloop::coroutine]
async fn give_up_later() -> ! {
    tokio::task::yield_now().await;
    panic!("gave up")
}

#[onloop::coroutine]
async fn forever(ticks: &Cell<u32>) -> ! {
    loop {
        tokio::task::yield_now().await;
        ticks.set(ticks.get() + 1);
        if ticks.get() == 3 {
            give_up("three");
        }
    }
}

#[onloop::coroutine]
async fn forever_with_no_value(ticks: &Cell<u32>) {
    loop {
        tokio::task::yield_now().await;
        ticks.set(ticks.get() + 1);
        assert!(ticks.get() < 3);
    }
}

#[onloop::coroutine]
async fn forever_with_error(text: &str) -> Result<(), std::num::ParseIntError> {
    loop {
        text.parse::<u8>()?;
        tokio::task::yield_now().await;
    }
}

#[onloop::coroutine]
async fn value_from_loop() -> u32 {
    let mut count = 0;
    loop {
        tokio::task::yield_now().await;
        count += 1;
        if count == 3 {
            break count;
        }
    }
}

#[onloop::callback]
fn endless() -> Option<u32> {
    loop {
        return None;
    }
}

#[onloop::coroutine]
async fn not_yet() -> Vec<u8> {
    tokio::task::yield_now().await;
    todo!("later")
}

#[onloop::coroutine]
async fn pending() -> std::convert::Infallible {
    std::future::pending().await
}

fn panics(run: impl FnOnce()) -> bool {
    std::panic::set_hook(Box::new(|_| {}));
    let panics = catch_unwind(AssertUnwindSafe(run)).is_err();
    let _ = std::panic::take_hook();
    panics
}

fn main() {
    use futures::FutureExt;
    use futures::executor::block_on;
    let ticks = Cell::new(0);
    assert!(panics(|| give_up("now")));
    assert!(panics(|| give_up_in_executor()));
    assert!(panics(|| block_on(async { give_up_later().await })));
    assert!(panics(|| block_on(async { forever(&ticks).await })));
    ticks.set(0);
    assert!(panics(|| block_on(forever_with_no_value(&ticks))));
    assert!(block_on(forever_with_error("x")).is_err());
    assert_eq!(block_on(value_from_loop()), 3);
    assert_eq!(endless(), None);
    assert!(panics(|| drop(block_on(not_yet()))));
    assert!(pending().now_or_never().is_none());
    assert!(onloop::current_site().is_none());
}
