//! Entries, on a paused clock.
//!
//! Rows of the reference that have no test here:
//! - authentication, migration and removal of entries (`.._auth_..`, `migration_error`, `remove_without_lock`): there are
//!   no flows and no storage. A wrong password is a set-up error.
//! - `test_entry_setup_without_lock_raises`: operations take their turn themselves, so nobody can forget it.
//! - `test_initialize_and_shutdown`: there is no manager; that the stop takes back retries is tested.

mod unload;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use onloop::{Cancelled, Coroutine, Entry, EntryState, EventType, Hub, OperationNotAllowed, SetupFailed, Unsubscribe};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Level;

use crate::hub::{OnDrop, run_paused};
use crate::log;

const SECOND: Duration = Duration::from_secs(1);
const DOOR: EventType<bool> = EventType::new("door");

/// An error that cannot say what it is.
#[derive(Debug)]
pub(crate) struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words");
    }
}

impl Error for Unprintable {}

/// When each try of a set-up was.
type Tries = Rc<RefCell<Vec<Duration>>>;
type Notes = Rc<RefCell<Vec<String>>>;

fn note(notes: &Notes, text: impl Into<String>) {
    notes.borrow_mut().push(text.into());
}

/// An entry whose set-up succeeds at once.
fn ready(hub: &Hub) -> Entry<&'static str> {
    Entry::new(hub, "ready", job!(coroutine_0, async || Ok("data")))
}

/// A set-up that is not ready the first `fails` times; when each try was, in seconds since the start.
fn ready_after(fails: usize) -> (Tries, Coroutine<Entry<u32>, Result<u32, SetupFailed>>) {
    let (start, tries) = (Instant::now(), Rc::new(RefCell::new(Vec::new())));
    let own = Rc::clone(&tries);
    let job = job!(coroutine_0, async move || {
        own.borrow_mut().push(start.elapsed());
        if own.borrow().len() > fails { Ok(7) } else { Err(SetupFailed::not_ready("nobody answers")) }
    });
    (tries, job)
}

fn states<D>(entry: &Entry<D>) -> Rc<RefCell<Vec<EntryState>>> {
    let states: Rc<RefCell<Vec<EntryState>>> = Rc::default();
    let own = Rc::clone(&states);
    entry.on_state_change(job!(callback, move |state: &EntryState| own.borrow_mut().push(*state))).detach();
    states
}

#[test]
fn the_state_is_set_before_it_is_told_and_the_data_is_there() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        let (own, seen) = (entry.clone(), Rc::new(Cell::new(0)));
        let count = Rc::clone(&seen);
        let told = job!(callback, move |state: &EntryState| {
            assert_eq!(own.state(), *state);
            let has_data = matches!(state, EntryState::Loaded | EntryState::UnloadInProgress);
            assert_eq!(own.data().is_some(), has_data, "{state}");
            count.set(count.get() + 1);
        });
        let listener = entry.on_state_change(told);
        entry.reload().await.expect("it is not loaded");
        entry.reload().await.expect("it is loaded");
        assert_eq!(seen.get(), 6);
        listener.unsubscribe();
    });
}

#[test]
fn a_loaded_entry_is_not_set_up_again() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let states = states(&entry);
        let refused = entry.setup().await.expect_err("it is loaded");
        assert_eq!(refused.state(), EntryState::Loaded);
        assert_eq!(refused.to_string(), "the set-up of entry `ready` is not allowed: the entry is loaded; reload it");
        assert!(states.borrow().is_empty(), "nothing has changed");
    });
}

#[test]
fn not_ready_it_tries_again_after_growing_pauses() {
    run_paused(async |hub| {
        let (tries, job) = ready_after(7);
        hub.start().await;
        let entry = Entry::new(&hub, "growing", job);
        assert_eq!(entry.setup().await, Ok(EntryState::SetupRetry));
        assert_eq!(entry.reason().as_deref(), Some("nobody answers"));
        sleep(SECOND * 600).await;
        assert_eq!((entry.state(), entry.data().as_deref(), entry.reason()), (EntryState::Loaded, Some(&7), None));
        let tries = tries.borrow();
        let pauses: Vec<_> = tries.windows(2).map(|pair| pair[1].as_secs_f64() - pair[0].as_secs_f64()).collect();
        assert_eq!(pauses.len(), 7);
        for (pause, expected) in pauses.iter().zip([5.0, 10.0, 20.0, 40.0, 80.0, 80.0, 80.0]) {
            assert!((expected + 0.05..expected + 0.51).contains(pause), "{pauses:?}");
        }
    });
}

