//! Jobs: each kind runs where it belongs, whoever was given it.
//!
//! Rows of the reference that have no test here: the kind of a job is its type, so there is nothing to detect
//! (`hassjob_forbid_coroutine`, `hassjob_passing_job_type`), no partial application whose kind could be lost
//! (`.._partial_..`), and no async callback (`async_functions_with_callback` does not compile). A callback that is put
//! off to the next turn (`async_add_hass_job_schedule_callback`, `test_async_add_job_pending_tasks_callback`) is
//! `call_later` with no delay.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;

use onloop::{Callback, Cancelled, Event, EventType, Hub, IntoJob, current_site};
use tokio::task::yield_now;
use tracing::Level;

use crate::log;

#[test]
fn a_callback_runs_inline_and_makes_no_task() {
    Hub::run(async |hub| {
        let seen = Rc::new(Cell::new(0));
        let own = Rc::clone(&seen);
        let job = job!(callback, move |value: &u32| {
            own.set(*value);
            assert!(current_site().is_some(), "it runs in its scope");
            tokio::task::try_id()
        });
        let run = hub.run_job(&job.into_job(), 7);
        assert_eq!(seen.get(), 7);
        assert_eq!(run.await, Ok(None), "main is no task");
    });
}

#[test]
fn a_coroutine_that_never_waits_is_done_when_the_call_returns() {
    Hub::run(async |hub| {
        let seen = Rc::new(Cell::new(0));
        let own = Rc::clone(&seen);
        let job = job!(coroutine, async move |value: &u32| own.set(*value)).into_job();
        let run = hub.run_job(&job, 7);
        assert_eq!(seen.get(), 7);
        assert_eq!(run.await, Ok(()));
        drop(hub.run_background_job(&job, 8));
        assert_eq!(seen.get(), 8);
    });
}

#[test]
fn a_coroutine_is_tracked_and_keeps_its_argument() {
    Hub::run(async |hub| {
        let seen = Rc::new(RefCell::new(String::new()));
        let own = Rc::clone(&seen);
        let job = job!(coroutine, async move |text: &String| {
            yield_now().await;
            own.borrow_mut().push_str(text);
        });
        drop(hub.run_job(&job.into_job(), "kept".to_owned()));
        hub.block_till_done().await;
        assert_eq!(*seen.borrow(), "kept");
    });
}

#[test]
fn a_background_coroutine_is_not_waited_for() {
    Hub::run(async |hub| {
        let job = job!(coroutine_0, async || std::future::pending::<()>().await);
        let run = hub.run_background_job(&job.into_job(), ());
        hub.block_till_done().await;
        hub.stop().await;
        assert_eq!(run.await, Err(Cancelled));
    });
}

#[test]
fn a_blocking_job_runs_in_the_executor_and_is_tracked() {
    Hub::run(async |hub| {
        let here = thread::current().id();
        let job = job!(blocking, move |value: &u32| {
            assert_ne!(thread::current().id(), here);
            assert_eq!(current_site(), None);
            value + 1
        });
        assert_eq!(hub.run_job(&job.into_job(), 1).await, Ok(2));
        let (send, receive) = std::sync::mpsc::channel();
        let job = job!(blocking, move |value: &u32| send.send(*value).expect("the test listens"));
        drop(hub.run_job(&job.into_job(), 3));
        hub.block_till_done().await;
        assert_eq!(receive.try_recv(), Ok(3));
    });
}

#[test]
fn a_panic_of_each_kind_is_logged_once_and_resumes_in_the_awaiter_only() {
    log::keep();
    Hub::run(async |hub| {
        let callback = job!(callback_0, || panic!("meant by a callback")).named("bad callback").into_job();
        let coroutine = job!(coroutine_0, async || panic!("meant by a coroutine")).named("bad coroutine").into_job();
        let blocking = job!(blocking_0, || panic!("meant by blocking")).named("bad blocking").into_job();
        for job in [callback, coroutine, blocking] {
            let run: onloop::JobRun<()> = hub.run_job(&job, ());
            let awaits = hub.create_task(async move {
                let _ = run.await;
            });
            // The panic came through as the awaiter's own.
            hub.block_till_done().await;
            assert!(awaits.is_finished());
            drop(hub.run_job(&job, ()));
            hub.block_till_done().await;
        }
    });
    for (name, times) in
        [("callback `bad callback`", 2), ("task `bad coroutine`", 2), ("executor job `bad blocking`", 1)]
    {
        let lines = log::lines_with(name);
        assert_eq!(lines.len(), times, "{lines:?}");
        assert!(lines.iter().all(|(level, line)| *level == Level::ERROR && line.contains("tests/it/jobs.rs:")));
    }
}

#[test]
fn jobs_are_made_of_paths_of_functions() {
    #[onloop::callback]
    fn told(event: &Event<u32>) -> u32 {
        event.data
    }
    #[onloop::coroutine]
    async fn told_later(event: &Event<u32>) -> u32 {
        yield_now().await;
        event.data
    }
    #[onloop::blocking]
    fn written(event: &Event<u32>) -> u32 {
        event.data
    }
    #[onloop::callback]
    fn nothing() -> u32 {
        0
    }
    Hub::run(async |hub| {
        let event = || Event::new(&EventType::new("told"), 4);
        assert_eq!(hub.run_job(&job!(callback_path, told).into_job(), event()).await, Ok(4));
        assert_eq!(hub.run_job(&job!(coroutine_path, told_later).into_job(), event()).await, Ok(4));
        assert_eq!(hub.run_job(&job!(blocking_path, written).into_job(), event()).await, Ok(4));
        assert_eq!(hub.run_job(&job!(callback_path, nothing).into_job(), event()).await, Ok(0));
    });
}

#[test]
fn what_a_callback_does_off_the_loop_needs_no_hub() {
    let callback: Callback<u32, u32> = job!(callback, |value: &u32| value + 1);
    assert_eq!(callback.call(&1), 2);
}

#[test]
fn an_unsubscribe_is_a_job_that_ends_the_subscription() {
    const EVENT: EventType<()> = EventType::new("undone");
    Hub::run(async |hub| {
        let listens = || hub.bus().listen(&EVENT, job!(callback_0, || ()));
        let undo: onloop::Job<()> = listens().into_job();
        assert_eq!(hub.bus().listener_count(&EVENT), 1);
        assert_eq!(hub.run_job(&undo, ()).await, Ok(()));
        assert_eq!(hub.bus().listener_count(&EVENT), 0);
        assert_eq!(hub.run_job(&undo, ()).await, Ok(()), "a second run does nothing");
        // The hook lasts as long as the hub, and so does what it would end.
        hub.on_stop(listens()).detach();
        assert_eq!(hub.bus().listener_count(&EVENT), 1);
    });
}
