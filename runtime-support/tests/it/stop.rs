//! The stop: its stages, its limits, and those who would hold it up. Its events and hooks are in `life`, its timers in
//! `timers`.
//!
//! Rows of the reference that have no test here: `test_cumulative_shutdown_timeout_less_than_supervisor`, for nobody
//! above the hub is known that would kill it; the limits are set with `HubBuilder::stop_limit`.
//! `test_executor_shutdown_can_interrupt_threads` is the test of executor jobs that are longer than the limit: threads
//! cannot be interrupted here, they are named and left behind.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use onloop::{Cancelled, Coroutine, HUB_CLOSE, HUB_STOP, Hub, HubState, StopStage};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Level;

use crate::hub::{OnDrop, run_paused};
use crate::log;

/// A future that never ends and tells in which state the hub was when it was dropped.
fn state_when_dropped(hub: &Hub) -> (Rc<Cell<Option<HubState>>>, impl Future<Output = ()> + 'static) {
    let state = Rc::new(Cell::new(None));
    let (seen, hub) = (Rc::clone(&state), hub.clone());
    let guard = OnDrop(move || seen.set(Some(hub.state())));
    (state, async move {
        let _guard = guard;
        pending::<()>().await;
    })
}

#[test]
fn a_background_task_sees_the_cancel_while_stopping_a_tracked_one_while_closing() {
    Hub::run(async |hub| {
        let (background, future) = state_when_dropped(&hub);
        hub.create_background_task("background", future);
        let (tracked, future) = state_when_dropped(&hub);
        hub.create_task(future);
        hub.stop().await;
        assert_eq!(background.get(), Some(HubState::Stopping));
        assert_eq!(tracked.get(), Some(HubState::Closing));
        assert_eq!(hub.state(), HubState::Stopped);
    });
}

#[test]
fn a_task_from_before_holds_nothing_up_and_is_named_when_cancelled() {
    log::keep();
    run_paused(async |hub| {
        let start = Instant::now();
        let task = hub.create_task_named("old sleeper", sleep(Duration::from_secs(10)));
        hub.stop().await;
        assert!(start.elapsed() < Duration::from_millis(500));
        assert_eq!(task.await, Err(Cancelled));
    });
    let lines = log::lines_with("cancels task `old sleeper` (made at ");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::WARN);
}

#[test]
fn what_a_cancelled_tasks_destructors_start_is_waited_for() {
    run_paused(async |hub| {
        let said = Rc::new(Cell::new(false));
        let seen = Rc::clone(&said);
        let own = hub.clone();
        hub.create_background_task("connection", async move {
            let _guard = OnDrop(move || {
                let seen = Rc::clone(&seen);
                own.create_task(async move {
                    sleep(Duration::from_secs(20)).await;
                    seen.set(true);
                });
            });
            pending::<()>().await;
        });
        hub.stop().await;
        assert!(said.get());
    });
}

#[test]
fn an_executor_job_that_a_cancelled_tasks_destructor_starts_is_waited_for() {
    Hub::run(async |hub| {
        let (send, saved) = mpsc::channel();
        let own = hub.clone();
        hub.create_background_task("store", async move {
            let _guard = OnDrop(move || {
                let send = send.clone();
                own.add_executor_job(move || send.send("saved"));
            });
            pending::<()>().await;
        });
        hub.stop().await;
        assert_eq!(saved.try_recv(), Ok("saved"));
    });
}

#[test]
fn a_background_task_made_while_stopping_is_cancelled_before_it_starts() {
    Hub::run(async |hub| {
        let late = Rc::new(RefCell::new(None));
        let (kept, own) = (Rc::clone(&late), hub.clone());
        hub.create_background_task("early", async move {
            let _guard = OnDrop(move || {
                let task = own.create_background_task("late", async { unreachable!("it never starts") });
                kept.replace(Some(task));
            });
            pending::<()>().await;
        });
        hub.stop().await;
        let late: onloop::Task<()> = late.take().expect("the destructor ran");
        assert!(late.is_finished());
        assert_eq!(late.await, Err(Cancelled));
    });
}

#[test]
fn once_stopped_nothing_starts() {
    let hub = Hub::run(async |hub| {
        hub.stop().await;
        let task = hub.create_task(async { unreachable!("it never starts") });
        assert_eq!(task.await, Err::<(), _>(Cancelled));
        // The executor closes with the loop only, so that `main` can still save something.
        assert_eq!(hub.add_executor_job(|| 1).await, 1);
        hub
    });
    let dropped = Rc::new(Cell::new(false));
    let seen = Rc::clone(&dropped);
    let guard = OnDrop(move || seen.set(true));
    let task = hub.create_task(async move { drop(guard) });
    assert!(task.is_finished() && dropped.get());
}

