//! The attributes and the runtime together.

use std::cell::Cell;
use std::pin::Pin;

use onloop::{Hub, Kind, Site, current_site};
use tokio::task::yield_now;

use crate::log;

fn current() -> Option<(&'static str, Kind)> {
    current_site().map(|site| (site.name(), site.kind()))
}

#[onloop::callback]
fn on_change() -> Option<(&'static str, Kind)> {
    current()
}

#[onloop::coroutine]
async fn setup() -> [Option<(&'static str, Kind)>; 3] {
    let before = current();
    let inside = on_change();
    yield_now().await;
    [before, inside, current()]
}

#[onloop::blocking]
fn read_config() -> Option<&'static Site> {
    current_site()
}

#[onloop::coroutine]
async fn read_the_thermometer() {
    yield_now().await;
    panic!("it is too cold");
}

#[test]
fn the_current_site_is_the_annotated_function_that_runs() {
    Hub::run(async |hub| {
        let setup_site = Some(("it::attributes::setup", Kind::Coroutine));
        let expected = [setup_site, Some(("it::attributes::on_change", Kind::Callback)), setup_site];
        assert_eq!(hub.create_task(setup()).await, Ok(expected));
        assert_eq!(current(), None);
    });
}

#[test]
fn a_blocking_function_runs_in_the_executor() {
    Hub::run(async |hub| assert_eq!(hub.add_executor_job(read_config).await, None));
}

#[test]
fn a_task_of_an_annotated_coroutine_is_called_after_it() {
    log::keep();
    Hub::run(async |hub| {
        hub.create_task(read_the_thermometer());
        hub.block_till_done().await;
    });
    let lines = log::lines_with("it is too cold");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].1.contains("::read_the_thermometer` (made at "), "{lines:?}");
}

thread_local! {
    static SEEN: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Notes who is current when it goes.
struct Noting;

impl Drop for Noting {
    fn drop(&mut self) {
        SEEN.set(current_site().map(|site| site.name().rsplit("::").next().unwrap_or_default()));
    }
}

impl Noting {
    #[onloop::callback]
    fn consumed(self) {
        let _ = &self;
    }

    #[onloop::coroutine]
    async fn consumed_later(mut self: Box<Self>) {
        yield_now().await;
        *self = Noting;
        SEEN.set(None);
    }
}

#[onloop::callback]
fn on_argument(_: Noting, _other: &str) {}

#[onloop::callback]
fn on_pattern((_a, _): (Noting, u8)) {}

#[onloop::coroutine]
async fn keeps(_argument: Noting) {
    yield_now().await;
    SEEN.set(None);
}

#[onloop::coroutine]
fn returns_it(argument: Noting, early: bool) -> Pin<Box<dyn Future<Output = ()>>> {
    if early {
        return Box::pin(async {});
    }
    Box::pin(async move { drop(argument) })
}

#[onloop::allow(blocking_call, reason = "a test")]
fn exempt(argument: Blocks) {
    let _ = argument;
}

struct Blocks;

impl Drop for Blocks {
    fn drop(&mut self) {
        assert_eq!(read_config(), current_site());
    }
}

#[onloop::callback]
#[onloop::allow(blocking_transitive, reason = "a test")]
fn on_exempt() {
    exempt(Blocks);
}

#[onloop::callback]
fn on_blocking_argument(_: Blocks) {}

#[test]
fn arguments_go_while_the_function_runs() {
    on_argument(Noting, "");
    assert_eq!(SEEN.take(), Some("on_argument"));
    on_pattern((Noting, 1));
    assert_eq!(SEEN.take(), Some("on_pattern"));
    Noting.consumed();
    assert_eq!(SEEN.take(), Some("consumed"));
    drop(returns_it(Noting, true));
    assert_eq!(SEEN.take(), Some("returns_it"));
    on_exempt();
}

#[test]
#[cfg(debug_assertions)]
fn a_blocking_function_in_the_destructor_of_an_argument_panics() {
    assert!(std::panic::catch_unwind(|| on_blocking_argument(Blocks)).is_err());
}

#[test]
fn arguments_of_a_coroutine_go_in_its_scope_whenever_it_ends() {
    drop(keeps(Noting));
    assert_eq!(SEEN.take(), Some("keeps"), "never polled");
    Hub::run(async |hub| {
        hub.create_task(keeps(Noting)).cancel();
        hub.block_till_done().await;
        assert_eq!(SEEN.take(), Some("keeps"), "cancelled");
        keeps(Noting).await;
        assert_eq!(SEEN.take(), Some("keeps"));
        Box::new(Noting).consumed_later().await;
        assert_eq!(SEEN.take(), Some("consumed_later"));
    });
}
