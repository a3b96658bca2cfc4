//! The hub from other threads: nothing is lost, and nobody waits for ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use onloop::{Event, EventType, HUB_CLOSE, HUB_FINAL_WRITE, HUB_STOP, Hub, HubState, Remote, RemoteError};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::log;

const PUSHED: EventType<u32> = EventType::new("pushed");

/// Runs code on a thread of its own, and gives what it returns to the loop.
async fn on_thread<R: Send + 'static>(code: impl FnOnce() -> R + Send + 'static) -> R {
    let (send, receive) = oneshot::channel();
    thread::spawn(move || drop(send.send(code())));
    receive.await.expect("the thread does not panic")
}

#[test]
fn call_gives_the_result_back_to_a_plain_thread() {
    Hub::builder().name("house").run(async |hub| {
        let remote = hub.remote();
        let result = on_thread(move || remote.call(|hub| (hub.name().to_owned(), thread::current().id()))).await;
        assert_eq!(result, Ok(("house".to_owned(), thread::current().id())));
    });
}

#[test]
fn call_works_from_the_executor() {
    Hub::run(async |hub| {
        let remote = hub.remote();
        assert_eq!(hub.add_executor_job(move || remote.call(|_| 4)).await, Ok(4));
    });
}

#[test]
fn the_blocking_call_is_refused_on_the_loop() {
    #[onloop::callback]
    fn on_another_loop(remote: &Remote) -> Result<(), RemoteError> {
        remote.call(|_| ())
    }
    Hub::run(async |hub| {
        let remote = hub.remote();
        assert_eq!(remote.call(|_| ()), Err(RemoteError::OnLoop));
        // Without a hub there as well: the thread runs a loop all the same.
        assert_eq!(on_thread(move || on_another_loop(&remote)).await, Err(RemoteError::OnLoop));
    });
}

#[test]
fn jobs_run_at_the_next_turn_in_their_order() {
    Hub::run(async |hub| {
        let (remote, (send, receive)) = (hub.remote(), mpsc::channel());
        for number in 0..1000 {
            let send = send.clone();
            remote.add_job(move |_| send.send(number).expect("the test listens")).expect("the hub runs");
        }
        assert!(receive.try_recv().is_err(), "nothing starts in the call");
        assert_eq!(remote.call_async(|_| ()).await, Ok(()));
        drop(send);
        assert!(receive.iter().eq(0..1000));
    });
}

#[test]
fn a_job_may_start_tasks_which_are_tracked() {
    Hub::run(async |hub| {
        let (remote, (send, receive)) = (hub.remote(), mpsc::channel());
        let add = move || {
            remote.add_job(move |hub| {
                hub.create_task(async move {
                    yield_now().await;
                    send.send("done").expect("the test listens");
                });
            })
        };
        assert_eq!(on_thread(add).await, Ok(()));
        hub.remote().call_async(|_| ()).await.expect("the hub runs");
        hub.block_till_done().await;
        assert_eq!(receive.try_recv(), Ok("done"));
    });
}

#[test]
fn fire_from_a_thread_reaches_listeners() {
    Hub::run(async |hub| {
        let seen = Rc::new(Cell::new(0));
        let own = Rc::clone(&seen);
        let _listens = hub.bus().listen(&PUSHED, job!(callback, move |event: &Event<u32>| own.set(event.data)));
        let remote = hub.remote();
        on_thread(move || remote.fire(&PUSHED, 9).and_then(|()| remote.call(|_| ()))).await.expect("the hub runs");
        assert_eq!(seen.get(), 9);
    });
}

#[test]
fn call_async_is_for_other_runtimes() {
    Hub::run(async |hub| {
        let remote = hub.remote();
        let result = on_thread(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
            runtime.block_on(async move { remote.call_async(|hub| hub.name().len()).await })
        });
        assert_eq!(result.await, Ok(6));
    });
}

#[test]
fn the_blocking_call_panics_in_async_code_of_another_runtime() {
    Hub::run(async |hub| {
        let remote = hub.remote();
        let panics = on_thread(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(async { remote.call(|_| ()) })))
                .is_err()
        });
        assert!(panics.await);
    });
}

#[test]
fn a_panic_goes_to_the_caller_and_the_loop_goes_on() {
    log::keep();
    Hub::run(async |hub| {
        let remote = hub.remote();
        let caught = on_thread(move || {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| remote.call(|_| panic!("meant for the caller"))))
                .map(|_: Result<(), _>| ())
                .expect_err("it panics")
                .downcast_ref::<&str>()
                .map(|message| (*message).to_owned())
        });
        assert_eq!(caught.await.as_deref(), Some("meant for the caller"));
        drop(hub.remote().call_async(|_| panic!("meant for nobody")));
        hub.remote().add_job(|_| panic!("meant by an added job")).expect("the hub runs");
        assert_eq!(hub.remote().call_async(|_| 1).await, Ok(1));
    });
    assert_eq!(log::lines_with("meant for the caller").len(), 0, "its caller knows");
    for (what, message) in [("remote call", "meant for nobody"), ("remote job", "meant by an added job")] {
        let lines = log::lines_with(message);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].1.starts_with(what) && lines[0].1.contains("tests/it/remote.rs:"), "{lines:?}");
    }
}

