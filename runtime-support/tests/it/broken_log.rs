//! A subscriber that panics, at each line or now and then: whatever is told, the hub does what it does without.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use onloop::{
    Coordinator, Debouncer, Entry, EntryState, Event, EventType, Hub, HubState, RemoteError, SetupFailed, StopStage,
    UpdateFailed,
};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::hub::{OnDrop, run_paused};
use crate::log::{self, meant};

const SECOND: Duration = Duration::from_secs(1);
const EVENT: EventType<u32> = EventType::new("broken_log");

/// Runs `run` with a log that panics at each line.
fn broken<R>(run: impl FnOnce() -> R) -> R {
    tracing::subscriber::with_default(log::by(|_, _| meant()), run)
}

#[test]
fn the_stop_comes_to_its_end() {
    let state = broken(|| {
        run_paused(async |hub| {
            hub.create_task(pending::<()>());
            hub.create_task(async {
                let _last = OnDrop(|| meant());
                pending::<()>().await;
            });
            hub.on_stop(job!(callback_0, || meant())).detach();
            hub.on_stop(job!(coroutine_0, async || pending::<()>().await)).detach();
            hub.stop().await;
            hub.state()
        })
    });
    assert_eq!(state, HubState::Stopped);
}

#[test]
fn a_stage_that_is_late_is_followed_by_the_next() {
    let hub = broken(|| {
        Hub::builder().stop_limit(StopStage::Stopping, SECOND).run(async |hub| {
            tokio::time::pause();
            let own = hub.clone();
            let late = job!(coroutine_0, async move || {
                let _last = own.create_task(pending::<()>());
                pending::<()>().await;
            });
            hub.bus().listen(&onloop::HUB_STOP, late).detach();
            hub
        })
    });
    assert_eq!(hub.state(), HubState::Stopped);
}

#[test]
fn a_start_that_is_late_is_one() {
    broken(|| {
        run_paused(async |hub| {
            hub.create_task(pending::<()>());
            hub.start().await;
            assert!(hub.has_started());
        });
    });
}

#[test]
fn remotes_are_served() {
    let answer = broken(|| {
        Hub::run(async |hub| {
            let remote = hub.remote();
            hub.add_executor_job(move || {
                for _ in 0..3 {
                    remote.add_job(|_| meant())?;
                }
                drop(remote.call_async(|_| -> u32 { meant() }));
                remote.call(|_| 5)
            })
            .await
        })
    });
    assert_eq!(answer, Ok::<_, RemoteError>(5));
}

#[test]
fn intervals_go_on() {
    let runs = broken(|| {
        run_paused(async |hub| {
            let runs = Rc::new(Cell::new(0));
            let (callback, coroutine) = (Rc::clone(&runs), Rc::clone(&runs));
            let panics = job!(callback_0, move || {
                callback.set(callback.get() + 1);
                meant()
            });
            let panics_later = job!(coroutine_0, async move || {
                yield_now().await;
                coroutine.set(coroutine.get() + 1);
                meant()
            });
            let _callback = hub.track_time_interval(SECOND, panics);
            let _coroutine = hub.track_time_interval(SECOND, panics_later);
            sleep(SECOND * 5 + SECOND / 2).await;
            runs.get()
        })
    });
    assert_eq!(runs, 10);
}

#[test]
fn polling_goes_on_and_listeners_are_told() {
    let (asked, told) = broken(|| {
        run_paused(async |hub| {
            let (asked, told) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
            let own = Rc::clone(&asked);
            let update = job!(coroutine_0, async move || {
                own.set(own.get() + 1);
                match own.get() % 3 {
                    0 => Ok(own.get()),
                    1 => Err(UpdateFailed::new("no answer")),
                    _ => meant(),
                }
            });
            let coordinator = Coordinator::<u32>::builder(&hub, "broken", update).update_interval(SECOND).build();
            let own = Rc::clone(&told);
            let _panics = coordinator.add_listener(job!(callback_0, || meant()));
            let _told = coordinator.add_listener(job!(callback_0, move || own.set(own.get() + 1)));
            sleep(SECOND * 10).await;
            (asked.get(), told.get())
        })
    });
    assert!(asked >= 8, "{asked} updates in 10 s");
    assert!(told >= 4, "{told} pieces of news");
}

