//! Executor jobs: results, panics, threads.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::task::Poll;

use onloop::__private::{Kind, Site, blocking};
use onloop::Hub;
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