#[test]
fn not_ready_is_logged_once() {
    log::keep();
    run_paused(async |hub| {
        let (_, job) = ready_after(4);
        let entry = Entry::new(&hub, "said once", job);
        entry.setup().await.expect("it is not loaded");
        sleep(SECOND * 600).await;
        assert_eq!(entry.state(), EntryState::Loaded);
    });
    let lines = log::lines_with("entry `said once` is ");
    assert_eq!(lines.iter().filter(|(level, _)| *level == Level::WARN).count(), 1, "{lines:?}");
    assert_eq!(lines.iter().filter(|(level, _)| *level == Level::DEBUG).count(), 3, "{lines:?}");
}

#[test]
fn not_ready_before_the_hub_has_started_it_tries_again_then() {
    run_paused(async |hub| {
        let (tries, job) = ready_after(1);
        let entry = Entry::new(&hub, "early", job);
        entry.setup().await.expect("it is not loaded");
        sleep(SECOND).await;
        hub.start().await;
        hub.block_till_done().await;
        assert_eq!(entry.state(), EntryState::Loaded);
        sleep(SECOND * 100).await;
        assert_eq!(tries.borrow().len(), 2, "the timer is taken back");
    });
}

#[test]
fn other_failures_are_final_until_a_reload() {
    log::keep();
    run_paused(async |hub| {
        let works = Rc::new(Cell::new(false));
        let own = Rc::clone(&works);
        let job = job!(coroutine_0, async move || -> Result<u32, SetupFailed> {
            if own.get() { Ok(1) } else { Ok("no number".parse::<u32>()?) }
        });
        let entry = Entry::new(&hub, "wrong number", job);
        assert_eq!(entry.setup().await, Ok(EntryState::SetupError));
        assert_eq!(entry.reason().as_deref(), Some("invalid digit found in string"));
        sleep(SECOND * 1000).await;
        assert_eq!(entry.state(), EntryState::SetupError);
        works.set(true);
        assert_eq!(entry.reload().await, Ok(EntryState::Loaded));
    });
    let lines = log::lines_with("entry `wrong number`");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::ERROR);
}

#[test]
fn a_setup_that_panics_is_logged_once_and_undone() {
    log::keep();
    run_paused(async |hub| {
        let undone = Rc::new(Cell::new(0));
        let own = Rc::clone(&undone);
        let job = job!(coroutine, async move |entry: &Entry<()>| -> Result<(), SetupFailed> {
            let own = Rc::clone(&own);
            entry.on_unload(job!(callback_0, move || own.set(own.get() + 1)));
            yield_now().await;
            panic!("no such sensor");
        });
        let entry = Entry::new(&hub, "panics", job.named("bad set-up"));
        assert_eq!(entry.setup().await, Ok(EntryState::SetupError));
        assert_eq!(entry.reason().as_deref(), Some("the set-up panicked: no such sensor"));
        assert_eq!(undone.get(), 1);
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(undone.get(), 1);
    });
    let lines = log::lines_with("no such sensor");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.starts_with("the set-up of entry `panics`, `bad set-up` ("), "{lines:?}");
}

#[test]
fn a_listener_given_to_the_entry_ends_with_it() {
    run_paused(async |hub| {
        let heard = Rc::new(Cell::new(0));
        let own = Rc::clone(&heard);
        let job = job!(coroutine, async move |entry: &Entry<()>| {
            let own = Rc::clone(&own);
            let listener = entry.hub().bus().listen(&DOOR, job!(callback_0, move || own.set(own.get() + 1)));
            entry.on_unload(listener);
            Ok(())
        });
        let entry = Entry::new(&hub, "listens", job);
        entry.setup().await.expect("it is not loaded");
        hub.bus().fire(&DOOR, true);
        entry.reload().await.expect("it is loaded");
        hub.bus().fire(&DOOR, true);
        assert_eq!(heard.get(), 2, "one listener at a time");
        entry.unload().await.expect("it is loaded");
        hub.bus().fire(&DOOR, true);
        assert_eq!((heard.get(), hub.bus().listener_count(&DOOR)), (2, 0));
    });
}

#[test]
fn a_reload_of_what_is_not_loaded_only_sets_up() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        let states = states(&entry);
        assert_eq!(entry.reload().await, Ok(EntryState::Loaded));
        assert_eq!(*states.borrow(), [EntryState::SetupInProgress, EntryState::Loaded]);
    });
}

#[test]
fn a_storm_of_reloads_is_serialised() {
    run_paused(async |hub| {
        let (running, setups) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
        let (own_running, own_setups) = (Rc::clone(&running), Rc::clone(&setups));
        let job = job!(coroutine_0, async move || {
            assert!(!own_running.replace(true), "set-ups overlap");
            sleep(SECOND).await;
            own_running.set(false);
            own_setups.set(own_setups.get() + 1);
            Ok(())
        });
        let entry = Entry::new(&hub, "storm", job);
        let setup = hub.create_task(entry.setup());
        let reloads: Vec<_> = (0..1_000).map(|_| hub.create_task(entry.reload())).collect();
        assert_eq!(setup.await, Ok(Ok(EntryState::Loaded)));
        for reload in reloads {
            assert_eq!(reload.await, Ok(Ok(EntryState::Loaded)));
        }
        assert_eq!(setups.get(), 1_001);
    });
}

