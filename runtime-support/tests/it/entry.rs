//! Entries, on a paused clock.
//!
//! Rows of the reference that have no test here:
//! - authentication, migration and removal of entries (`.._auth_..`, `migration_error`, `remove_without_lock`): there are
//!   no flows and no storage. A wrong password is a set-up error.
//! - `test_entry_setup_without_lock_raises`: operations take their turn themselves, so nobody can forget it.
//! - `test_initialize_and_shutdown`: there is no manager; that the stop takes back retries is tested.

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
fn set_up_it_has_data_and_unloaded_it_has_none() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        let states = states(&entry);
        assert_eq!((entry.state(), entry.data()), (EntryState::NotLoaded, None));
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.data().as_deref(), Some(&"data"));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(entry.data(), None);
        let all =
            [EntryState::SetupInProgress, EntryState::Loaded, EntryState::UnloadInProgress, EntryState::NotLoaded];
        assert_eq!(*states.borrow(), all);
    });
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
fn unload_and_reload_take_back_the_next_try() {
    run_paused(async |hub| {
        let (tries, job) = ready_after(usize::MAX);
        let entry = Entry::new(&hub, "never", job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        sleep(SECOND * 100).await;
        assert_eq!(tries.borrow().len(), 1);
        entry.setup().await.expect("it is not loaded");
        assert!(entry.setup().await.expect_err("it tries again").to_string().ends_with("reload it to try now"));
        sleep(SECOND * 3).await;
        assert_eq!(entry.reload().await, Ok(EntryState::SetupRetry));
        sleep(SECOND * 4).await;
        assert_eq!(tries.borrow().len(), 3, "5 s from the reload");
        sleep(SECOND * 2).await;
        assert_eq!(tries.borrow().len(), 4);
    });
}

#[test]
fn an_unload_while_a_retry_is_under_way_is_refused_and_after_it_allowed() {
    run_paused(async |hub| {
        let tries = Rc::new(Cell::new(0));
        let own = Rc::clone(&tries);
        let job = job!(coroutine_0, async move || -> Result<(), SetupFailed> {
            own.set(own.get() + 1);
            sleep(SECOND * 2).await;
            Err(SetupFailed::not_ready("slow and down"))
        });
        let entry = Entry::new(&hub, "slow", job);
        entry.setup().await.expect("it is not loaded");
        sleep(SECOND * 6).await;
        assert_eq!((tries.get(), entry.state()), (2, EntryState::SetupInProgress));
        let refused = entry.unload().await.expect_err("it is being set up");
        assert_eq!(refused.to_string(), "the unload of entry `slow` is not allowed: its state is `set-up in progress`");
        sleep(SECOND * 2).await;
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        sleep(SECOND * 100).await;
        assert_eq!(tries.get(), 2);
    });
}

#[test]
fn the_stop_takes_back_the_next_try_and_does_not_unload() {
    let (ended, tries) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    run_paused(async |hub| {
        let (own_ended, own_tries) = (Rc::clone(&ended), Rc::clone(&tries));
        let never = Entry::new(
            &hub,
            "never",
            job!(coroutine_0, async move || -> Result<(), SetupFailed> {
                own_tries.set(own_tries.get() + 1);
                Err(SetupFailed::not_ready("down"))
            }),
        );
        never.setup().await.expect("it is not loaded");
        let loaded = ready(&hub);
        loaded.setup().await.expect("it is not loaded");
        loaded.on_unload(job!(callback_0, move || own_ended.set(true)));
        hub.stop().await;
        sleep(SECOND * 100).await;
        assert_eq!((never.state(), loaded.state()), (EntryState::SetupRetry, EntryState::Loaded));
    });
    assert_eq!((ended.get(), tries.get()), (false, 1));
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
fn on_unload_runs_last_in_first_out_and_one_that_fails_skips_none() {
    log::keep();
    run_paused(async |hub| {
        let (entry, notes) = (ready(&hub), Notes::default());
        entry.setup().await.expect("it is not loaded");
        for name in ["first", "second"] {
            let own = Rc::clone(&notes);
            entry.on_unload(job!(callback_0, move || note(&own, name)));
        }
        entry.on_unload(job!(callback_0, || panic!("cannot be undone")).named("stubborn"));
        let own = Rc::clone(&notes);
        entry.on_unload(job!(coroutine_0, async move || {
            note(&own, "coroutine begins");
            sleep(SECOND).await;
            note(&own, "coroutine ends");
        }));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(*notes.borrow(), ["coroutine begins", "second", "first", "coroutine ends"]);
        assert_eq!(log::lines_with("callback `stubborn` (").len(), 1);
    });
}

#[test]
fn on_unload_runs_once_and_not_at_the_second_reload() {
    run_paused(async |hub| {
        let (entry, count) = (ready(&hub), Rc::new(Cell::new(0)));
        entry.setup().await.expect("it is not loaded");
        let own = Rc::clone(&count);
        entry.on_unload(job!(callback_0, move || own.set(own.get() + 1)));
        entry.reload().await.expect("it is loaded");
        entry.reload().await.expect("it is loaded");
        assert_eq!(count.get(), 1);
    });
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
fn an_unload_cancels_background_tasks_first_and_waits_for_tasks() {
    run_paused(async |hub| {
        let (entry, notes) = (ready(&hub), Notes::default());
        entry.setup().await.expect("it is not loaded");
        let own = Rc::clone(&notes);
        let task = entry.create_task(async move {
            sleep(SECOND * 3).await;
            note(&own, "task ends");
        });
        let own = Rc::clone(&notes);
        let cleanup = OnDrop(move || note(&own, "background task cancelled"));
        let background = entry.create_background_task("poll", async move {
            let _cleanup = cleanup;
            std::future::pending::<()>().await;
        });
        let begun = Instant::now();
        entry.unload().await.expect("it is loaded");
        assert_eq!(*notes.borrow(), ["background task cancelled", "task ends"]);
        assert_eq!((task.await, background.await), (Ok(()), Err(Cancelled)));
        assert!(begun.elapsed() < SECOND * 4);
    });
}

#[test]
fn an_unload_waits_ten_seconds_and_then_names_what_is_left() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let slow = entry.create_task(sleep(SECOND * 60));
        entry.on_unload(job!(coroutine_0, async || std::future::pending().await).named("farewell without end"));
        let begun = Instant::now();
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert!((SECOND * 10..SECOND * 11).contains(&begun.elapsed()));
        assert_eq!(slow.await, Ok(()), "it runs on");
    });
    let lines = log::lines_with("without waiting any longer (10s) for `farewell without end` (");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.contains("`tokio::time::sleep::Sleep`"), "{lines:?}");
}