#[test]
fn stop_called_by_several_is_one_stop() {
    Hub::run(async |hub| {
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let own = hub.clone();
                hub.create_task(async move { own.stop().await })
            })
            .collect();
        hub.stop().await;
        hub.stop().await;
        for task in tasks {
            assert_eq!(task.await, Ok(()));
        }
    });
}

#[test]
fn a_task_may_stop_the_hub_and_goes_on_after() {
    for background in [false, true] {
        Hub::run(async |hub| {
            let own = hub.clone();
            let stops = async move {
                own.stop().await;
                own.state()
            };
            let task = if background { hub.create_background_task("stops", stops) } else { hub.create_task(stops) };
            hub.stopped().await;
            assert_eq!(task.await, Ok(HubState::Stopped));
        });
    }
}

#[test]
fn a_stop_that_nobody_waits_for_goes_on() {
    run_paused(async |hub| {
        let mut stop = Box::pin(hub.stop());
        let first_poll = poll_fn(|cx| Poll::Ready(stop.as_mut().poll(cx))).await;
        assert!(first_poll.is_pending());
        drop(stop);
        hub.stopped().await;
        assert_eq!(hub.state(), HubState::Stopped);
    });
}

#[test]
fn a_stop_whose_caller_is_cancelled_goes_on() {
    Hub::run(async |hub| {
        let own = hub.clone();
        let task = hub.create_task(async move { own.stop().await });
        task.cancel();
        hub.stopped().await;
        assert_eq!(task.await, Err(Cancelled));
    });
}

#[test]
fn a_task_that_comes_back_when_cancelled_is_named_and_left() {
    /// Starts its like when it is dropped.
    fn weed(hub: &Hub) -> Pin<Box<dyn Future<Output = ()>>> {
        let own = hub.clone();
        let guard = OnDrop(move || {
            own.create_task_named("weed", weed(&own));
        });
        Box::pin(async move {
            let _guard = guard;
            pending::<()>().await;
        })
    }
    log::keep();
    run_paused(async |hub| {
        let start = Instant::now();
        hub.create_background_task("weed", weed(&hub));
        hub.stop().await;
        // The three stages that wait for tasks, each to its limit.
        assert_eq!(start.elapsed().as_secs(), 100 + 60 + 30);
    });
    let lines = log::lines_with("task `weed`");
    for stage in ["stopping", "final write", "closing"] {
        let named =
            |line: &str| line.contains(&format!("({stage} stage, ")) && line.contains("for task `weed` (made at");
        assert_eq!(lines.iter().filter(|(_, line)| named(line)).count(), 1, "{stage}");
    }
    // Once nothing starts any more, they come back inside each other, on the stack.
    assert_eq!(lines.iter().filter(|(_, line)| line.contains("is leaked")).count(), 1);
}

#[test]
fn tasks_that_make_tasks_without_end_are_ended() {
    fn endless(hub: Hub) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            sleep(Duration::from_millis(100)).await;
            hub.create_task(endless(hub.clone()));
        })
    }
    run_paused(async |hub| {
        hub.create_task(endless(hub.clone()));
        hub.stop().await;
    });
}

#[test]
fn a_task_that_panics_while_cancelled_is_logged_and_the_stop_completes() {
    log::keep();
    Hub::run(async |hub| {
        hub.create_task_named("panics at stop", async {
            let _guard = OnDrop(|| panic!("meant at stop"));
            pending::<()>().await;
        });
        hub.stop().await;
        assert_eq!(hub.state(), HubState::Stopped);
    });
    assert_eq!(log::lines_with("task `panics at stop` (made at").len(), 2, "cancelled, panicked");
    assert_eq!(log::lines_with("panicked: meant at stop").len(), 1);
}

#[test]
fn an_executor_job_longer_than_the_limit_is_named_and_left_behind() {
    fn stuck_for_ever(held: &mpsc::Receiver<()>) {
        let _ = held.recv();
    }
    log::keep();
    let (release, held) = mpsc::channel();
    run_paused(async |hub| {
        hub.add_executor_job(move || stuck_for_ever(&held));
        let own = hub.clone();
        let stop = hub.create_task(async move { own.stop().await });
        for _ in 0..20 {
            yield_now().await;
        }
        assert_eq!(hub.state(), HubState::Closing);
        // A running job keeps a paused clock still.
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(stop.await, Ok(()));
    });
    drop(release);
    let lines = log::lines_with("executor job `it::stop::an_executor_job_longer_than_the_limit");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.contains("(executor stage, 10s)"), "{lines:?}");
}

