//! Timers, on a paused clock.
//!
//! Rows of the reference that have no test here: `test_cancellable_hassjob`, for every timer is cancelled at the stop,
//! and the thread-safe forms, which are `Remote::call` with these. There are no timers on the wall clock
//! (`async_track_point_in_utc_time`). `test_track_time_interval_name`: a timer has the name of its job, which is tested
//! with the jobs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use onloop::{Hub, Interval, Overlap, StopStage, Unsubscribe};
use tokio::time::{Instant, sleep};

use crate::hub::run_paused;
use crate::log;

const SECOND: Duration = Duration::from_secs(1);

/// Counts how often a job has run.
fn counter() -> (Rc<Cell<u32>>, impl Fn() + 'static) {
    let count = Rc::new(Cell::new(0));
    let own = Rc::clone(&count);
    (count, move || own.set(own.get() + 1))
}

#[test]
fn call_later_runs_once_after_the_delay_and_tells_the_planned_time() {
    run_paused(async |hub| {
        let start = Instant::now();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let own = Rc::clone(&seen);
        let job = job!(callback, move |planned: &Instant| own.borrow_mut().push((*planned, Instant::now())));
        hub.call_later(SECOND, job).detach();
        sleep(SECOND / 2).await;
        assert!(seen.borrow().is_empty());
        sleep(SECOND * 10).await;
        let seen = seen.borrow();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0, start + SECOND);
        assert!(seen[0].1 - seen[0].0 <= Duration::from_millis(1));
    });
}

