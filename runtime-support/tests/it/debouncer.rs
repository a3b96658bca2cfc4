//! The debouncer, on a paused clock.
//!
//! Rows of the reference that have no test here: `test_immediate_works_with_passed_coroutine_raises` in so far as the
//! error reaches the caller; a job has no error, and a panic is logged. That the cooldown starts all the same is tested.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use onloop::{Coroutine, Debouncer, HUB_CLOSE, HUB_FINAL_WRITE, HUB_STOP, Hub};
use tokio::time::{Instant, sleep};
use tracing::Level;

use crate::hub::{OnDrop, run_paused};
use crate::log;

const SECOND: Duration = Duration::from_secs(1);
const COOLDOWN: Duration = Duration::from_secs(10);

/// A job that takes this long, and how often it has begun and ended.
fn job_of(takes: Duration) -> (Rc<Cell<u32>>, Rc<Cell<u32>>, Coroutine<()>) {
    let (begun, ended) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (own_begun, own_ended) = (Rc::clone(&begun), Rc::clone(&ended));
    let job = job!(coroutine_0, async move || {
        assert_eq!(own_begun.get(), own_ended.get(), "runs do not overlap");
        own_begun.set(own_begun.get() + 1);
        if !takes.is_zero() {
            sleep(takes).await;
        }
        own_ended.set(own_ended.get() + 1);
    });
    (begun, ended, job)
}

#[test]
fn the_first_call_runs_now_and_those_in_the_cooldown_merge_into_one() {
    run_paused(async |hub| {
        let (_, ended, job) = job_of(SECOND);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        debouncer.call().await;
        assert_eq!(ended.get(), 1, "it is waited for");
        for _ in 0..5 {
            debouncer.call().await;
        }
        assert_eq!(ended.get(), 1);
        sleep(COOLDOWN + SECOND * 2).await;
        assert_eq!(ended.get(), 2);
        // That run has a cooldown too, and nobody has called in it.
        debouncer.call().await;
        assert_eq!(ended.get(), 2);
        sleep(COOLDOWN * 10).await;
        assert_eq!(ended.get(), 3);
        debouncer.call().await;
        assert_eq!(ended.get(), 4, "the cooldown is over");
    });
}

#[test]
fn a_call_during_a_run_is_queued_and_leaves_no_second_timer() {
    run_paused(async |hub| {
        let (begun, ended, job) = job_of(SECOND * 4);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        let first = hub.create_task(debouncer.call());
        sleep(SECOND * 2).await;
        for _ in 0..10_000 {
            debouncer.call().await;
        }
        first.await.expect("nobody cancels it");
        assert_eq!((begun.get(), ended.get()), (1, 1));
        // One cooldown after the calls.
        sleep(SECOND * 7).await;
        assert_eq!(begun.get(), 1);
        sleep(SECOND * 2).await;
        assert_eq!(begun.get(), 2);
        sleep(COOLDOWN * 10).await;
        assert_eq!(begun.get(), 2);
        // Queued again, and taken back.
        let again = hub.create_task(debouncer.call());
        sleep(SECOND).await;
        debouncer.call().await;
        debouncer.cancel();
        again.await.expect("nobody cancels it");
        debouncer.cancel();
        sleep(COOLDOWN * 10).await;
        assert_eq!(begun.get(), 3);
    });
}

#[test]
fn a_run_longer_than_the_cooldown_is_not_overtaken() {
    run_paused(async |hub| {
        let (begun, ended, job) = job_of(COOLDOWN * 3);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        debouncer.schedule_call();
        sleep(SECOND).await;
        debouncer.schedule_call();
        sleep(COOLDOWN * 3).await;
        assert_eq!((begun.get(), ended.get()), (1, 1));
        sleep(COOLDOWN).await;
        assert_eq!((begun.get(), ended.get()), (2, 1));
    });
}

#[test]
fn not_immediate_it_waits_a_cooldown_first() {
    run_paused(async |hub| {
        let (_, ended, job) = job_of(Duration::ZERO);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job).immediate(false);
        debouncer.call().await;
        debouncer.schedule_call();
        assert_eq!(ended.get(), 0);
        sleep(COOLDOWN + SECOND).await;
        assert_eq!(ended.get(), 1);
    });
}

