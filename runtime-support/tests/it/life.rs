//! The life of a hub as others see it: events of its start and stop, and the hooks of the stop.
//!
//! Rows of the reference that have no test here: `test_stage_shutdown_with_exit_code`, for the value of the main
//! future is the program's own, and `core_config_updated`, for the hub has no configuration.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use onloop::{
    AnyEvent, EventType, HUB_CLOSE, HUB_FINAL_WRITE, HUB_START, HUB_STARTED, HUB_STOP, Hub, HubState, StopStage,
    Unsubscribe,
};
use tokio::time::{Instant, sleep};

use crate::hub::{OnDrop, run_paused};
use crate::log;

const SECOND: Duration = Duration::from_secs(1);

type Notes = Rc<RefCell<Vec<(&'static str, HubState)>>>;

/// Notes when each event of the hub's life is fired, and in which state.
fn note_life(hub: &Hub) -> Notes {
    let notes = Notes::default();
    for event in [HUB_START, HUB_STARTED, HUB_STOP, HUB_FINAL_WRITE, HUB_CLOSE] {
        let (notes, own) = (Rc::clone(&notes), hub.clone());
        let job = job!(callback_0, move || notes.borrow_mut().push((event.name(), own.state())));
        hub.bus().listen(&event, job).detach();
    }
    notes
}

#[test]
fn the_start_fires_waits_for_tracked_work_and_fires_again() {
    run_paused(async |hub| {
        let notes = note_life(&hub);
        let own = Rc::clone(&notes);
        let at = hub.clone();
        let slow = job!(coroutine_0, async move || {
            sleep(SECOND * 10).await;
            own.borrow_mut().push(("slow", at.state()));
        });
        hub.bus().listen(&HUB_START, slow).detach();
        assert!(!hub.has_started());
        hub.start().await;
        assert!(hub.has_started());
        let running = HubState::Running;
        assert_eq!(*notes.borrow(), [("hub_start", running), ("slow", running), ("hub_started", running)]);
        hub.start().await;
        assert_eq!(notes.borrow().len(), 3, "a hub starts once");
    });
}

#[test]
fn a_start_that_takes_too_long_goes_on_and_names_what_is_late() {
    log::keep();
    run_paused(async |hub| {
        let start = Instant::now();
        let late = hub.create_task_named("late for the start", pending::<()>());
        hub.start().await;
        assert!(hub.has_started());
        assert_eq!(start.elapsed().as_secs(), 15);
        assert!(!late.is_finished(), "it runs on");
    });
    let lines = log::lines_with("starts without waiting any longer (15s) for task `late for the start`");
    assert_eq!(lines.len(), 1);
}

#[test]
fn the_stop_fires_an_event_per_stage_and_a_listener_to_all_sees_two() {
    Hub::run(async |hub| {
        let notes = note_life(&hub);
        let seen = Rc::new(RefCell::new(Vec::new()));
        let own = Rc::clone(&seen);
        hub.bus()
            .listen_all(job!(callback, move |event: &AnyEvent| own.borrow_mut().push(event.event_type())))
            .detach();
        hub.stop().await;
        assert_eq!(
            *notes.borrow(),
            [
                ("hub_stop", HubState::Stopping),
                ("hub_final_write", HubState::FinalWrite),
                ("hub_close", HubState::Closing)
            ]
        );
        assert_eq!(*seen.borrow(), ["hub_stop", "hub_final_write"]);
    });
}

#[test]
fn the_order_of_the_stop() {
    run_paused(async |hub| {
        let notes: Notes = Notes::default();
        let noting = |name: &'static str| {
            let (notes, hub) = (Rc::clone(&notes), hub.clone());
            move || notes.borrow_mut().push((name, hub.state()))
        };
        let note = noting("hook");
        let hook = job!(coroutine_0, async move || {
            sleep(SECOND).await;
            note();
        });
        hub.on_stop(hook).detach();
        let note = noting("stop");
        hub.bus().listen(&HUB_STOP, job!(callback_0, note)).detach();
        let guard = OnDrop(noting("background"));
        hub.create_background_task("background", async move {
            let _guard = guard;
            pending::<()>().await;
        });
        let note = noting("final write");
        let writes = job!(coroutine_0, async move || {
            sleep(SECOND).await;
            note();
        });
        hub.bus().listen(&HUB_FINAL_WRITE, writes).detach();
        let note = noting("close");
        hub.bus().listen(&HUB_CLOSE, job!(callback_0, note)).detach();
        let guard = OnDrop(noting("tracked"));
        hub.create_task(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        hub.stop().await;
        assert_eq!(
            *notes.borrow(),
            [
                ("hook", HubState::Running),
                ("stop", HubState::Stopping),
                ("background", HubState::Stopping),
                ("final write", HubState::FinalWrite),
                ("close", HubState::Closing),
                ("tracked", HubState::Closing),
            ]
        );
    });
}

#[test]
fn hooks_run_side_by_side_and_a_failing_one_stops_nothing() {
    log::keep();
    run_paused(async |hub| {
        let start = Instant::now();
        let ended = Rc::new(Cell::new(0));
        hub.on_stop(job!(callback_0, || panic!("meant by a hook")).named("bad hook")).detach();
        for _ in 0..5 {
            let own = Rc::clone(&ended);
            let hook = job!(coroutine_0, async move || {
                sleep(SECOND * 5).await;
                own.set(own.get() + 1);
            });
            hub.on_stop(hook).detach();
        }
        let bad = job!(coroutine_0, async || {
            sleep(SECOND).await;
            panic!("meant by a late hook");
        });
        hub.on_stop(bad.named("bad late hook")).detach();
        hub.stop().await;
        assert_eq!((ended.get(), start.elapsed().as_secs()), (5, 5));
    });
    assert_eq!(log::lines_with("callback `bad hook` (").len(), 1);
    assert_eq!(log::lines_with("task `bad late hook` (").len(), 1);
}

#[test]
fn a_hook_that_takes_too_long_is_named_and_left() {
    log::keep();
    run_paused(async |hub| {
        let start = Instant::now();
        hub.on_stop(job!(coroutine_0, async || pending::<()>().await).named("slow hook")).detach();
        hub.on_stop(job!(coroutine_0, async || sleep(SECOND).await).named("quick hook")).detach();
        hub.stop().await;
        assert_eq!(start.elapsed().as_secs(), 20);
    });
    let lines = log::lines_with("(hooks stage, 20s) for hook `slow hook` (");
    assert_eq!(lines.len(), 1);
    assert!(!lines[0].1.contains("quick hook"), "{lines:?}");
}

#[test]
fn a_hook_can_be_taken_back_and_hooks_may_add_hooks() {
    Hub::run(async |hub| {
        let count = Rc::new(Cell::new(0));
        drop(hub.on_stop(job!(callback_0, || unreachable!("it was taken back"))));
        let (own, counts) = (hub.clone(), Rc::clone(&count));
        let adds = job!(callback_0, move || {
            let counts = Rc::clone(&counts);
            own.on_stop(job!(callback_0, move || counts.set(counts.get() + 1))).detach();
        });
        hub.on_stop(adds).detach();
        let (own, counts) = (hub.clone(), Rc::clone(&count));
        let late = job!(callback_0, move || {
            let counts = Rc::clone(&counts);
            own.on_stop(job!(callback_0, move || counts.set(counts.get() + 10))).detach();
        });
        hub.bus().listen(&HUB_FINAL_WRITE, late).detach();
        hub.stop().await;
        assert_eq!(count.get(), 11);
        hub.on_stop(job!(callback_0, || unreachable!("the hub has stopped"))).detach();
    });
}

#[test]
fn hooks_that_add_hooks_without_end_are_ended() {
    fn again(hub: Hub) -> Unsubscribe {
        let own = hub.clone();
        hub.on_stop(job!(callback_0, move || again(own.clone()).detach()))
    }
    Hub::builder().stop_limit(StopStage::Hooks, Duration::from_millis(10)).run(async |hub| {
        again(hub.clone()).detach();
    });
}

#[test]
fn a_listener_that_fires_during_the_stop_is_heard() {
    const LAST_WORDS: EventType<()> = EventType::new("last_words");
    Hub::run(async |hub| {
        let heard = Rc::new(Cell::new(false));
        let own = Rc::clone(&heard);
        hub.bus().listen(&LAST_WORDS, job!(callback_0, move || own.set(true))).detach();
        let bus = hub.bus();
        hub.bus().listen(&HUB_CLOSE, job!(callback_0, move || bus.fire(&LAST_WORDS, ()))).detach();
        hub.stop().await;
        assert!(heard.get());
    });
}