#[test]
fn an_operation_outlives_its_caller() {
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || {
            sleep(SECOND * 5).await;
            Ok(())
        });
        let entry = Entry::new(&hub, "slow", job);
        tokio::time::timeout(SECOND, entry.setup()).await.expect_err("it takes longer");
        hub.block_till_done().await;
        assert_eq!(entry.state(), EntryState::Loaded);
    });
}

#[test]
fn a_state_listener_that_panics_or_is_removed_holds_up_nothing() {
    log::keep();
    run_paused(async |hub| {
        let (entry, heard) = (ready(&hub), Rc::new(Cell::new(0)));
        entry.on_state_change(job!(callback_0, || panic!("state listener")).named("bad state listener")).detach();
        let removed = entry.on_state_change(job!(callback_0, || panic!("it has been removed")));
        let own = Rc::clone(&heard);
        entry.on_state_change(job!(callback_0, move || own.set(own.get() + 1))).detach();
        removed.unsubscribe();
        entry.setup().await.expect("it is not loaded");
        assert_eq!((entry.state(), heard.get()), (EntryState::Loaded, 2));
    });
    assert_eq!(log::lines_with("bad state listener").len(), 2, "once for each run");
}

#[test]
fn a_subscription_is_a_job_that_runs_once_or_ends_when_dropped() {
    run_paused(async |hub| {
        let ended = Rc::new(Cell::new(0));
        let subscription = || {
            let own = Rc::clone(&ended);
            Unsubscribe::new(move || own.set(own.get() + 1))
        };
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        entry.on_unload(subscription());
        entry.unload().await.expect("it is loaded");
        assert_eq!(ended.get(), 1);
        entry.on_unload(subscription());
        drop(entry);
        assert_eq!(ended.get(), 2);
        hub.on_stop(subscription()).detach();
        hub.stop().await;
        assert_eq!(ended.get(), 3);
    });
}

#[test]
fn background_work_does_not_begin_while_a_failed_setup_is_undone() {
    run_paused(async |hub| {
        let begun = Rc::new(Cell::new(false));
        let own = Rc::clone(&begun);
        let setup = job!(coroutine, async move |entry: &Entry| -> Result<(), SetupFailed> {
            let (late, own) = (entry.clone(), Rc::clone(&own));
            entry.create_task(async move {
                sleep(SECOND).await;
                late.create_background_task("without end", async move {
                    own.set(true);
                    std::future::pending::<()>().await;
                });
            });
            Err(SetupFailed::new("no such device"))
        });
        let start = Instant::now();
        assert_eq!(Entry::new(&hub, "undone", setup).setup().await, Ok(EntryState::SetupError));
        assert!(!begun.get());
        assert!(start.elapsed() < SECOND * 2, "{:?}", start.elapsed());
    });
}

#[test]
fn an_entry_that_its_own_jobs_hold_is_freed_with_the_hub() {
    let held = Rc::new(());
    run_paused(async |hub| {
        let kept = Rc::clone(&held);
        let entry = Entry::new(&hub, "held by itself", job!(coroutine_0, async move || Ok(Rc::clone(&kept))));
        entry.setup().await.expect("it is not loaded");
        let own = entry.clone();
        entry.on_unload(job!(callback_0, move || assert!(own.data().is_some())));
        let own = entry.clone();
        entry.on_state_change(job!(callback_0, move || assert!(own.data().is_some()))).detach();
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn an_error_that_panics_when_it_is_printed_is_a_failure_like_others() {
    run_paused(async |hub| {
        let setup = job!(coroutine_0, async || -> Result<(), SetupFailed> { Err(Unprintable.into()) });
        let entry = Entry::new(&hub, "unprintable", setup);
        assert_eq!(entry.setup().await, Ok(EntryState::SetupError));
        assert_eq!(entry.reason().as_deref(), Some("an error that panics when it is printed"));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
    });
}

#[test]
fn what_the_stop_cuts_short_is_no_success() {
    run_paused(async |hub| {
        let slow = Entry::new(
            &hub,
            "cut short",
            job!(coroutine_0, async || {
                sleep(SECOND * 1000).await;
                Ok(())
            }),
        );
        let setup = hub.create_task(slow.setup());
        let never = ready(&hub);
        hub.stop().await;
        let error = never.setup().await.expect_err("the hub has stopped");
        assert_eq!(error.state(), EntryState::NotLoaded);
        assert!(error.to_string().ends_with("the hub has stopped, or did before it was over"), "{error}");
        assert_eq!(setup.await, Err(Cancelled));
    });
}