#[test]
fn cancel_takes_back_calls_and_cooldown() {
    run_paused(async |hub| {
        let (_, ended, job) = job_of(Duration::ZERO);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        debouncer.schedule_call();
        debouncer.schedule_call();
        debouncer.cancel();
        sleep(COOLDOWN * 2).await;
        assert_eq!(ended.get(), 1);
        debouncer.schedule_call();
        debouncer.cancel();
        debouncer.schedule_call();
        assert_eq!(ended.get(), 3);
    });
}

#[test]
fn shutdown_lets_a_run_finish_and_ignores_later_calls() {
    run_paused(async |hub| {
        let held = Rc::new(());
        let (begun, ended, job) = job_of(SECOND);
        let kept = Rc::clone(&held);
        let job = job!(coroutine, async move |(): &()| {
            job.call(std::sync::Arc::new(())).await;
            assert!(Rc::strong_count(&kept) > 1);
        });
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        let run = hub.create_task(debouncer.call());
        debouncer.schedule_call();
        debouncer.shutdown();
        run.await.expect("nobody cancels it");
        assert_eq!((begun.get(), ended.get()), (1, 1));
        debouncer.call().await;
        debouncer.schedule_call();
        sleep(COOLDOWN * 2).await;
        assert_eq!(begun.get(), 1);
        assert_eq!(Rc::strong_count(&held), 1, "the job is dropped");
    });
}

#[test]
fn runs_at_the_end_of_a_cooldown_can_be_background() {
    run_paused(async |hub| {
        let (begun, _, job) = job_of(COOLDOWN * 100);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job).background(true).immediate(false);
        debouncer.schedule_call();
        sleep(COOLDOWN + SECOND).await;
        assert_eq!(begun.get(), 1);
        tokio::time::timeout(SECOND, hub.block_till_done()).await.expect("it is not waited for");
    });
}

#[test]
fn a_run_outlives_its_caller_and_its_cooldown_begins() {
    run_paused(async |hub| {
        let (begun, ended, job) = job_of(SECOND * 5);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        tokio::time::timeout(SECOND, debouncer.call()).await.expect_err("it takes longer");
        hub.block_till_done().await;
        assert_eq!(ended.get(), 1);
        debouncer.call().await;
        assert_eq!(begun.get(), 1, "it cools down");
        sleep(COOLDOWN + SECOND).await;
        assert_eq!(begun.get(), 2);
    });
}

#[test]
fn a_panic_is_logged_once_and_the_cooldown_starts() {
    log::keep();
    run_paused(async |hub| {
        let count = Rc::new(Cell::new(0));
        let own = Rc::clone(&count);
        let job = job!(coroutine_0, async move || {
            own.set(own.get() + 1);
            panic!("the disk is full");
        });
        let debouncer = Debouncer::new(&hub, COOLDOWN, job.named("bad save"));
        debouncer.call().await;
        debouncer.call().await;
        assert_eq!(count.get(), 1);
        assert_eq!(log::lines_with("`bad save` (").len(), 1);
        sleep(COOLDOWN + SECOND).await;
        assert_eq!(count.get(), 2);
    });
    let lines = log::lines_with("`bad save` (");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|(level, line)| *level == Level::ERROR && line.contains("the disk is full")));
}

#[test]
fn jobs_that_block_run_in_the_executor() {
    Hub::run(async |hub| {
        let (send, receive) = std::sync::mpsc::channel();
        let here = std::thread::current().id();
        let job = job!(blocking_0, move || send.send(std::thread::current().id() != here).expect("the test listens"));
        Debouncer::new(&hub, COOLDOWN, job).call().await;
        assert_eq!(receive.try_recv(), Ok(true));
    });
}

#[test]
fn the_stop_takes_the_cooldown_along_and_a_job_may_shut_its_debouncer_down() {
    let dropped = Rc::new(Cell::new(false));
    run_paused(async |hub| {
        let own = Rc::clone(&dropped);
        let cell: Rc<std::cell::RefCell<Option<Debouncer>>> = Rc::default();
        let handle = Rc::clone(&cell);
        let guard = OnDrop(move || own.set(true));
        let job = job!(callback_0, move || {
            std::hint::black_box(&guard);
            if let Some(debouncer) = &*handle.borrow() {
                debouncer.shutdown();
            }
        });
        let debouncer = Debouncer::new(&hub, COOLDOWN, job).immediate(false);
        cell.replace(Some(debouncer.clone()));
        debouncer.schedule_call();
        sleep(COOLDOWN + SECOND).await;
        assert!(dropped.get());

        let (begun, _, job) = job_of(Duration::ZERO);
        let debouncer = Debouncer::new(&hub, COOLDOWN, job);
        debouncer.schedule_call();
        debouncer.schedule_call();
        hub.stop().await;
        assert_eq!(begun.get(), 1);
    });
}

