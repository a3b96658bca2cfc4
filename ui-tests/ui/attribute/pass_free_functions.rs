#![deny(warnings)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
//! Free functions of every shape.

/// Documented.
#[onloop::callback]
#[inline]
#[must_use]
pub fn sum(first: u32, mut second: u32, (third, _): (u32, u32), Point { x, y: fourth }: Point, _: u32) -> u32 {
    second += 1;
    first + second + third + x + fourth
}

/// Documented.
pub struct Point {
    x: u32,
    y: u32,
}

#[onloop::callback]
fn nothing() {}

#[onloop::coroutine]
async fn nothing_later() {}

#[onloop::blocking]
fn nothing_in_executor() {}

#[onloop::callback]
pub(crate) fn early(value: Option<u32>) -> u32 {
    let Some(value) = value else { return 0 };
    if value > 3 {
        return 3;
    }
    value
}

#[onloop::coroutine]
pub(self) async fn early_later(value: Option<u32>) -> u32 {
    let Some(value) = value else { return 0 };
    tokio::task::yield_now().await;
    if value > 3 {
        return 3;
    }
    value
}

/// Documented.
#[onloop::callback]
#[expect(unused_variables, reason = "tests that the lint still works here")]
fn unused(count: u32) {
    let ticks = 3;
}

#[onloop::coroutine]
#[expect(unused_variables, reason = "tests that the lint still works here")]
async fn unused_later(count: u32) {
    let ticks = 3;
    tokio::task::yield_now().await;
}

#[onloop::callback]
#[cfg(not(unix))]
fn system() -> &'static str {
    "other"
}

#[cfg(unix)]
#[onloop::callback]
fn system() -> &'static str {
    "unix"
}

#[onloop::callback]
#[cfg_attr(all(), doc = "Documented.", inline)]
#[track_caller]
fn line() -> u32 {
    std::panic::Location::caller().line()
}

#[onloop::callback]
fn only_in(#[cfg(unix)] first: u32, #[cfg(not(unix))] _second: u32) -> u32 {
    first
}

#[onloop::callback]
fn raw(r#type: u32) -> u32 {
    r#type
}

#[onloop::callback]
fn r#match() -> u32 {
    5
}

fn main() {
    assert_eq!(sum(1, 2, (3, 0), Point { x: 4, y: 5 }, 0), 16);
    nothing();
    nothing_in_executor();
    unused(1);
    assert_eq!(early(Some(9)) + early(Some(1)) + early(None), 4);
    futures::executor::block_on(async {
        nothing_later().await;
        unused_later(1).await;
        assert_eq!(early_later(Some(9)).await + early_later(Some(1)).await + early_later(None).await, 4);
    });
    assert_eq!(system() == "unix", cfg!(unix));
    assert_eq!(line(), line!());
    assert_eq!(only_in(3), 3);
    assert_eq!(raw(4) + r#match(), 9);
}
