//! Scopes, with functions written as the attributes expand them.
//!
//! Rows of the reference that have no test here: those of `test_block_async_io` and `test_loop`. What they look for while
//! the program runs the attributes refuse before it does; the UI tests of `blocking_call` have it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use onloop::__private::{InScope, Kind, Scope, Site, blocking, coroutine, enter, returns_future};
use onloop::current_site;

fn current_name() -> Option<&'static str> {
    current_site().map(Site::name)
}

/// Waits once, then gives the name of the current site.
#[derive(Default)]
struct NameAfterWait {
    waited: bool,
}

impl Future for NameAfterWait {
    type Output = Option<&'static str>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        if std::mem::replace(&mut self.waited, true) { Poll::Ready(current_name()) } else { Poll::Pending }
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn on_change<R>(body: impl FnOnce() -> R) -> R {
    static SITE: Site = Site::new("on_change", Kind::Callback, file!(), line!());
    let _scope = enter(&SITE);
    body()
}

fn on_state<R>(body: impl FnOnce() -> R) -> R {
    static SITE: Site = Site::new("on_state", Kind::Callback, file!(), line!());
    let _scope = enter(&SITE);
    body()
}

fn update() -> impl Future<Output = Option<&'static str>> {
    static SITE: Site = Site::new("update", Kind::Coroutine, file!(), line!());
    coroutine(&SITE, async move { NameAfterWait::default().await })
}

fn setup() -> impl Future<Output = (Option<&'static str>, Option<&'static str>)> {
    static SITE: Site = Site::new("setup", Kind::Coroutine, file!(), line!());
    coroutine(&SITE, async move {
        let inner = update().await;
        (inner, current_name())
    })
}

fn read_config() -> u32 {
    static SITE: Site = Site::new("read_config", Kind::Blocking, "src/config.rs", 12);
    blocking(&SITE);
    7
}

#[test]
fn a_callback_is_current_while_it_runs() {
    assert_eq!(current_site(), None);
    let site = on_change(current_site).expect("the callback runs");
    assert_eq!((site.name(), site.kind()), ("on_change", Kind::Callback));
    assert_eq!(current_site(), None);
}

#[test]
fn the_innermost_of_nested_functions_is_current() {
    on_change(|| {
        assert_eq!(on_state(current_name), Some("on_state"));
        assert_eq!(current_name(), Some("on_change"));
    });
}

#[test]
fn a_panic_leaves_the_scope() {
    on_change(|| {
        let caught = catch_unwind(|| on_state(|| panic!("meant")));
        assert!(caught.is_err());
        assert_eq!(current_name(), Some("on_change"));
    });
    assert_eq!(current_site(), None);
}

#[test]
fn a_panic_in_a_poll_leaves_the_scope() {
    static SITE: Site = Site::new("update", Kind::Coroutine, file!(), line!());
    let mut future = pin!(coroutine(&SITE, async { panic!("meant") }));
    let caught = catch_unwind(AssertUnwindSafe(|| poll(future.as_mut())));
    assert!(caught.is_err());
    assert_eq!(current_site(), None);
}

#[test]
fn a_coroutine_is_current_during_its_polls_only() {
    let mut update = pin!(update());
    assert_eq!(poll(update.as_mut()), Poll::Pending);
    assert_eq!(current_site(), None);
    assert_eq!(poll(update.as_mut()), Poll::Ready(Some("update")));
    assert_eq!(current_site(), None);
}

#[test]
fn a_coroutine_is_current_again_after_one_it_awaited() {
    let mut setup = pin!(setup());
    assert_eq!(poll(setup.as_mut()), Poll::Pending);
    assert_eq!(poll(setup.as_mut()), Poll::Ready((Some("update"), Some("setup"))));
}

/// Notes who is current when it goes.
struct Noting<'a>(&'a Cell<Option<&'static str>>);

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        self.0.set(current_name());
    }
}

