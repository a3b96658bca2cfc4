//! Tasks: eager start, names, panics, cancelling.
//!
//! Rows of the reference that have no test here: `test_async_create_task_schedule_coroutine`, for there is no start
//! that is not eager (a task that shall begin at the next turn begins with `yield_now`); what is added from other
//! threads (`test_add_job_pending_tasks_coro`, `test_pending_scheduler`) is in `remote`.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use onloop::{Cancelled, Hub, Task};
use tokio::sync::{Notify, oneshot};
use tokio::task::yield_now;
use tracing::Level;

use crate::hub::{OnDrop, run_paused};
use crate::log;

/// What an awaiter gets of a task that panicked.
async fn panic_of<T>(task: Task<T>) -> String {
    let mut task = std::pin::pin!(task);
    let payload =
        std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx).map(|_| ()))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => panic!("the task did not panic"),
            Err(payload) => Poll::Ready(payload),
        })
        .await;
    (*payload.downcast::<&str>().expect("a literal")).to_owned()
}

#[test]
fn a_task_that_never_waits_is_done_when_the_call_returns() {
    Hub::run(async |hub| {
        let task = hub.create_task(async { 5 });
        assert!(task.is_finished());
        assert_eq!(task.await, Ok(5));
    });
}

#[test]
fn a_task_runs_up_to_its_first_wait_inside_the_call() {
    Hub::run(async |hub| {
        let step = Rc::new(Cell::new(0));
        let seen = Rc::clone(&step);
        let task = hub.create_task(async move {
            seen.set(1);
            yield_now().await;
            seen.set(2);
        });
        assert_eq!((step.get(), task.is_finished()), (1, false));
        assert_eq!(task.await, Ok(()));
        assert_eq!(step.get(), 2);
    });
}

#[test]
fn a_wake_right_after_the_first_segment_is_not_lost() {
    Hub::run(async |hub| {
        let (send, receive) = oneshot::channel();
        let task = hub.create_task(receive);
        send.send(3).expect("the task listens");
        assert_eq!(task.await, Ok(Ok(3)));
    });
}

#[test]
fn a_wake_inside_the_first_segment_is_not_lost() {
    Hub::run(async |hub| {
        let notify = Rc::new(Notify::new());
        let inner = Rc::clone(&notify);
        let task = hub.create_task(async move {
            let notified = inner.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            inner.notify_waiters();
            notified.await;
            yield_now().await;
        });
        assert_eq!(task.await, Ok(()));
    });
}

#[test]
fn wakes_from_other_threads_reach_tasks() {
    Hub::run(async |hub| {
        let (sends, tasks): (Vec<_>, Vec<_>) = (0..100)
            .map(|_| {
                let (send, receive) = oneshot::channel();
                (send, hub.create_task(receive))
            })
            .unzip();
        let thread = std::thread::spawn(move || {
            for (value, send) in sends.into_iter().enumerate() {
                send.send(value).expect("the task listens");
            }
        });
        for (value, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await, Ok(Ok(value)));
        }
        thread.join().expect("it only sends");
    });
}

#[test]
fn an_unnamed_task_is_called_after_its_function_and_place() {
    async fn poll_the_barometer() {
        yield_now().await;
        panic!("out of mercury");
    }
    log::keep();
    Hub::run(async |hub| {
        hub.create_task(poll_the_barometer());
        hub.block_till_done().await;
    });
    let lines = log::lines_with("out of mercury");
    assert_eq!(lines.len(), 1);
    let (level, line) = &lines[0];
    assert_eq!(*level, Level::ERROR);
    assert!(line.contains("::poll_the_barometer` (made at "), "{line}");
    assert!(line.contains("tests/it/tasks.rs:"), "{line}");
}