#[test]
fn a_task_of_the_entry_may_unload_or_reload_it() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let begun = Instant::now();
        let own = entry.clone();
        let reloads = entry.create_task(async move {
            yield_now().await;
            own.reload().await
        });
        assert_eq!(reloads.await, Ok(Ok(EntryState::Loaded)));
        let own = entry.clone();
        entry.on_unload(job!(coroutine_0, async || sleep(SECOND).await));
        let background = entry.create_background_task("unloads", async move { own.unload().await });
        assert_eq!(background.await, Err(Cancelled));
        // The unload goes on although the task that asked for it is gone.
        hub.block_till_done().await;
        assert_eq!(entry.state(), EntryState::NotLoaded);
        assert!(begun.elapsed() < SECOND * 2, "nobody waits for who waits");
    });
}

#[test]
fn late_work_on_an_unloaded_entry_is_refused() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        let begun = Rc::new(Cell::new(false));
        let own = Rc::clone(&begun);
        let task = entry.create_background_task("too late", async move { own.set(true) });
        assert_eq!(task.await, Err(Cancelled));
        entry.setup().await.expect("it is not loaded");
        entry.unload().await.expect("it is loaded");
        let own = Rc::clone(&begun);
        assert_eq!(entry.create_task(async move { own.set(true) }).await, Err(Cancelled));
        assert!(!begun.get());
    });
    let lines = log::lines_with("task `too late` of entry");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::WARN);
}