#[test]
fn an_entry_tries_again_and_is_unloaded() {
    broken(|| {
        run_paused(async |hub| {
            let tries = Rc::new(Cell::new(0));
            let own = Rc::clone(&tries);
            let setup = job!(coroutine, async move |entry: &Entry<()>| {
                own.set(own.get() + 1);
                entry.on_unload(job!(callback_0, || meant()));
                match own.get() {
                    1 => Err(SetupFailed::not_ready("no answer")),
                    2 => meant(),
                    3 => Err(SetupFailed::new("no")),
                    _ => Ok(()),
                }
            });
            let entry = Entry::new(&hub, "broken", setup);
            entry.on_state_change(job!(callback_0, || meant())).detach();
            assert_eq!(entry.setup().await, Ok(EntryState::SetupRetry));
            sleep(SECOND * 10).await;
            assert_eq!(entry.state(), EntryState::SetupError);
            assert_eq!(entry.reload().await, Ok(EntryState::SetupError));
            assert_eq!(entry.reload().await, Ok(EntryState::Loaded));
            entry.create_task(pending::<()>());
            assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
            entry.create_background_task("late", pending::<()>());
        });
    });
}

#[test]
fn the_next_listener_is_told() {
    let heard = broken(|| {
        Hub::run(async |hub| {
            let heard = Rc::new(RefCell::new(Vec::new()));
            let (first, last) = (Rc::clone(&heard), Rc::clone(&heard));
            let filter = job!(callback, |_: &Event<u32>| -> bool { meant() });
            hub.bus().listen_filtered(&EVENT, filter, job!(callback_0, move || first.borrow_mut().push(0))).detach();
            hub.bus().listen(&EVENT, job!(callback_0, || meant())).detach();
            let captured = OnDrop(|| meant());
            let once = job!(callback_0, move || {
                let _ = &captured;
            });
            hub.bus().listen_once(&EVENT, once).detach();
            let heard_it = job!(callback, move |event: &Event<u32>| last.borrow_mut().push(event.data));
            hub.bus().listen(&EVENT, heard_it).detach();
            let fired = catch_unwind(AssertUnwindSafe(|| hub.bus().fire(&EVENT, 7)));
            assert!(fired.is_ok());
            heard.take()
        })
    });
    assert_eq!(heard, [7]);
}

#[test]
fn a_debouncer_goes_on() {
    let runs = broken(|| {
        run_paused(async |hub| {
            let runs = Rc::new(Cell::new(0));
            let own = Rc::clone(&runs);
            let panics = job!(callback_0, move || {
                own.set(own.get() + 1);
                meant()
            });
            let debouncer = Debouncer::new(&hub, SECOND, panics);
            for _ in 0..3 {
                debouncer.call().await;
                debouncer.schedule_call();
                sleep(SECOND * 3).await;
            }
            debouncer.shutdown();
            debouncer.call().await;
            runs.get()
        })
    });
    assert_eq!(runs, 6);
}

#[test]
fn what_nobody_hears_ends_no_thread() {
    let answer = broken(|| {
        Hub::builder().executor_threads(1).run(async |hub| {
            // In the executor the log is that of the process, so this one is told of where it is dropped: here.
            let job = hub.add_executor_job(|| -> u32 { meant() });
            hub.block_till_done().await;
            drop(job);
            let task = hub.create_task(async { meant() });
            drop(task);
            hub.add_executor_job(|| 5).await
        })
    });
    assert_eq!(answer, 5);
}

#[test]
fn the_watch_looks_on() {
    // The loop cannot be watched twice, of which the hub warns.
    let outer = onloop::watch().start().expect("there are threads");
    let watched = outer.enter().expect("nobody watches it");
    let answer = broken(|| Hub::builder().watch(onloop::watch()).run(async |_| 5));
    drop(watched);
    assert_eq!(answer, 5);
    assert!(!thread::panicking());
}