#[test]
fn once_the_hub_stops_everything_is_refused_and_what_was_taken_runs() {
    let (send, receive) = mpsc::channel();
    let remote = Hub::run(async |hub| {
        let remote = hub.remote();
        let late = (remote.clone(), send.clone());
        hub.on_stop(job!(callback_0, move || {
            let send = late.1.clone();
            late.0.add_job(move |_| send.send("taken").expect("the test listens")).expect("not stopping yet");
        }))
        .detach();
        hub.stop().await;
        assert_eq!(remote.add_job(|_| unreachable!("it is refused")), Err(RemoteError::Stopping));
        assert_eq!(remote.call_async(|_| unreachable!("it is refused")).await, Err::<(), _>(RemoteError::Stopping));
        remote
    });
    assert_eq!(receive.try_recv(), Ok("taken"));
    assert_eq!(remote.call(|_| ()), Err(RemoteError::Stopping));
    assert_eq!(remote.fire(&PUSHED, 1), Err(RemoteError::Stopping));
}

#[test]
fn a_hundred_threads_that_call_during_the_stop_all_get_an_answer() {
    for _ in 0..10 {
        let (ran, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let start = Arc::new(Barrier::new(101));
        let mut threads = Vec::new();
        Hub::run(async |hub| {
            for _ in 0..100 {
                let (remote, start) = (hub.remote(), Arc::clone(&start));
                let (ran, answered) = (Arc::clone(&ran), Arc::clone(&answered));
                threads.push(thread::spawn(move || {
                    start.wait();
                    loop {
                        let ran = Arc::clone(&ran);
                        match remote.call(move |_| ran.fetch_add(1, Ordering::SeqCst)) {
                            Ok(_) => answered.fetch_add(1, Ordering::SeqCst),
                            Err(error) => return error,
                        };
                    }
                }));
            }
            hub.add_executor_job({
                let start = Arc::clone(&start);
                move || start.wait()
            })
            .await;
            // Some get through before the stop.
            while answered.load(Ordering::SeqCst) < 100 {
                yield_now().await;
            }
        });
        for thread in threads {
            assert_eq!(thread.join().expect("no call panics"), RemoteError::Stopping);
        }
        assert_eq!(ran.load(Ordering::SeqCst), answered.load(Ordering::SeqCst), "what ran was answered");
    }
}

#[test]
fn a_call_whose_loop_ends_under_it_is_answered() {
    // The panic of `main` stops the hub as well.
    let (send, receive) = mpsc::channel();
    let panicked = std::panic::catch_unwind(|| {
        Hub::run(async move |hub| {
            let remote = hub.remote();
            let (own, (up, is_up)) = (remote.clone(), mpsc::channel());
            thread::spawn(move || {
                up.send(()).expect("main listens");
                while own.call(|_| ()).is_ok() {}
                send.send("answered").expect("the test listens");
            });
            hub.add_executor_job(move || is_up.recv()).await.expect("the thread is up");
            panic!("meant");
        })
    });
    assert!(panicked.is_err());
    assert_eq!(receive.recv_timeout(Duration::from_secs(60)), Ok("answered"));
}

#[test]
fn a_flood_from_a_thread_leaves_the_loop_to_others() {
    Hub::run(async |hub| {
        let turns = Rc::new(RefCell::new(0));
        let own = Rc::clone(&turns);
        hub.create_background_task("turns", async move {
            loop {
                *own.borrow_mut() += 1;
                yield_now().await;
            }
        });
        for _ in 0..10_000 {
            hub.remote().add_job(|_| ()).expect("the hub runs");
        }
        hub.remote().call_async(|_| ()).await.expect("the hub runs");
        assert!(*turns.borrow() >= 100, "{} turns", turns.borrow());
    });
}

#[test]
fn remotes_go_everywhere() {
    assert!(has_trait!(Remote: Send) && has_trait!(Remote: Sync) && has_trait!(Remote: Clone));
    assert!(has_trait!(onloop::RemoteCall<u8>: Send));
}

#[test]
fn threads_are_served_while_the_hub_stops_until_it_closes() {
    let answers = Hub::run(async |hub| {
        let answers: Arc<Mutex<Vec<_>>> = Arc::default();
        for event in [HUB_STOP, HUB_FINAL_WRITE, HUB_CLOSE] {
            let (remote, answers) = (hub.remote(), Arc::clone(&answers));
            let asks = job!(blocking_0, move || {
                let answer = remote.call(Hub::state);
                answers.lock().expect("nobody panics").push(answer);
            });
            hub.bus().listen(&event, asks).detach();
        }
        hub.stop().await;
        answers
    });
    let answers = answers.lock().expect("nobody panics").clone();
    let (stopping, writing) = (HubState::Stopping, HubState::FinalWrite);
    assert_eq!(answers, [Ok(stopping), Ok(writing), Err(RemoteError::Stopping)]);
}

#[test]
fn what_was_handed_over_while_it_stops_is_waited_for() {
    let (send, receive) = mpsc::channel();
    Hub::run(async |hub| {
        let remote = hub.remote();
        let asks = job!(blocking_0, move || {
            let send = send.clone();
            let save = move |hub: &Hub| {
                hub.create_task(async move {
                    yield_now().await;
                    send.send("saved").expect("the test listens");
                });
            };
            remote.add_job(save).expect("it is not closed");
        });
        hub.bus().listen(&HUB_FINAL_WRITE, asks).detach();
    });
    assert_eq!(receive.recv(), Ok("saved"));
}