#[test]
fn a_call_during_the_stop_is_not_lost_to_a_cooldown_that_the_stop_has_cancelled() {
    run_paused(async |hub| {
        let all: Vec<_> = [true, false]
            .map(|immediate| {
                let (begun, _, job) = job_of(Duration::ZERO);
                let save = Debouncer::new(&hub, COOLDOWN, job).immediate(immediate);
                save.schedule_call();
                let at_first = begun.get();
                let saves = job!(coroutine_0, async move || save.call().await);
                hub.bus().listen(&HUB_FINAL_WRITE, saves).detach();
                (begun, at_first)
            })
            .into();
        hub.stop().await;
        for (begun, at_first) in all {
            assert_eq!(begun.get(), at_first + 1);
        }
    });
}

/// A debouncer that writes down what was last said: `said` is what it looks at when it begins.
fn saver(hub: &Hub, said: &Rc<Cell<u32>>) -> (Debouncer, Rc<Cell<u32>>) {
    let (said, saved) = (Rc::clone(said), Rc::new(Cell::new(0)));
    let own = Rc::clone(&saved);
    let save = job!(coroutine_0, async move || {
        let now = said.get();
        sleep(SECOND).await;
        own.set(now);
    });
    (Debouncer::new(hub, COOLDOWN, save), saved)
}

#[test]
fn what_is_said_last_is_saved_in_every_stage_of_the_stop() {
    for background in [false, true] {
        for event in [HUB_STOP, HUB_FINAL_WRITE, HUB_CLOSE] {
            run_paused(async |hub| {
                let said = Rc::new(Cell::new(0));
                let (save, saved) = saver(&hub, &said);
                let (save, own) = (save.background(background), Rc::clone(&said));
                let listener = job!(coroutine_0, async move || {
                    for word in 1..4 {
                        own.set(word);
                        save.schedule_call();
                        sleep(SECOND / 2).await;
                    }
                });
                hub.bus().listen(&event, listener).detach();
                let begun = Instant::now();
                hub.stop().await;
                // Those who are cancelled say no more.
                let expected = if event.name() == HUB_CLOSE.name() { 1 } else { 3 };
                assert!(saved.get() >= expected, "{event:?}, background {background}: {}", saved.get());
                assert!(begun.elapsed() < SECOND * 5, "{:?}", begun.elapsed());
            });
        }
    }
}

#[test]
fn a_run_from_before_the_stop_is_followed_by_another_if_somebody_has_called() {
    run_paused(async |hub| {
        let said = Rc::new(Cell::new(1));
        let (save, saved) = saver(&hub, &said);
        save.schedule_call();
        sleep(SECOND / 2).await;
        said.set(2);
        save.schedule_call();
        let keeps = job!(coroutine_0, async || sleep(SECOND * 3).await);
        hub.bus().listen(&HUB_STOP, keeps).detach();
        hub.stop().await;
        assert_eq!(saved.get(), 2);
    });
}

#[test]
fn a_job_that_calls_its_own_debouncer_does_not_hold_the_stop_up() {
    run_paused(async |hub| {
        let (own, runs) = (Rc::new(RefCell::new(None::<Debouncer>)), Rc::new(Cell::new(0)));
        let (at, count) = (Rc::clone(&own), Rc::clone(&runs));
        let again = job!(coroutine_0, async move || {
            count.set(count.get() + 1);
            let debouncer = at.borrow().clone().expect("it is there");
            debouncer.schedule_call();
            sleep(SECOND).await;
            debouncer.schedule_call();
        });
        let (at, count) = (Rc::clone(&own), Rc::clone(&runs));
        *own.borrow_mut() = Some(Debouncer::new(&hub, SECOND, again));
        let first = job!(callback_0, move || {
            count.set(0);
            at.borrow().as_ref().expect("it is there").schedule_call();
        });
        hub.bus().listen(&HUB_FINAL_WRITE, first).detach();
        let begun = Instant::now();
        hub.stop().await;
        assert_eq!(runs.get(), 1);
        assert!(begun.elapsed() < SECOND * 2, "{:?}", begun.elapsed());
    });
}