#[test]
fn a_panic_in_the_first_segment_is_logged_once_and_reaches_the_awaiter() {
    log::keep();
    Hub::run(async |hub| {
        let task = hub.create_task_named("early panic", async { panic!("meant early") });
        assert!(task.is_finished());
        assert_eq!(panic_of::<()>(task).await, "meant early");
        assert_eq!(hub.create_task(async { 1 }).await, Ok(1), "the loop goes on");
    });
    let lines = log::lines_with("task `early panic`");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.ends_with("panicked: meant early"), "{lines:?}");
}

#[test]
fn a_panic_after_a_wait_is_logged_once_and_reaches_the_awaiter() {
    log::keep();
    Hub::run(async |hub| {
        let task = hub.create_task_named("late panic", async {
            yield_now().await;
            panic!("meant late")
        });
        assert_eq!(panic_of::<()>(task).await, "meant late");
        assert_eq!(hub.create_task(yield_now()).await, Ok(()), "the loop goes on");
    });
    assert_eq!(log::lines_with("task `late panic`").len(), 1);
}

#[test]
fn a_panic_nobody_awaits_is_logged_once() {
    log::keep();
    Hub::run(async |hub| {
        hub.create_task_named("lonely panic", async {
            yield_now().await;
            std::panic::panic_any(7_u8);
        });
        hub.block_till_done().await;
    });
    let lines = log::lines_with("task `lonely panic`");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.ends_with("panicked: a value that is not text"), "{lines:?}");
}

#[test]
fn dropping_the_handle_cancels_nothing() {
    Hub::run(async |hub| {
        let done = Rc::new(Cell::new(false));
        let seen = Rc::clone(&done);
        drop(hub.create_task(async move {
            yield_now().await;
            seen.set(true);
        }));
        hub.block_till_done().await;
        assert!(done.get());
    });
}

#[test]
fn cancel_drops_the_future_and_the_awaiter_gets_cancelled() {
    Hub::run(async |hub| {
        let dropped = Rc::new(Cell::new(false));
        let seen = Rc::clone(&dropped);
        let task = hub.create_task(async move {
            let _guard = OnDrop(move || seen.set(true));
            std::future::pending::<()>().await;
        });
        task.cancel();
        assert!(!dropped.get(), "it takes effect at the task's next turn");
        assert_eq!(task.await, Err(Cancelled));
        assert!(dropped.get());
        hub.block_till_done().await;
    });
}

#[test]
fn cancel_after_a_wait_and_twice() {
    Hub::run(async |hub| {
        let task = hub.create_task(std::future::pending::<()>());
        yield_now().await;
        task.cancel();
        task.cancel();
        assert_eq!(task.await, Err(Cancelled));
    });
}

#[test]
fn a_task_may_cancel_itself_and_its_destructors_run_before_its_awaiter_hears() {
    Hub::run(async |hub| {
        let dropped = Rc::new(Cell::new(false));
        let own_handle: Rc<RefCell<Option<Task<()>>>> = Rc::default();
        let (seen, own) = (Rc::clone(&dropped), Rc::clone(&own_handle));
        let task = hub.create_task(async move {
            let _guard = OnDrop(move || seen.set(true));
            yield_now().await;
            own.borrow().as_ref().expect("it was kept").cancel();
            std::future::pending::<()>().await;
        });
        *own_handle.borrow_mut() = Some(task);
        let seen = Rc::clone(&dropped);
        let awaiter = hub.create_task(async move {
            let handle = &own_handle;
            let outcome = std::future::poll_fn(|cx| {
                let mut task = handle.borrow_mut();
                let polled = Pin::new(task.as_mut().expect("it was kept")).poll(cx);
                drop(task);
                polled
            });
            let outcome = outcome.await;
            (outcome, seen.get())
        });
        hub.block_till_done().await;
        assert_eq!(awaiter.await, Ok((Err(Cancelled), true)));
    });
}

