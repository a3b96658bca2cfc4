//! The start: given up, asked for twice, and its hooks. On a paused clock.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use onloop::{HUB_START, HUB_STARTED, Hub, timeout};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use crate::hub::run_paused;
use crate::log;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_start_that_was_given_up_goes_on_and_can_be_waited_for() {
    run_paused(async |hub| {
        hub.create_task(sleep(SECOND * 3));
        assert!(timeout(SECOND, hub.start()).await.is_err());
        assert!(!hub.has_started());
        hub.start().await;
        assert!(hub.has_started());
    });
    run_paused(async |hub| {
        hub.create_task(sleep(SECOND * 3));
        assert!(timeout(SECOND, hub.start()).await.is_err());
        sleep(SECOND * 3).await;
        assert!(hub.has_started(), "it goes on by itself");
    });
}

#[test]
fn a_second_start_waits_for_the_first_and_is_waited_for_by_none() {
    run_paused(async |hub| {
        let begun = Instant::now();
        hub.create_task(sleep(SECOND * 3));
        let own = hub.clone();
        let first = hub.create_task(async move { own.start().await });
        hub.start().await;
        assert!(hub.has_started());
        first.await.expect("nobody cancels it");
        assert_eq!(begun.elapsed().as_secs(), 3);
        hub.start().await;
    });
}

#[test]
fn a_stop_during_the_start_ends_it() {
    run_paused(async |hub| {
        hub.create_task(pending::<()>());
        hub.on_start(job!(callback_0, || unreachable!("it has not started"))).detach();
        let own = hub.clone();
        let starts = hub.create_task(async move { own.start().await });
        yield_now().await;
        hub.stop().await;
        assert!(!hub.has_started());
        assert!(starts.is_finished());
        hub.start().await;
        assert!(!hub.has_started());
    });
}

#[test]
fn hooks_run_after_all_listeners_and_before_it_is_told_to_be_over() {
    run_paused(async |hub| {
        let notes: Rc<RefCell<Vec<String>>> = Rc::default();
        let note = |text: &'static str| {
            let notes = Rc::clone(&notes);
            move || notes.borrow_mut().push(text.to_owned())
        };
        let (slow, quick, started) = (note("listener"), note("hook"), note("started"));
        let slow = job!(coroutine_0, async move || {
            sleep(SECOND * 2).await;
            slow();
        });
        let late = note("hook that waits");
        let waits = job!(coroutine_0, async move || {
            sleep(SECOND).await;
            late();
        });
        hub.on_start(waits).detach();
        hub.on_start(job!(callback_0, || panic!("on purpose"))).detach();
        hub.on_start(job!(callback_0, quick)).detach();
        drop(hub.on_start(job!(callback_0, note("taken back"))));
        hub.bus().listen(&HUB_START, slow).detach();
        hub.bus().listen(&HUB_STARTED, job!(callback_0, started)).detach();
        hub.start().await;
        assert_eq!(*notes.borrow(), ["listener", "hook", "hook that waits", "started"]);
        hub.on_start(job!(callback_0, note("at once"))).detach();
        assert_eq!(notes.borrow().last().map(String::as_str), Some("at once"));
    });
}

#[test]
fn a_hook_that_takes_too_long_is_named_and_left() {
    log::keep();
    run_paused(async |hub| {
        let begun = Instant::now();
        hub.on_start(job!(coroutine_0, async || pending::<()>().await).named("never ready")).detach();
        hub.start().await;
        assert!(hub.has_started());
        assert_eq!(begun.elapsed().as_secs(), 15);
    });
    assert_eq!(log::lines_with("starts without waiting any longer (15s) for hook `never ready`").len(), 1);
}

#[test]
fn what_a_hook_of_the_start_holds_goes_with_the_hub() {
    let held = Rc::new(Cell::new(0));
    let own = Rc::clone(&held);
    Hub::run(async |hub| {
        let at = hub.clone();
        hub.on_start(job!(callback_0, move || own.set(u32::from(at.has_started())))).detach();
    });
    assert_eq!((Rc::strong_count(&held), held.get()), (1, 0));
}
