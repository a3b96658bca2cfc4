//! Executor jobs: results, panics, threads.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use onloop::__private::{Kind, Site, blocking};
use onloop::{Blocking, Cancelled, Event, EventType, HUB_STOP, Hub, IntoJob, Job, StopStage};
use tokio::time::sleep;
use tracing::Level;

use crate::log;

#[test]
fn the_result_comes_back_to_the_loop() {
    Hub::run(async |hub| {
        let (left, right) = (20, 22);
        assert_eq!(hub.add_executor_job(move || left + right).await, 42);
    });
}

#[test]
fn the_job_starts_with_the_call_not_with_the_await() {
    Hub::run(async |hub| {
        let (send, receive) = mpsc::channel();
        let job = hub.add_executor_job(move || send.send(1));
        // The loop is blocked here, as only a test may do.
        assert_eq!(receive.recv(), Ok(1));
        assert_eq!(job.await, Ok(()));
    });
}

#[test]
fn a_panic_resumes_in_the_awaiter_and_the_loop_goes_on() {
    log::keep();
    Hub::run(async |hub| {
        let mut job = std::pin::pin!(hub.add_executor_job(|| panic!("meant in job")));
        let payload = std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| job.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => panic!("the job did not panic"),
            Err(payload) => Poll::Ready(payload),
        })
        .await;
        assert_eq!(payload.downcast_ref(), Some(&"meant in job"));
        assert_eq!(hub.add_executor_job(|| 1).await, 1);
    });
    assert_eq!(log::lines_with("meant in job"), [], "the awaiter has it");
}

#[test]
fn a_panic_nobody_awaits_is_logged_once() {
    log::keep();
    Hub::run(async |hub| {
        drop(hub.add_executor_job(|| panic!("meant alone")));
        let kept = hub.add_executor_job(|| panic!("meant and kept"));
        hub.block_till_done().await;
        drop(kept);
    });
    for message in ["meant alone", "meant and kept"] {
        let lines = log::lines_with(message);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let (level, line) = &lines[0];
        assert_eq!(*level, Level::ERROR);
        assert!(line.contains("executor job `it::executor::a_panic_nobody"), "{line}");
        assert!(line.contains("tests/it/executor.rs:"), "{line}");
    }
}

#[test]
fn a_dropped_handle_does_not_stop_the_job() {
    let runs = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&runs);
    Hub::run(async move |hub| {
        for _ in 0..1_000 {
            let seen = Arc::clone(&seen);
            drop(hub.add_executor_job(move || seen.fetch_add(1, Ordering::SeqCst)));
        }
        hub.block_till_done().await;
    });
    assert_eq!(runs.load(Ordering::SeqCst), 1_000);
}

#[test]
fn the_executor_has_as_many_threads_as_asked_and_they_carry_the_hubs_name() {
    Hub::builder().name("small").executor_threads(2).run(async |hub| {
        let barrier = Arc::new(Barrier::new(2));
        let jobs: Vec<_> = (0..20)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                hub.add_executor_job(move || {
                    barrier.wait();
                    let thread = std::thread::current();
                    (thread.id(), thread.name().map(str::to_owned))
                })
            })
            .collect();
        let mut threads = HashSet::new();
        for job in jobs {
            let (id, name) = job.await;
            assert_eq!(name.as_deref(), Some("small-executor"));
            threads.insert(id);
        }
        assert_eq!(threads.len(), 2);
    });
}

#[test]
fn a_blocking_function_may_run_there() {
    fn read_config() -> u8 {
        static SITE: Site = Site::new("read_config", Kind::Blocking, file!(), line!());
        blocking(&SITE);
        1
    }
    Hub::run(async |hub| {
        static SITE: Site = Site::new("setup", Kind::Coroutine, file!(), line!());
        let job = onloop::__private::coroutine(&SITE, async { hub.add_executor_job(read_config).await });
        assert_eq!(job.await, 1);
    });
}

