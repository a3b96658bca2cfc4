//! Waits that may have no end: each is told once, and again when it is over. On a paused clock.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use onloop::{Coordinator, Debouncer, Entry, EntryState, Hub, Interval, IntoJob, Overlap, SetupFailed};
use tokio::time::sleep;
use tracing::Level;

use crate::hub::run_paused;
use crate::log;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);

/// What was told of `text`: how often that it lasts, and how often that it is over.
#[track_caller]
fn assert_told(text: &str, lasts: usize, over: usize) {
    let lines = log::lines_with(text);
    let count = |level, word: &str| lines.iter().filter(|(of, line)| *of == level && line.contains(word)).count();
    let told = (count(Level::WARN, " now: "), count(Level::INFO, ", over after "));
    assert_eq!(told, (lasts, over), "{lines:#?}");
}

/// A coordinator whose update can ask for it.
type Cell<T> = Rc<RefCell<Option<Coordinator<T>>>>;

fn get(cell: &Cell<u32>) -> Coordinator<u32> {
    cell.borrow().clone().expect("it is there")
}

#[test]
fn an_update_that_waits_for_a_task_that_refreshes() {
    log::keep();
    run_paused(async |hub| {
        let cell: Cell<u32> = Rc::default();
        let (own, at) = (Rc::clone(&cell), hub.clone());
        let update = job!(coroutine_0, async move || {
            let coordinator = get(&own);
            let _ = at.create_task(async move { coordinator.refresh().await }).await;
            Ok(1)
        });
        let coordinator = Coordinator::builder(&hub, "bites its tail", update).build();
        *cell.borrow_mut() = Some(coordinator.clone());
        let _refresh = hub.create_task(coordinator.refresh());
        sleep(DAY).await;
        assert_told("the update of coordinator `bites its tail`", 1, 0);
        assert_told("a refresh of coordinator `bites its tail` waits for its turn, which task `coordinator", 1, 0);
        coordinator.shutdown();
        sleep(SECOND).await;
        assert_told("the update of coordinator `bites its tail`", 1, 1);
        cell.take();
    });
}

#[test]
fn two_coordinators_that_refresh_each_other() {
    log::keep();
    run_paused(async |hub| {
        let cells: [Cell<u32>; 2] = Default::default();
        for number in 0..2 {
            let other = Rc::clone(&cells[1 - number]);
            let update = job!(coroutine_0, async move || {
                let other = get(&other);
                other.refresh().await;
                Ok(1)
            });
            *cells[number].borrow_mut() =
                Some(Coordinator::builder(&hub, format!("one of two {number}"), update).build());
        }
        let _refresh = hub.create_task(get(&cells[0]).refresh());
        sleep(DAY).await;
        assert_told("a refresh of coordinator `one of two 0` waits for its turn", 1, 0);
        assert_told("the update of coordinator `one of two 1`", 1, 0);
        for cell in cells {
            cell.take();
        }
    });
}

#[test]
fn a_set_up_that_waits_for_a_task_that_reloads_has_an_end_with_a_limit() {
    log::keep();
    run_paused(async |hub| {
        let setup = job!(coroutine, async |entry: &Entry<()>| {
            let own = entry.clone();
            let _ = entry.hub().create_task(async move { own.reload().await }).await;
            Ok(())
        });
        let without = Entry::new(&hub, "waits for itself", setup);
        let _setup = hub.create_task(without.setup());
        sleep(DAY).await;
        assert_eq!(without.state(), EntryState::SetupInProgress);
        assert_told("the set-up of entry `waits for itself`", 1, 0);
        assert_told("the reload of entry `waits for itself` waits for its turn, which task `entry `waits", 1, 0);

        let setup = job!(coroutine_0, async || pending::<Result<(), SetupFailed>>().await);
        let with = Entry::new(&hub, "has a limit", setup).setup_limit(SECOND * 10);
        assert_eq!(with.setup().await, Ok(EntryState::SetupRetry));
        assert_eq!(with.reason().as_deref(), Some("the set-up has not ended within 10s"));
        assert_eq!(log::lines_with("the set-up of entry `has a limit`"), []);
    });
}

#[test]
fn a_set_up_within_its_limit_is_one_like_others() {
    run_paused(async |hub| {
        let setup = job!(coroutine_0, async || {
            sleep(SECOND).await;
            Ok::<_, SetupFailed>(7)
        });
        let entry = Entry::new(&hub, "in time", setup).setup_limit(SECOND * 2);
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.data().as_deref(), Some(&7));
    });
}

#[test]
fn a_run_of_an_interval_that_never_ends() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || pending::<()>().await);
        let interval = hub.track_time_interval(SECOND, job.named("never comes back"));
        sleep(DAY).await;
        assert_told("a run of interval `never comes back`", 1, 0);
        drop(interval);
        sleep(SECOND).await;
        assert_told("a run of interval `never comes back`", 1, 1);
        // Runs that may overlap wait for nothing.
        let job = job!(coroutine_0, async || sleep(DAY).await);
        let piles = hub.track_time_interval(Interval::every(DAY / 2).overlap(Overlap::Allow), job.named("piles up"));
        sleep(DAY).await;
        drop(piles);
        assert_told("`piles up`", 0, 0);
    });
}

#[test]
fn a_run_of_a_debouncer_that_never_ends() {
    log::keep();
    run_paused(async |hub| {
        let job = job!(coroutine_0, async || sleep(SECOND * 100).await);
        let debouncer = Debouncer::new(&hub, SECOND, job.named("saves for ever"));
        debouncer.schedule_call();
        sleep(SECOND * 61).await;
        assert_told("a run of `saves for ever`", 1, 0);
        debouncer.call().await;
        sleep(SECOND * 60).await;
        assert_told("a run of `saves for ever`", 1, 1);
    });
}

#[test]
fn an_executor_whose_threads_are_all_taken() {
    log::keep();
    // On the machine's clock: with a thread at work the loop's would stand still.
    Hub::builder().executor_threads(1).patience(Duration::from_millis(20)).run(async |hub| {
        let (release, held) = mpsc::channel::<()>();
        hub.add_executor_job(move || held.recv().is_ok());
        let (job, text) = (job!(blocking_0, || ()), "executor job `cannot begin`");
        let waits = hub.run_job(&IntoJob::<()>::into_job(job.named("cannot begin")), ());
        while log::lines_with(text).is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
        sleep(Duration::from_millis(100)).await;
        assert_told(text, 1, 0);
        assert_told("waits for a thread, and so do 0 more; those there are have executor job `it::lasting::", 1, 0);
        drop(release);
        assert_eq!(waits.await, Ok(()));
        while log::lines_with(text).len() < 2 {
            sleep(Duration::from_millis(5)).await;
        }
        assert_told(text, 1, 1);
    });
}

#[test]
fn the_patience_is_the_hubs() {
    log::keep();
    Hub::builder().patience(SECOND * 5).run(async |hub| {
        tokio::time::pause();
        let update = job!(coroutine_0, async || {
            sleep(SECOND * 7).await;
            Ok(1)
        });
        let coordinator = Coordinator::builder(&hub, "takes its time", update).build();
        coordinator.refresh().await;
        assert_told("the update of coordinator `takes its time`", 1, 1);
        assert_eq!(log::lines_with("for 5s now: the update of coordinator `takes its time`").len(), 1);
        assert_eq!(log::lines_with("over after 7s: the update of coordinator `takes its time`").len(), 1);
    });
}