#[test]
fn an_unload_job_that_says_no_leaves_all_as_it_is() {
    log::keep();
    run_paused(async |hub| {
        let undone = Rc::new(Cell::new(false));
        let own = Rc::clone(&undone);
        let entry = ready(&hub).unload_with(job!(coroutine_0, async || false).named("bolted"));
        entry.setup().await.expect("it is not loaded");
        entry.on_unload(job!(callback_0, move || own.set(true)));
        assert_eq!(entry.unload().await, Ok(EntryState::FailedUnload));
        assert_eq!((undone.get(), entry.data().is_some()), (false, true));
        for refused in [entry.setup().await, entry.unload().await, entry.reload().await] {
            assert_eq!(refused.expect_err("it cannot").state(), EntryState::FailedUnload);
        }
    });
    assert_eq!(log::lines_with("unload job `bolted` (").len(), 1);
}

#[test]
fn an_unload_job_that_panics_is_logged_once() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || -> bool { panic!("the bolt is stuck") });
        let entry = ready(&hub).unload_with(job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::FailedUnload));
        assert_eq!(entry.reason().as_deref(), Some("the unload panicked: the bolt is stuck"));
    });
    assert_eq!(log::lines_with("the bolt is stuck").len(), 1);
}

#[test]
fn an_unload_of_what_is_not_loaded_calls_no_job() {
    run_paused(async |hub| {
        let entry = ready(&hub).unload_with(job!(coroutine_0, async || -> bool { panic!("it is not loaded") }));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        let (_, job) = ready_after(usize::MAX);
        let job2 = job!(coroutine_0, async || -> bool { panic!("it is not loaded") });
        let entry = Entry::new(&hub, "failed", job).unload_with(job2);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
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
fn a_setup_or_unload_that_waits_for_its_own_entry_is_refused() {
    run_paused(async |hub| {
        let refused: Rc<RefCell<Vec<OperationNotAllowed>>> = Rc::default();
        let own = Rc::clone(&refused);
        let setup = job!(coroutine, async move |entry: &Entry<()>| {
            let refused = entry.reload().await.expect_err("it is this");
            own.borrow_mut().push(refused);
            Ok(())
        });
        let own = Rc::clone(&refused);
        let unload = job!(coroutine, async move |entry: &Entry<()>| {
            yield_now().await;
            let refused = entry.reload().await.expect_err("it is this");
            own.borrow_mut().push(refused);
            true
        });
        let entry = Entry::new(&hub, "self", setup).unload_with(unload);
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(refused.borrow().len(), 2);
        assert!(
            refused.borrow()[0]
                .to_string()
                .ends_with("it would wait for the very job that asks for it; make a task of it")
        );
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
fn an_entry_that_is_set_up_needs_no_handle_and_one_that_is_unloaded_is_freed() {
    let held = Rc::new(());
    run_paused(async |hub| {
        let kept = Rc::clone(&held);
        let entry = Entry::new(&hub, "freed", job!(coroutine_0, async move || Ok(Rc::clone(&kept))));
        entry.setup().await.expect("it is not loaded");
        entry.unload().await.expect("it is loaded");
        drop(entry);
        yield_now().await;
        assert_eq!(Rc::strong_count(&held), 1);

        let (tries, job) = ready_after(1);
        let entry = Entry::new(&hub, "alone", job);
        entry.setup().await.expect("it is not loaded");
        drop(entry);
        sleep(SECOND * 10).await;
        assert_eq!(tries.borrow().len(), 2);

        let kept = Rc::clone(&held);
        let entry = Entry::new(&hub, "until the end", job!(coroutine_0, async move || Ok(Rc::clone(&kept))));
        entry.setup().await.expect("it is not loaded");
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn data_whose_destructor_panics_does_not_stop_the_unload() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || Ok(OnDrop(|| panic!("sour milk"))));
        let entry = Entry::new(&hub, "dairy", job);
        entry.setup().await.expect("it is not loaded");
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
    });
    let lines = log::lines_with("sour milk");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.contains("the data of entry `dairy`"), "{lines:?}");
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
fn what_a_task_gives_to_the_entry_during_the_unload_is_undone_too() {
    run_paused(async |hub| {
        let entry = ready(&hub);
        entry.setup().await.expect("it is not loaded");
        let own = entry.clone();
        entry.create_task(async move {
            sleep(SECOND).await;
            own.on_unload(own.hub().bus().listen(&DOOR, job!(callback_0, || ())));
        });
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(hub.bus().listener_count(&DOOR), 0);
    });
}

#[test]
fn background_work_begun_while_the_unload_job_runs_goes_on_if_that_says_no() {
    run_paused(async |hub| {
        let slow_no = job!(coroutine_0, async || {
            sleep(SECOND * 5).await;
            false
        });
        let entry = ready(&hub).unload_with(slow_no);
        entry.setup().await.expect("it is not loaded");
        let unload = hub.create_task(entry.unload());
        sleep(SECOND).await;
        let begun = entry.create_background_task("begun meanwhile", sleep(SECOND * 60));
        assert_eq!(unload.await, Ok(Ok(EntryState::FailedUnload)));
        assert_eq!(begun.await, Ok(()));
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
fn an_on_unload_that_gives_itself_again_without_end_is_left() {
    fn again(entry: &Entry<&'static str>, runs: &Rc<Cell<u32>>) {
        let (own, runs) = (entry.clone(), Rc::clone(runs));
        entry.on_unload(job!(callback_0, move || {
            runs.set(runs.get() + 1);
            again(&own, &runs);
        }));
    }
    run_paused(async |hub| {
        let (entry, runs) = (ready(&hub), Rc::new(Cell::new(0)));
        entry.setup().await.expect("it is not loaded");
        again(&entry, &runs);
        // The clock stands still while there is something to do.
        let clock = hub.create_background_task("clock", async {
            loop {
                tokio::time::advance(SECOND).await;
            }
        });
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        clock.cancel();
        let at_end = runs.get();
        assert!(at_end > 1);
        assert_eq!((entry.unload().await, runs.get()), (Ok(EntryState::NotLoaded), at_end));
    });
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
fn what_is_given_to_an_entry_after_its_unload_is_undone_at_once() {
    log::keep();
    run_paused(async |hub| {
        let entry = ready(&hub);
        let undone = Rc::new(Cell::new(0));
        let undo = |name: &'static str| {
            let own = Rc::clone(&undone);
            job!(callback_0, move || own.set(own.get() + 1)).named(name)
        };
        entry.on_unload(undo("in time"));
        entry.setup().await.expect("it is not loaded");
        assert_eq!(undone.get(), 0);
        // Of the hub, so the unload does not wait for it.
        let (own, late) = (entry.clone(), undo("an hour late"));
        let connects = hub.create_task(async move {
            sleep(SECOND).await;
            own.on_unload(late);
            own.on_unload(own.hub().bus().listen(&DOOR, job!(callback_0, || ())));
        });
        entry.unload().await.expect("it is loaded");
        assert_eq!(undone.get(), 1);
        connects.await.expect("nobody cancels it");
        assert_eq!((undone.get(), hub.bus().listener_count(&DOOR)), (2, 0));
        // In the next life all is as in the first.
        entry.setup().await.expect("it is not loaded");
        entry.on_unload(undo("in time"));
        assert_eq!(undone.get(), 2);
        entry.unload().await.expect("it is loaded");
        assert_eq!(undone.get(), 3);
    });
    let lines = log::lines_with("an hour late");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::WARN);
}

#[test]
fn an_on_unload_job_that_waits_for_its_entry_is_refused() {
    run_paused(async |hub| {
        let outcomes: Rc<RefCell<Vec<_>>> = Rc::default();
        let entry = Entry::new(&hub, "turns round", job!(coroutine_0, async || Ok(())));
        entry.setup().await.expect("it is not loaded");
        for later in [false, true] {
            let (own, outcomes) = (entry.clone(), Rc::clone(&outcomes));
            let reloads = job!(coroutine_0, async move || {
                if later {
                    sleep(SECOND).await;
                }
                let outcome = own.reload().await.map_err(|error| error.to_string());
                outcomes.borrow_mut().push(outcome);
            });
            entry.on_unload(reloads);
        }
        // A task of its own is none of the unload's.
        let own = entry.clone();
        entry.on_unload(job!(callback_0, move || drop(own.hub().create_task(own.reload()))));
        let begun = Instant::now();
        entry.unload().await.expect("it is loaded");
        assert_eq!(begun.elapsed().as_secs(), 1);
        for outcome in outcomes.take() {
            assert!(outcome.expect_err("it would wait for itself").contains("the very job that asks for it"));
        }
        sleep(SECOND).await;
        assert_eq!(entry.state(), EntryState::Loaded, "the reload came after the unload");
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
