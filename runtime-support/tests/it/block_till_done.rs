//! `block_till_done`: what it waits for and what it does not.

use std::cell::Cell;
use std::future::pending;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use onloop::Hub;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Level;

use crate::hub::run_paused;
use crate::log;

/// A job that a test lets end when it likes.
fn held_job() -> (std::sync::mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
    let (release, held) = std::sync::mpsc::channel::<()>();
    // Ends when released, or when the test does.
    (release, move || {
        let _ = held.recv();
    })
}

#[test]
fn with_nothing_to_do_it_lets_the_loop_turn_once() {
    Hub::run(async |hub| {
        let turned = Rc::new(Cell::new(false));
        let seen = Rc::clone(&turned);
        hub.create_background_task("turn", async move {
            yield_now().await;
            seen.set(true);
        });
        hub.block_till_done().await;
        assert!(turned.get());
    });
}

#[test]
fn it_waits_for_tasks_that_tasks_make() {
    fn chain(hub: Hub, left: u32, ends: Rc<Cell<u32>>) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            sleep(Duration::from_millis(5)).await;
            ends.set(ends.get() + 1);
            if left > 0 {
                hub.create_task(chain(hub.clone(), left - 1, ends));
            }
        })
    }
    run_paused(async |hub| {
        let ends = Rc::new(Cell::new(0));
        hub.create_task(chain(hub.clone(), 99, Rc::clone(&ends)));
        hub.block_till_done().await;
        assert_eq!(ends.get(), 100);
    });
}

#[test]
fn a_hundred_thousand_tasks_are_waited_for() {
    run_paused(async |hub| {
        let ends = Rc::new(Cell::new(0));
        for index in 0..100_000_u64 {
            let ends = Rc::clone(&ends);
            hub.create_task(async move {
                sleep(Duration::from_millis(index % 50)).await;
                ends.set(ends.get() + 1);
            });
        }
        hub.block_till_done().await;
        assert_eq!(ends.get(), 100_000);
    });
}

#[test]
fn it_leaves_background_tasks_out_unless_asked() {
    run_paused(async |hub| {
        let start = Instant::now();
        hub.create_background_task("ends in a second", sleep(Duration::from_secs(1)));
        hub.block_till_done().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        hub.block_till_done_with_background().await;
        assert!(start.elapsed() >= Duration::from_secs(1));
    });
}

#[test]
fn a_task_that_calls_it_does_not_wait_for_itself() {
    run_paused(async |hub| {
        let own = hub.clone();
        let task = hub.create_task(async move {
            own.create_task(sleep(Duration::from_secs(1)));
            own.block_till_done().await;
            own.block_till_done_with_background().await;
        });
        assert_eq!(task.await, Ok(()));
    });
}

#[test]
fn tasks_that_all_call_it_do_not_wait_for_each_other() {
    run_paused(async |hub| {
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let own = hub.clone();
                hub.create_task(async move { own.block_till_done().await })
            })
            .collect();
        hub.create_task(sleep(Duration::from_secs(1)));
        for task in tasks {
            assert_eq!(task.await, Ok(()));
        }
    });
}

#[test]
fn a_task_that_gave_up_waiting_is_waited_for_again() {
    run_paused(async |hub| {
        let own = hub.clone();
        let endless = hub.create_task(pending::<()>());
        let task = hub.create_task(async move {
            let wait = onloop::timeout(Duration::from_secs(1), own.block_till_done());
            assert!(wait.await.is_err());
            sleep(Duration::from_secs(1)).await;
        });
        yield_now().await;
        endless.cancel();
        hub.block_till_done().await;
        assert!(task.is_finished());
    });
}

#[test]
fn it_tells_what_it_waits_for_every_minute() {
    log::keep();
    run_paused(async |hub| {
        hub.create_task_named("slow barometer", sleep(Duration::from_secs(150)));
        hub.block_till_done().await;
    });
    let lines = log::lines_with("still waits for task `slow barometer` (made at ");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|(level, _)| *level == Level::DEBUG));
}