#[test]
fn what_a_cancelled_coroutine_drops_is_dropped_in_its_scope() {
    static SITE: Site = Site::new("holding", Kind::Coroutine, file!(), line!());
    let seen = Cell::new(None);
    let noting = Noting(&seen);
    drop(coroutine(&SITE, async move { drop(noting) }));
    assert_eq!(seen.take(), Some("holding"), "never polled");
    {
        let noting = Noting(&seen);
        let mut holding = pin!(coroutine(&SITE, async move {
            NameAfterWait::default().await;
            drop(noting);
        }));
        assert!(poll(holding.as_mut()).is_pending());
    }
    assert_eq!(seen.take(), Some("holding"), "while it waits");
    assert_eq!(current_site(), None);
}

#[test]
fn a_panic_of_what_is_dropped_leaves_the_scope() {
    static SITE: Site = Site::new("holding", Kind::Coroutine, file!(), line!());
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("meant");
        }
    }
    let holding = coroutine(&SITE, async move { drop(Panics) });
    drop(holding);
    let panics = Panics;
    let holding = coroutine(&SITE, async move { drop(panics) });
    assert!(catch_unwind(AssertUnwindSafe(|| drop(holding))).is_err());
    assert_eq!(current_site(), None);
}

#[test]
fn a_scope_is_at_most_two_pointers_more() {
    fn size_of_scoped<F: Future>(future: F) -> (usize, usize) {
        static SITE: Site = Site::new("holding", Kind::Coroutine, file!(), line!());
        let size = size_of_val(&future);
        (size, size_of_val(&coroutine(&SITE, future)))
    }
    let (size, scoped) = size_of_scoped(async { setup().await });
    assert!(scoped <= size + 2 * size_of::<usize>(), "{size} {scoped}");
}

#[test]
fn interleaved_coroutines_do_not_mix_their_scopes() {
    static OTHER: Site = Site::new("other", Kind::Coroutine, file!(), line!());
    let mut first = pin!(update());
    let mut second = pin!(coroutine(&OTHER, NameAfterWait::default()));
    assert_eq!(poll(first.as_mut()), Poll::Pending);
    assert_eq!(poll(second.as_mut()), Poll::Pending);
    assert_eq!(poll(first.as_mut()), Poll::Ready(Some("update")));
    assert_eq!(poll(second.as_mut()), Poll::Ready(Some("other")));
}

#[test]
fn each_thread_has_its_own_scope() {
    on_change(|| {
        let elsewhere = std::thread::spawn(|| (current_site(), read_config()));
        let found = onloop::allow_blocking("the test waits for its thread", || elsewhere.join());
        assert_eq!(found.expect("nothing panics there"), (None, 7));
    });
}

#[test]
fn a_blocking_function_runs_where_no_scope_is_open() {
    assert_eq!(read_config(), 7);
}

#[test]
#[cfg(debug_assertions)]
fn a_blocking_function_on_the_loop_panics_in_debug_builds_and_names_both() {
    let payload = catch_unwind(|| on_change(read_config)).expect_err("it runs on the loop");
    let message = payload.downcast::<String>().expect("it is formatted");
    let start = "blocking function `read_config` (src/config.rs:12) runs on the event loop: callback `on_change` (";
    assert!(message.starts_with(start), "{message}");
    let help = "help: await `hub.add_executor_job(move || read_config(..))`";
    assert!(message.contains(help), "{message}");
    assert_eq!(current_site(), None);
}

#[test]
#[cfg(all(feature = "hub", not(debug_assertions)))]
fn a_blocking_function_on_the_loop_goes_ahead_in_release_builds_and_is_logged_once() {
    crate::log::keep();
    for _ in 0..3 {
        assert_eq!(on_change(read_config), 7);
    }
    assert_eq!(crate::log::lines_with("blocking function `read_config`").len(), 1);
}

#[test]
fn a_scoped_future_has_the_auto_traits_of_the_one_within() {
    fn all<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    all::<InScope<std::future::Ready<()>>>();
    assert!(!has_trait!(InScope<std::future::Ready<Rc<()>>>: Send));
    assert!(!has_trait!(InScope<std::marker::PhantomPinned>: Unpin));
}

#[test]
fn an_open_scope_stays_on_its_thread() {
    assert!(!has_trait!(Scope: Send));
}

#[test]
fn every_kind_of_future_is_what_a_coroutine_returns() {
    let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {});
    returns_future(&boxed);
    returns_future(&update());
    returns_future(&std::future::ready(1));
}