#[test]
fn a_limit_of_nothing_waits_for_nothing() {
    let (release, held) = mpsc::channel::<()>();
    Hub::builder().stop_limit(StopStage::Executor, Duration::ZERO).run(async |hub| {
        hub.add_executor_job(move || held.recv());
    });
    drop(release);
}

#[test]
fn run_waits_for_executor_jobs_that_end_in_time() {
    let (send, receive) = mpsc::channel();
    Hub::run(async |hub| {
        hub.add_executor_job(move || send.send("done"));
    });
    assert_eq!(receive.try_recv(), Ok("done"));
}

#[test]
fn nothing_of_a_task_outlives_run() {
    let held = Rc::new(());
    Hub::run(async |hub| {
        for _ in 0..3 {
            let held = Rc::clone(&held);
            let own = hub.clone();
            hub.create_task(async move {
                let _kept = (held, own);
                pending::<()>().await;
            });
        }
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn a_task_that_gave_up_waiting_for_the_stop_is_cancelled_like_others() {
    run_paused(async |hub| {
        let start = Instant::now();
        // Longer than the tasks wait for the stop.
        hub.on_stop(job!(coroutine_0, async || sleep(Duration::from_secs(5)).await)).detach();
        let gives_up = |hub: Hub| async move {
            tokio::time::timeout(Duration::from_secs(1), hub.stop()).await.expect_err("the hook takes longer");
            pending::<()>().await;
        };
        let tracked = hub.create_task(gives_up(hub.clone()));
        let background = hub.create_background_task("gives up", gives_up(hub.clone()));
        hub.stopped().await;
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        assert_eq!((tracked.await, background.await), (Err(Cancelled), Err(Cancelled)));
    });
}

#[test]
fn a_task_that_gives_up_waiting_while_the_hub_stops_is_cancelled_then() {
    run_paused(async |hub| {
        let start = Instant::now();
        let own = hub.clone();
        let at_stop = job!(coroutine_0, async move || {
            own.add_executor_job(|| ()).await;
            sleep(Duration::from_secs(5)).await;
        });
        hub.bus().listen(&HUB_STOP, at_stop).detach();
        let own = hub.clone();
        let background = hub.create_background_task("gives up late", async move {
            tokio::time::timeout(Duration::from_secs(1), own.stop()).await.expect_err("the listener takes longer");
            pending::<()>().await;
        });
        hub.stopped().await;
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        assert_eq!(background.await, Err(Cancelled));
    });
}

/// A way to wait for the end of the stop.
type Waits = fn(Hub) -> Pin<Box<dyn Future<Output = ()>>>;

/// A job that waits for it, and counts that it has gone on.
fn waiting<A>(hub: &Hub, waits: Waits, after: &Rc<Cell<u32>>) -> Coroutine<A> {
    let (hub, after) = (hub.clone(), Rc::clone(after));
    job!(coroutine_0, async move || {
        waits(hub.clone()).await;
        after.set(after.get() + 1);
    })
}

#[test]
fn those_who_wait_for_the_stop_hold_it_up_nowhere_and_go_on_after() {
    let stops: Waits = |hub| Box::pin(async move { hub.stop().await });
    let watches: Waits = |hub| Box::pin(async move { hub.stopped().await });
    for waits in [stops, watches] {
        let after = Rc::new(Cell::new(0));
        Hub::run(async |hub| {
            tokio::time::pause();
            let wait = |hub: &Hub| {
                let (own, after) = (hub.clone(), Rc::clone(&after));
                async move {
                    waits(own).await;
                    after.set(after.get() + 1);
                }
            };
            hub.on_stop(waiting(&hub, waits, &after)).detach();
            hub.bus().listen(&HUB_STOP, waiting(&hub, waits, &after)).detach();
            hub.bus().listen(&HUB_CLOSE, waiting(&hub, waits, &after)).detach();
            // Those of one that stops it at once would be all that is tested.
            let (first, second) = (wait(&hub), wait(&hub));
            let own = hub.clone();
            let before = Instant::now();
            hub.create_task(async move { own.stopped().await });
            hub.create_task(first);
            hub.create_background_task("watches the stop", second);
            hub.stop().await;
            assert!(before.elapsed() < Duration::from_secs(1), "{:?}", before.elapsed());
        });
        // The main future has not waited for them, and still all have had their turn.
        assert_eq!(after.get(), 5);
    }
}

#[test]
fn a_task_that_waits_for_the_end_of_the_hub_is_not_waited_for() {
    Hub::run(async |hub| {
        let own = hub.clone();
        hub.create_task(async move { own.stopped().await });
        hub.block_till_done().await;
        hub.start().await;
        assert!(hub.has_started());
    });
}
