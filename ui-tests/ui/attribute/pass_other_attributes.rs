#![deny(warnings)]

#[onloop::coroutine]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::task::yield_now().await;
    assert!(onloop::current_site().unwrap().name().ends_with("main"));
    #[expect(deprecated, reason = "tests that the attribute is kept")]
    old();
    assert_eq!(cold() + hinted(), 3);
    let _: () = explicit();
}

#[onloop::callback]
#[deprecated(since = "1.0.0", note = "use `cold`")]
fn old() {}

#[cold]
#[onloop::callback]
#[inline(never)]
fn cold() -> u8 {
    1
}

#[must_use = "it is the level"]
#[onloop::callback]
#[doc(hidden)]
#[doc(alias = "level")]
#[allow(clippy::needless_return)]
fn hinted() -> u8 {
    return 2;
}

#[onloop::callback]
#[rustfmt::skip]
#[warn(clippy::pedantic)]
fn explicit() -> () {
    ()
}