#[test]
fn a_time_that_has_passed_means_the_next_turn_and_not_this_call() {
    run_paused(async |hub| {
        let (count, counts) = counter();
        let _timer = hub.call_at(Instant::now(), job!(callback_0, counts));
        assert_eq!(count.get(), 0);
        sleep(SECOND).await;
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn cancelled_before_its_time_it_never_fires() {
    run_paused(async |hub| {
        let (count, counts) = counter();
        let timer = hub.call_later(SECOND, job!(callback_0, counts));
        sleep(SECOND / 2).await;
        timer.unsubscribe();
        sleep(SECOND * 2).await;
        assert_eq!(count.get(), 0);
    });
}

#[test]
fn cancelled_when_due_but_before_its_turn_it_never_fires() {
    run_paused(async |hub| {
        let (count, counts) = counter();
        let timer = hub.call_later(SECOND, job!(callback_0, counts));
        // The clock passes the time without a turn in between.
        tokio::time::advance(SECOND / 2).await;
        let mut advance = Box::pin(tokio::time::advance(SECOND));
        let _ = std::future::poll_fn(|cx| std::task::Poll::Ready(advance.as_mut().poll(cx))).await;
        drop(timer);
        sleep(SECOND).await;
        assert_eq!(count.get(), 0);
    });
}

#[test]
fn a_coroutine_of_a_timer_is_tracked_and_goes_on_when_the_timer_is_dropped() {
    run_paused(async |hub| {
        let (count, counts) = counter();
        let counts = Rc::new(counts);
        let timer = hub.call_later(
            SECOND,
            job!(coroutine_0, async move || {
                sleep(SECOND * 5).await;
                counts();
            }),
        );
        hub.block_till_done().await;
        assert_eq!(count.get(), 0, "the timer itself is not waited for");
        sleep(SECOND * 2).await;
        drop(timer);
        hub.block_till_done().await;
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn an_interval_runs_at_multiples_of_its_period() {
    run_paused(async |hub| {
        let start = Instant::now();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let own = Rc::clone(&seen);
        let job = job!(callback, move |planned: &Instant| own.borrow_mut().push((*planned - start).as_secs()));
        let timer = hub.track_time_interval(SECOND * 10, job);
        sleep(SECOND * 35).await;
        assert_eq!(*seen.borrow(), [10, 20, 30]);
        drop(timer);
        sleep(SECOND * 35).await;
        assert_eq!(seen.borrow().len(), 3);
    });
}

/// What became of the runs of an interval.
struct Runs {
    /// The second in which each began.
    begun: Rc<RefCell<Vec<u64>>>,
    /// How many there were at once.
    most: Rc<Cell<u32>>,
    _timer: Unsubscribe,
}

/// Runs a job of 25 s each 10 s.
fn slow_runs(hub: &Hub, name: &'static str, overlap: Overlap) -> Runs {
    let start = Instant::now();
    let (begun, most, running) = (Rc::new(RefCell::new(Vec::new())), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (own_begun, own_most) = (Rc::clone(&begun), Rc::clone(&most));
    let job = job!(coroutine, async move |planned: &Instant| {
        own_begun.borrow_mut().push((*planned - start).as_secs());
        running.set(running.get() + 1);
        own_most.set(own_most.get().max(running.get()));
        sleep(SECOND * 25).await;
        running.set(running.get() - 1);
    });
    let timer = hub.track_time_interval(Interval::every(SECOND * 10).overlap(overlap), job.named(name));
    Runs { begun, most, _timer: timer }
}

#[test]
fn slow_runs_do_not_overlap() {
    log::keep();
    run_paused(async |hub| {
        let runs = slow_runs(&hub, "slow interval", Overlap::Skip);
        sleep(SECOND * 79).await;
        // Each begins at a multiple of the period; those that were due during a run are left out.
        assert_eq!(*runs.begun.borrow(), [10, 40, 70]);
        assert_eq!(runs.most.get(), 1);
    });
    let lines = log::lines_with("interval `slow interval` (");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].1.ends_with("leaves 2 runs out"), "{lines:?}");
}

#[test]
fn slow_runs_overlap_where_that_is_asked_for() {
    run_paused(async |hub| {
        let runs = slow_runs(&hub, "slow overlapping interval", Overlap::Allow);
        sleep(SECOND * 55).await;
        assert_eq!(*runs.begun.borrow(), [10, 20, 30, 40, 50]);
        assert_eq!(runs.most.get(), 3);
    });
}

#[test]
fn an_interval_survives_a_run_that_panics() {
    log::keep();
    run_paused(async |hub| {
        let (count, counts) = counter();
        let job = job!(callback_0, move || {
            counts();
            panic!("meant each time");
        });
        let _timer = hub.track_time_interval(SECOND, job.named("bad tick"));
        sleep(SECOND * 3 + SECOND / 2).await;
        assert_eq!(count.get(), 3);
    });
    assert_eq!(log::lines_with("callback `bad tick` (").len(), 3);
}

#[test]
fn an_interval_can_end_itself() {
    run_paused(async |hub| {
        let own: Rc<RefCell<Option<Unsubscribe>>> = Rc::default();
        let (count, counts) = counter();
        let handle = Rc::clone(&own);
        let job = job!(callback_0, move || {
            counts();
            drop(handle.take());
        });
        own.replace(Some(hub.track_time_interval(SECOND, job)));
        sleep(SECOND * 10).await;
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn the_stop_cancels_all_timers_at_once_and_new_ones_do_not_start() {
    run_paused(async |hub| {
        let held = Rc::new(());
        let start = Instant::now();
        for _ in 0..10 {
            let kept = Rc::clone(&held);
            hub.call_later(SECOND, job!(callback_0, move || assert_eq!(Rc::strong_count(&kept), 0))).detach();
            let kept = Rc::clone(&held);
            hub.track_time_interval(SECOND, job!(callback_0, move || assert_eq!(Rc::strong_count(&kept), 0))).detach();
        }
        hub.stop().await;
        assert!(start.elapsed() < SECOND, "the stop does not wait for timers");
        assert_eq!(Rc::strong_count(&held), 1);
        let kept = Rc::clone(&held);
        hub.call_later(SECOND, job!(callback_0, move || drop(Rc::clone(&kept)))).detach();
        assert_eq!(Rc::strong_count(&held), 1);
    });
}

#[test]
fn a_hub_with_a_detached_interval_stops_in_time() {
    Hub::builder().stop_limit(StopStage::Stopping, Duration::ZERO).run(async |hub| {
        hub.track_time_interval(Duration::from_millis(1), job!(callback_0, || ())).detach();
    });
}

#[test]
fn the_stop_does_not_name_timers_that_it_has_cancelled() {
    log::keep();
    run_paused(async |hub| {
        hub.track_time_interval(SECOND, job!(callback_0, || ()).named("tick that is no news")).detach();
        sleep(SECOND * 2).await;
    });
    assert_eq!(log::lines_with("tick that is no news"), []);
}

#[test]
#[should_panic(expected = "an interval needs a period longer than nothing")]
fn an_interval_of_nothing_is_refused() {
    Hub::run(async |hub| hub.track_time_interval(Duration::ZERO, job!(callback_0, || ())).detach());
}

#[test]
fn a_delay_beyond_the_clock_is_never() {
    run_paused(async |hub| {
        let (count, counts) = counter();
        let _timer = hub.call_later(Duration::MAX, job!(callback_0, counts));
        sleep(SECOND).await;
        assert_eq!(count.get(), 0);
    });
}