#[test]
fn cancel_of_a_finished_task_changes_nothing() {
    Hub::run(async |hub| {
        let at_once = hub.create_task(async { 1 });
        let later = hub.create_task(async {
            yield_now().await;
            2
        });
        hub.block_till_done().await;
        // Whoever took their places must not be hit.
        let bystander = hub.create_task(async {
            yield_now().await;
            3
        });
        at_once.cancel();
        later.cancel();
        assert_eq!(at_once.await, Ok(1));
        assert_eq!(later.await, Ok(2));
        assert_eq!(bystander.await, Ok(3));
    });
}

#[test]
fn a_task_can_cancel_itself() {
    Hub::run(async |hub| {
        let own: Rc<RefCell<Option<Task<()>>>> = Rc::default();
        let handle = Rc::clone(&own);
        let went_on = Rc::new(Cell::new(false));
        let seen = Rc::clone(&went_on);
        let task = hub.create_task(async move {
            yield_now().await;
            if let Some(task) = &*handle.borrow() {
                task.cancel();
            }
            yield_now().await;
            seen.set(true);
        });
        own.replace(Some(task));
        hub.block_till_done().await;
        assert!(!went_on.get());
    });
}

#[test]
fn the_output_survives_an_interrupted_await() {
    run_paused(async |hub| {
        let mut task = hub.create_task(async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            9
        });
        let early = onloop::timeout(Duration::from_secs(1), &mut task).await;
        assert!(early.is_err());
        assert_eq!(task.await, Ok(9));
    });
}

#[test]
fn ten_thousand_tasks_inside_each_others_first_segments_do_not_overflow_the_stack() {
    fn nest(hub: Hub, left: u32, reached: Rc<Cell<u32>>) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            reached.set(reached.get() + 1);
            if left > 0 {
                hub.create_task(nest(hub.clone(), left - 1, reached));
            }
        })
    }
    Hub::run(async |hub| {
        let reached = Rc::new(Cell::new(0));
        hub.create_task(nest(hub.clone(), 9_999, Rc::clone(&reached)));
        assert!(reached.get() >= 50, "the first ones start at once: {}", reached.get());
        hub.block_till_done().await;
        assert_eq!(reached.get(), 10_000);
    });
}

#[test]
fn a_panic_of_a_destructor_is_the_tasks_own() {
    log::keep();
    Hub::run(async |hub| {
        let task = hub.create_task_named("bad destructor", async {
            let _guard = OnDrop(|| panic!("meant in drop"));
            std::future::pending::<()>().await;
        });
        let bystander = hub.create_task(std::future::pending::<()>());
        task.cancel();
        assert_eq!(panic_of(task).await, "meant in drop");
        bystander.cancel();
        assert_eq!(bystander.await, Err(Cancelled));
    });
    assert_eq!(log::lines_with("task `bad destructor`").len(), 1);
}

#[test]
fn a_future_that_panics_when_dropped_after_its_end_is_contained() {
    struct Finished;
    impl Future for Finished {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Ready(())
        }
    }
    impl Drop for Finished {
        fn drop(&mut self) {
            panic!("meant at the end");
        }
    }
    Hub::run(async |hub| {
        assert_eq!(panic_of(hub.create_task(Finished)).await, "meant at the end");
        hub.block_till_done().await;
    });
}

#[test]
fn a_panic_that_drops_a_panicking_payload_does_not_end_the_loop() {
    Hub::run(async |hub| {
        hub.create_task(async {
            yield_now().await;
            std::panic::panic_any(OnDrop(|| panic!("meant in payload")));
        });
        hub.block_till_done().await;
        assert_eq!(hub.create_task(yield_now()).await, Ok(()));
    });
}

#[test]
fn a_destructor_may_start_tasks() {
    Hub::run(async |hub| {
        let cleaned = Rc::new(Cell::new(false));
        let seen = Rc::clone(&cleaned);
        let task = hub.create_task(async move {
            let _guard = OnDrop(move || {
                let seen = Rc::clone(&seen);
                Hub::current().create_task(async move {
                    yield_now().await;
                    seen.set(true);
                });
            });
            std::future::pending::<()>().await;
        });
        task.cancel();
        hub.block_till_done().await;
        assert!(cleaned.get());
    });
}