#[test]
fn with_tasks_that_make_tasks_without_end_a_timeout_gives_up() {
    fn endless(hub: Hub) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            sleep(Duration::from_millis(1)).await;
            hub.create_task(endless(hub.clone()));
        })
    }
    run_paused(async |hub| {
        hub.create_task(endless(hub.clone()));
        let wait = onloop::timeout(Duration::from_secs(5), hub.block_till_done()).await;
        assert!(wait.is_err());
    });
}

#[test]
fn a_job_made_in_a_first_segment_is_waited_for() {
    Hub::run(async |hub| {
        let own = hub.clone();
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        hub.create_task(async move {
            own.add_executor_job(move || seen.store(true, Ordering::SeqCst));
        });
        hub.block_till_done().await;
        assert!(ended.load(Ordering::SeqCst));
    });
}

#[test]
fn a_job_made_in_a_later_segment_or_outside_tasks_is_waited_for() {
    Hub::run(async |hub| {
        let (release, job) = held_job();
        let own = hub.clone();
        hub.create_task(async move {
            yield_now().await;
            own.add_executor_job(job);
        });
        let (release_main, job) = held_job();
        hub.add_executor_job(job);
        let done = hub.create_background_task("drain", {
            let own = hub.clone();
            async move { own.block_till_done().await }
        });
        for release in [release, release_main] {
            for _ in 0..10 {
                yield_now().await;
            }
            assert!(!done.is_finished());
            drop(release);
        }
        assert_eq!(done.await, Ok(()));
    });
}

#[test]
fn a_job_made_in_a_background_task_is_waited_for_only_when_asked() {
    Hub::run(async |hub| {
        let (release, job) = held_job();
        let own = hub.clone();
        let ended = Rc::new(Cell::new(false));
        let seen = Rc::clone(&ended);
        hub.create_background_task("with job", async move {
            own.add_executor_job(job).await;
            seen.set(true);
        });
        hub.block_till_done().await;
        assert!(!ended.get());
        drop(release);
        hub.block_till_done_with_background().await;
        assert!(ended.get());
    });
}

#[test]
fn it_returns_when_the_hub_begins_to_stop() {
    run_paused(async |hub| {
        let own = hub.clone();
        hub.create_task(pending::<()>());
        hub.create_task(async move {
            sleep(Duration::from_secs(1)).await;
            own.stop().await;
        });
        hub.block_till_done().await;
    });
}

thread_local! {
    /// Counts what remote jobs do, which cannot capture what lives on the loop.
    static RAN: Cell<u32> = const { Cell::new(0) };
}

/// Begins an executor job that hands over a remote job, which starts a task that begins the next one.
fn begin_chain(hub: &Hub, left: u32) {
    let remote = hub.remote();
    hub.add_executor_job(move || {
        let next = move |hub: &Hub| {
            let own = hub.clone();
            hub.create_task(async move {
                yield_now().await;
                RAN.set(RAN.get() + 1);
                if left > 0 {
                    begin_chain(&own, left - 1);
                }
            });
        };
        remote.add_job(next).expect("the hub runs");
    });
}

#[test]
fn what_a_job_has_handed_to_a_remote_has_run() {
    Hub::run(async |hub| {
        RAN.set(0);
        begin_chain(&hub, 20);
        hub.block_till_done().await;
        assert_eq!(RAN.get(), 21);
    });
}

#[test]
fn what_another_thread_has_handed_over_before_has_run() {
    Hub::run(async |hub| {
        RAN.set(0);
        let remote = hub.remote();
        let thread = std::thread::spawn(move || {
            for _ in 0..1_000 {
                remote.add_job(|_| RAN.set(RAN.get() + 1)).expect("the hub runs");
            }
        });
        thread.join().expect("it only sends");
        hub.block_till_done().await;
        assert_eq!(RAN.get(), 1_000);
    });
}

#[test]
fn a_thread_that_sends_without_end_holds_nobody_up() {
    Hub::run(async |hub| {
        let over = Arc::new(AtomicBool::new(false));
        let (remote, own) = (hub.remote(), Arc::clone(&over));
        let floods = std::thread::spawn(move || {
            while !own.load(Ordering::SeqCst) {
                // Always more than the loop can run.
                let _ = remote.add_job(|_| std::hint::black_box(()));
            }
        });
        for _ in 0..3 {
            hub.block_till_done().await;
        }
        over.store(true, Ordering::SeqCst);
        floods.join().expect("it only sends");
    });
}