#[test]
fn a_job_for_a_loop_that_has_ended_never_runs_and_says_so() {
    let hub = Hub::run(async |hub| hub);
    let job = hub.add_executor_job(|| unreachable!("there is no executor"));
    let awaited = catch_unwind(AssertUnwindSafe(|| Hub::run(async |_other| job.await)));
    let message = awaited.expect_err("it never ran").downcast::<&str>().expect("a literal");
    assert!(message.starts_with("the executor job never ran"), "{message}");
}

#[test]
fn a_job_that_is_queued_when_run_returns_never_runs() {
    let (release, held) = mpsc::channel::<()>();
    let (ran, dropped) = (Arc::new(AtomicUsize::new(0)), mpsc::channel::<()>());
    let (own, limit) = (Arc::clone(&ran), Duration::from_millis(20));
    let hub = Hub::builder().executor_threads(1).stop_limit(StopStage::Executor, limit).run(async move |hub| {
        hub.add_executor_job(move || held.recv().is_ok());
        let last = dropped.0;
        hub.add_executor_job(move || {
            own.fetch_add(1, Ordering::SeqCst);
            drop(last);
        });
        let own: Job<()> = IntoJob::into_job(job!(blocking_0, || ()));
        let run = hub.run_job(&own, ());
        (hub, run)
    });
    drop(release);
    // The one that was left behind ends, and the next comes to its turn.
    dropped.1.recv().expect_err("what it captured is dropped");
    assert_eq!(ran.load(Ordering::SeqCst), 0);
    let (hub, run) = hub;
    assert_eq!(Hub::run(async move |_| run.await), Err(Cancelled));
    let own: Job<()> = IntoJob::into_job(job!(blocking_0, || ()));
    let run = hub.run_job(&own, ());
    assert_eq!(Hub::run(async move |_| run.await), Err(Cancelled), "nor does one that comes after");
}

/// A job for the executor, of any argument, that counts its calls.
fn counting<A>(calls: &Arc<AtomicUsize>) -> Blocking<A> {
    let calls = Arc::clone(calls);
    job!(blocking_0, move || {
        calls.fetch_add(1, Ordering::SeqCst);
    })
}

#[test]
fn what_was_ended_is_not_called_where_it_still_waits_for_a_thread() {
    const EVENT: EventType<u32> = EventType::new("executor");
    let calls = Arc::new(AtomicUsize::new(0));
    Hub::builder().executor_threads(1).run(async |hub| {
        let (release, held) = mpsc::channel::<()>();
        hub.add_executor_job(move || held.recv().is_ok());
        let ended = [
            hub.bus().listen(&EVENT, counting(&calls)),
            hub.bus().listen_once(&EVENT, counting(&calls)),
            hub.bus().listen_filtered(&EVENT, job!(callback, |_: &Event<u32>| true), counting(&calls)),
            hub.call_later(Duration::ZERO, counting(&calls)),
            hub.track_time_interval(Duration::from_millis(1), counting(&calls)),
        ];
        let stays = hub.bus().listen_once(&EVENT, counting(&calls));
        hub.bus().fire(&EVENT, 1);
        sleep(Duration::from_millis(5)).await;
        drop(ended);
        drop(release);
        hub.block_till_done().await;
        hub.add_executor_job(|| ()).await;
        assert_eq!(calls.load(Ordering::SeqCst), 1, "the one that nobody has ended");
        drop(stays);
    });
}

#[test]
fn a_stuck_job_holds_nothing_up_under_a_paused_clock() {
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let stuck = || {
        let held = Arc::clone(&held);
        move || drop(held.lock().map(|held| held.recv()))
    };
    let limit = Duration::from_millis(20);
    let stages = [StopStage::Stopping, StopStage::FinalWrite, StopStage::Closing, StopStage::Executor];
    let builder = stages.iter().fold(Hub::builder(), |builder, stage| builder.stop_limit(*stage, limit));
    builder.start_limit(limit).run(async |hub| {
        tokio::time::pause();
        hub.add_executor_job(stuck());
        hub.start().await;
        assert!(hub.has_started());
        hub.bus().listen(&HUB_STOP, job!(blocking_0, stuck())).detach();
    });
    drop(release);
}
