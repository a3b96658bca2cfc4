//! Coordinators, on a paused clock.
//!
//! Rows of the reference that have no test here:
//! - `test_update_context`: a listener captures what it wants to know; an update that needs to know who listens keeps
//!   that beside the coordinator.
//! - `test_refresh_no_update_method`: there is no coordinator without one.
//! - `test_refresh_cancelled`: a refresh is a task of its own that only the stop cancels. That one whose caller has gone
//!   goes on is tested.
//! - `test_async_config_entry_first_refresh_no_entry`: a first refresh without an entry is allowed, for programs without
//!   entries.
//! - authentication: there are no flows; a permanent failure is a set-up error.

mod failures;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use onloop::{
    Coordinator, CoordinatorEntity, Coroutine, Entity, Entry, EntryState, Hub, HubState, SetupFailed, UNAVAILABLE,
    UpdateFailed, timeout,
};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Level;

use crate::entry::Unprintable;
use crate::hub::run_paused;
use crate::log;

const SECOND: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_secs(30);
const FULL_INTERVAL: Duration = Duration::from_secs(31);

/// A device: what it answers next, and how often it was asked.
#[derive(Default)]
struct Device {
    asked: Cell<u32>,
    answer: Cell<u32>,
    fails: Cell<bool>,
    panics: Cell<bool>,
    takes: Cell<Duration>,
    busy: Cell<bool>,
}

type Update = Coroutine<(), Result<u32, UpdateFailed>>;

impl Device {
    /// A device, and the job that asks it.
    fn new() -> (Rc<Self>, Update) {
        let device = Rc::new(Self::default());
        let own = Rc::clone(&device);
        let update = job!(coroutine_0, async move || {
            own.asked.set(own.asked.get() + 1);
            assert!(!own.busy.replace(true), "it is asked twice at once");
            if !own.takes.get().is_zero() {
                sleep(own.takes.get()).await;
            }
            own.busy.set(false);
            assert!(!own.panics.get(), "the device is on fire");
            if own.fails.get() { Err(UpdateFailed::new("no answer")) } else { Ok(own.answer.get()) }
        });
        (device, update)
    }
}

/// Counts how often listeners are told.
fn count_told(coordinator: &Coordinator<u32>) -> (Rc<Cell<u32>>, onloop::Unsubscribe) {
    let count = Rc::new(Cell::new(0));
    let own = Rc::clone(&count);
    let listener = coordinator.add_listener(job!(callback_0, move || own.set(own.get() + 1)));
    (count, listener)
}

#[test]
fn a_refresh_sets_the_data_and_tells_listeners_while_they_listen() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "garden", update).update_interval(INTERVAL).build();
        assert_eq!((coordinator.data(), coordinator.last_update_success()), (None, true));
        device.answer.set(1);
        coordinator.refresh().await;
        assert_eq!(coordinator.data().as_deref(), Some(&1));
        sleep(INTERVAL * 10).await;
        assert_eq!(device.asked.get(), 1, "no listener, no schedule");
        let (told, listener) = count_told(&coordinator);
        coordinator.refresh().await;
        assert_eq!((device.asked.get(), told.get()), (2, 1));
        sleep(FULL_INTERVAL).await;
        assert_eq!((device.asked.get(), told.get()), (3, 2));
        drop(listener);
        sleep(INTERVAL * 10).await;
        coordinator.refresh().await;
        assert_eq!((device.asked.get(), told.get()), (4, 2));
    });
}

#[test]
fn the_interval_counts_from_the_end_of_a_refresh_and_has_a_little_jitter() {
    run_paused(async |hub| {
        let start = Instant::now();
        let asked: Rc<RefCell<Vec<Duration>>> = Rc::default();
        let own = Rc::clone(&asked);
        let update = job!(coroutine_0, async move || {
            own.borrow_mut().push(start.elapsed());
            sleep(SECOND * 50).await;
            Ok(())
        });
        let coordinator = Coordinator::builder(&hub, "slow", update).update_interval(INTERVAL).build();
        let _listener = coordinator.add_listener(job!(callback_0, || ()));
        sleep(SECOND * 400).await;
        let asked = asked.borrow();
        assert_eq!(asked.len(), 5);
        for pair in asked.windows(2) {
            let pause = pair[1].as_secs_f64() - pair[0].as_secs_f64() - 50.0;
            assert!((30.05..30.51).contains(&pause), "{asked:?}");
        }
    });
}

#[test]
fn no_interval_no_polling_and_a_new_interval_counts_from_the_next_turn() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "garden", update).build();
        let (_, _listener) = count_told(&coordinator);
        sleep(INTERVAL * 10).await;
        assert_eq!(device.asked.get(), 0);
        coordinator.set_update_interval(Some(SECOND));
        assert_eq!(coordinator.update_interval(), Some(SECOND));
        coordinator.refresh().await;
        sleep(SECOND * 10 + SECOND / 2).await;
        assert!((9..=11).contains(&device.asked.get()), "{}", device.asked.get());
    });
}

#[test]
#[should_panic(expected = "an interval needs to be longer than nothing")]
fn an_interval_of_nothing_is_refused() {
    run_paused(async |hub| {
        let _ = Coordinator::builder(&hub, "garden", Device::new().1).update_interval(Duration::ZERO);
    });
}

#[test]
fn the_first_request_fetches_and_those_in_the_cooldown_are_answered_by_one_refresh() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "garden", update).build();
        let (_, _listener) = count_told(&coordinator);
        coordinator.request_refresh().await;
        assert_eq!(device.asked.get(), 1);
        for _ in 0..5 {
            coordinator.request_refresh().await;
        }
        assert_eq!(device.asked.get(), 1);
        sleep(SECOND * 9).await;
        assert_eq!(device.asked.get(), 1);
        sleep(SECOND * 2).await;
        assert_eq!(device.asked.get(), 2);
        sleep(SECOND * 100).await;
        assert_eq!(device.asked.get(), 2);
    });
}

#[test]
fn ten_thousand_requests_at_once_are_two_refreshes() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.takes.set(SECOND * 2);
        let coordinator = Coordinator::builder(&hub, "garden", update).build();
        let (_, _listener) = count_told(&coordinator);
        for _ in 0..10_000 {
            hub.create_task(coordinator.request_refresh());
        }
        hub.block_till_done().await;
        assert_eq!(device.asked.get(), 1);
        sleep(SECOND * 100).await;
        assert_eq!(device.asked.get(), 2, "one for all that came during the first");
    });
}

#[test]
fn any_refresh_that_begins_answers_the_requests_that_wait() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "garden", update).request_cooldown(SECOND * 20).build();
        let (_, _listener) = count_told(&coordinator);
        coordinator.request_refresh().await;
        coordinator.request_refresh().await;
        coordinator.refresh().await;
        sleep(SECOND * 100).await;
        assert_eq!(device.asked.get(), 2);
    });
}

#[test]
fn the_last_listener_takes_the_requests_that_wait_along() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "garden", update).build();
        let (_, listener) = count_told(&coordinator);
        coordinator.request_refresh().await;
        coordinator.request_refresh().await;
        drop(listener);
        sleep(SECOND * 100).await;
        assert_eq!(device.asked.get(), 1);
    });
}

#[test]
fn all_ways_to_refresh_share_one_lock() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.takes.set(SECOND * 7);
        let coordinator =
            Coordinator::builder(&hub, "garden", update).update_interval(SECOND * 3).request_cooldown(SECOND).build();
        let (_, _listener) = count_told(&coordinator);
        let mut tasks = Vec::new();
        for _ in 0..20 {
            tasks.push(hub.create_task(coordinator.refresh()));
            tasks.push(hub.create_task(coordinator.request_refresh()));
            let first = coordinator.first_refresh();
            tasks.push(hub.create_task(async move { first.await.expect("the device answers") }));
            sleep(SECOND * 2).await;
        }
        for task in tasks {
            task.await.expect("nobody cancels it");
        }
        // That none overlapped is the device's to say, in a panic that would make the refresh fail.
        assert!(coordinator.last_update_success(), "{:?}", coordinator.last_failure());
        assert!(device.asked.get() >= 40, "{}", device.asked.get());
    });
}

#[test]
fn pushed_data_tells_at_once_and_begins_the_interval_anew() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "push", update).update_interval(INTERVAL).build();
        let (told, _listener) = count_told(&coordinator);
        for value in 1..=10 {
            sleep(SECOND * 20).await;
            coordinator.set_updated_data(value);
            assert_eq!((coordinator.data().as_deref(), told.get()), (Some(&value), value));
        }
        assert_eq!(device.asked.get(), 0);
        // Requests that wait are answered by it.
        coordinator.request_refresh().await;
        coordinator.request_refresh().await;
        coordinator.set_updated_data(99);
        sleep(SECOND * 15).await;
        assert_eq!(device.asked.get(), 1);
        sleep(SECOND * 20).await;
        assert_eq!(device.asked.get(), 2);
    });
}

#[test]
fn with_always_update_off_listeners_hear_of_changes_only() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "calm", update).always_update(false).build();
        let (told, _listener) = count_told(&coordinator);
        let refresh = async |answer, fails| {
            device.answer.set(answer);
            device.fails.set(fails);
            coordinator.refresh().await;
            told.get()
        };
        assert_eq!(refresh(1, false).await, 1, "nothing was known");
        assert_eq!(refresh(1, false).await, 1);
        assert_eq!(refresh(2, false).await, 2);
        assert_eq!(refresh(2, true).await, 3, "the success has changed");
        assert_eq!(refresh(2, true).await, 3);
        assert_eq!(refresh(2, false).await, 4, "the success has changed");
        assert_eq!(refresh(2, false).await, 4);
    });
}

#[test]
fn listeners_are_isolated_and_told_in_order() {
    log::keep();
    run_paused(async |hub| {
        let (_, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "party", update).update_interval(INTERVAL).build();
        let notes: Rc<RefCell<Vec<u32>>> = Rc::default();
        let removed: Rc<RefCell<Option<onloop::Unsubscribe>>> = Rc::default();
        let (own, ends) = (Rc::clone(&notes), Rc::clone(&removed));
        let first = job!(callback, move |coordinator: &Coordinator<u32>| {
            own.borrow_mut().push(1);
            drop(ends.take());
            // It hears of the next news first.
            let own = Rc::clone(&own);
            coordinator.add_listener(job!(callback_0, move || own.borrow_mut().push(5))).detach();
        });
        coordinator.add_listener(first).detach();
        coordinator.add_listener(job!(callback_0, || panic!("bad listener of a party"))).detach();
        let own = Rc::clone(&notes);
        removed.replace(Some(coordinator.add_listener(job!(callback_0, move || own.borrow_mut().push(3)))));
        let own = Rc::clone(&notes);
        let waits = job!(coroutine, async move |coordinator: &Coordinator<u32>| {
            yield_now().await;
            own.borrow_mut().push(*coordinator.data().expect("there is data"));
        });
        coordinator.add_listener(waits).detach();
        coordinator.set_updated_data(40);
        hub.block_till_done().await;
        assert_eq!(*notes.borrow(), [1, 40]);
        coordinator.set_updated_data(41);
        hub.block_till_done().await;
        assert_eq!(*notes.borrow(), [1, 40, 1, 5, 41]);
        assert_eq!(coordinator.listener_count(), 5);
    });
    assert_eq!(log::lines_with("bad listener of a party").len(), 2, "once for each run");
}

#[test]
fn a_listener_that_pushes_without_end_is_stopped() {
    log::keep();
    run_paused(async |hub| {
        let (_, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "echo", update).build();
        let echo = job!(callback, |coordinator: &Coordinator<u32>| coordinator.set_updated_data(1));
        let _listener = coordinator.add_listener(echo);
        coordinator.set_updated_data(0);
        coordinator.set_updated_data(0);
    });
    assert_eq!(log::lines_with("coordinator `echo` is pushed to by its own listeners").len(), 2);
}

#[test]
fn the_success_time_is_set_before_listeners_run() {
    run_paused(async |hub| {
        let (_, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "clock", update).build();
        let seen: Rc<Cell<Option<Instant>>> = Rc::default();
        let own = Rc::clone(&seen);
        let listener =
            job!(callback, move |coordinator: &Coordinator<u32>| own.set(coordinator.last_update_success_time()));
        let _listener = coordinator.add_listener(listener);
        assert_eq!(coordinator.last_update_success_time(), None);
        sleep(SECOND).await;
        coordinator.refresh().await;
        assert_eq!(seen.get(), Some(Instant::now()));
    });
}

#[test]
fn while_the_hub_stops_nothing_is_refreshed_by_the_clock_but_by_hand() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "last", update).update_interval(INTERVAL).build();
        let (_, _listener) = count_told(&coordinator);
        let own = coordinator.clone();
        let hub_of_job = hub.clone();
        let last = job!(coroutine_0, async move || {
            assert_eq!(hub_of_job.state(), HubState::Stopping);
            own.refresh().await;
            sleep(SECOND * 90).await;
        });
        hub.bus().listen(&onloop::HUB_STOP, last).detach();
        hub.stop().await;
        assert_eq!((device.asked.get(), coordinator.last_update_success()), (1, true));
        tokio::time::timeout(SECOND, coordinator.refresh()).await.expect("it does not hang");
        assert_eq!(device.asked.get(), 1);
    });
}

#[test]
fn a_refresh_outlives_its_caller() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.takes.set(SECOND * 5);
        let coordinator = Coordinator::builder(&hub, "slow", update).update_interval(INTERVAL).build();
        let (_, _listener) = count_told(&coordinator);
        tokio::time::timeout(SECOND, coordinator.refresh()).await.expect_err("it takes longer");
        hub.block_till_done().await;
        assert!(coordinator.data().is_some());
        sleep(FULL_INTERVAL + SECOND * 5).await;
        assert_eq!(device.asked.get(), 2, "the interval goes on");
    });
}

#[test]
fn after_the_shutdown_nothing_happens_any_more() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.takes.set(SECOND);
        let coordinator = Coordinator::builder(&hub, "over", update).update_interval(INTERVAL).build();
        let (told, _listener) = count_told(&coordinator);
        coordinator.refresh().await;
        // One is under way.
        let refresh = hub.create_task(coordinator.refresh());
        let request = hub.create_task(coordinator.request_refresh());
        coordinator.shutdown();
        request.await.expect("nobody cancels it");
        refresh.await.expect("its update is cancelled, and it is not");
        coordinator.refresh().await;
        coordinator.request_refresh().await;
        coordinator.set_updated_data(7);
        coordinator.set_update_error(UpdateFailed::new("nobody hears it"));
        assert!(coordinator.first_refresh().await.is_err());
        let (late, _listener) = count_told(&coordinator);
        sleep(INTERVAL * 10).await;
        assert_eq!((device.asked.get(), told.get(), late.get()), (2, 1, 0));
        assert_eq!((coordinator.data().as_deref(), coordinator.last_update_success()), (Some(&0), true));
        coordinator.shutdown();
    });
}

#[test]
fn without_a_handle_it_is_freed_even_while_it_is_scheduled() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "freed", update).update_interval(INTERVAL).build();
        let (_, listener) = count_told(&coordinator);
        coordinator.request_refresh().await;
        coordinator.request_refresh().await;
        listener.detach();
        let weak: Weak<Device> = Rc::downgrade(&device);
        drop((coordinator, device));
        assert_eq!(weak.strong_count(), 0);
        sleep(INTERVAL * 2).await;
    });
}

/// The data of the entry in the tests: a coordinator, and an entity that listens to it.
struct Station {
    coordinator: Coordinator<u32>,
    _thermometer: Rc<Thermometer>,
}

struct Thermometer {
    coordinator: Coordinator<u32>,
    /// Makes a cycle, which the unload breaks.
    listener: RefCell<Option<onloop::Unsubscribe>>,
}

impl Entity for Thermometer {
    fn entity_id(&self) -> &'static str {
        "sensor.garden"
    }
    fn state(&self) -> Option<String> {
        self.coordinator.fresh_data().map(|value| value.to_string())
    }
}

impl CoordinatorEntity for Thermometer {
    type Data = u32;
    fn coordinator(&self) -> &Coordinator<u32> {
        &self.coordinator
    }
}

/// The guide's integration: a coordinator and an entity on a device.
fn station(hub: &Hub, device: &Rc<Device>, update: Update) -> Entry<Station> {
    let device = Rc::downgrade(device);
    let setup = job!(coroutine, async move |entry: &Entry<Station>| -> Result<Station, SetupFailed> {
        assert!(device.upgrade().is_some());
        let coordinator =
            Coordinator::builder(entry.hub(), "garden", update.clone()).update_interval(INTERVAL).entry(entry).build();
        coordinator.first_refresh().await?;
        let thermometer = Rc::new(Thermometer { coordinator: coordinator.clone(), listener: RefCell::default() });
        // Strong on purpose.
        let own = Rc::clone(&thermometer);
        let told = job!(callback_0, move || own.handle_coordinator_update());
        thermometer.listener.replace(Some(coordinator.add_listener(told)));
        thermometer.write_state();
        Ok(Station { coordinator, _thermometer: thermometer })
    });
    Entry::new(hub, "garden", setup)
}

#[test]
fn an_unload_shuts_the_coordinator_down_and_frees_it() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        device.answer.set(21);
        let entry = station(&hub, &device, update);
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        sleep(FULL_INTERVAL).await;
        assert_eq!(device.asked.get(), 2);
        let data = entry.data().expect("it is loaded");
        let kept = Arc::downgrade(&data.coordinator.data().expect("there is data"));
        drop(data);
        // An update is under way.
        device.takes.set(SECOND * 100);
        sleep(FULL_INTERVAL).await;
        assert_eq!(device.asked.get(), 3);
        assert_eq!(entry.unload().await, Ok(EntryState::NotLoaded));
        assert_eq!(kept.strong_count(), 0, "coordinator, entity and data are gone");
        sleep(INTERVAL * 10).await;
        assert_eq!(device.asked.get(), 3);
    });
}

#[test]
fn an_entity_shows_what_the_coordinator_knows() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "shown garden", update).build();
        let thermometer = Rc::new(Thermometer { coordinator: coordinator.clone(), listener: RefCell::default() });
        let listener = thermometer.listen_to_coordinator();
        let shown = || hub.states().get("sensor.garden").expect("it is written").value.clone();
        assert_eq!(shown(), UNAVAILABLE);
        device.answer.set(21);
        coordinator.refresh().await;
        assert_eq!(shown(), "21");
        device.fails.set(true);
        coordinator.refresh().await;
        assert_eq!(shown(), UNAVAILABLE);
        device.fails.set(false);
        device.answer.set(22);
        coordinator.refresh().await;
        assert_eq!(shown(), "22");
        listener.unsubscribe();
        coordinator.set_updated_data(1);
        assert_eq!(shown(), "22");
        // The listener does not keep the entity.
        thermometer.listen_to_coordinator().detach();
        drop(thermometer);
        coordinator.set_updated_data(2);
        assert_eq!(shown(), "1");
    });
}

#[test]
fn the_setup_of_a_coordinator_runs_once_before_the_first_update() {
    run_paused(async |hub| {
        let notes: Rc<RefCell<Vec<&str>>> = Rc::default();
        let (own_setup, own_update) = (Rc::clone(&notes), Rc::clone(&notes));
        let setup = job!(coroutine_0, async move || {
            own_setup.borrow_mut().push("set up");
            if own_setup.borrow().len() == 1 { Err(UpdateFailed::new("no serial number")) } else { Ok(()) }
        });
        let update = job!(coroutine_0, async move || {
            own_update.borrow_mut().push("update");
            Ok(())
        });
        let coordinator = Coordinator::builder(&hub, "numbered", update).setup(setup).build();
        assert!(coordinator.first_refresh().await.expect_err("the set-up fails").is_not_ready());
        coordinator.first_refresh().await.expect("it succeeds");
        coordinator.refresh().await;
        assert_eq!(*notes.borrow(), ["set up", "set up", "update", "update"]);
    });
}

#[test]
fn polling_goes_on_after_an_unload_that_said_no() {
    run_paused(async |hub| {
        let (device, update) = Device::new();
        let slow_no = job!(coroutine_0, async || {
            sleep(FULL_INTERVAL * 2).await;
            false
        });
        let entry = station(&hub, &device, update).unload_with(slow_no);
        assert_eq!(entry.setup().await, Ok(EntryState::Loaded));
        assert_eq!(entry.unload().await, Ok(EntryState::FailedUnload));
        let asked = device.asked.get();
        sleep(FULL_INTERVAL * 3).await;
        assert!(device.asked.get() >= asked + 2, "{} {asked}", device.asked.get());
    });
}

#[test]
fn an_interval_lies_between_two_updates_whatever_comes_during_a_long_one() {
    type During = fn(&Coordinator<u32>) -> Option<onloop::Unsubscribe>;
    let listens: During = |coordinator| Some(coordinator.add_listener(job!(callback_0, || ())));
    let pushes: During = |coordinator| {
        coordinator.set_updated_data(5);
        None
    };
    let fails: During = |coordinator| {
        coordinator.set_update_error(UpdateFailed::new("broken"));
        None
    };
    let comes_and_goes: During = |coordinator| {
        drop(coordinator.add_listener(job!(callback_0, || ())));
        Some(coordinator.add_listener(job!(callback_0, || ())))
    };
    for (during, has_listener) in [(listens, false), (pushes, true), (fails, true), (comes_and_goes, false)] {
        run_paused(async |hub| {
            let (device, update) = Device::new();
            device.takes.set(INTERVAL * 2);
            let coordinator = Coordinator::builder(&hub, "slow", update).update_interval(INTERVAL).build();
            let _listener = has_listener.then(|| count_told(&coordinator));
            let refresh = hub.create_task(coordinator.refresh());
            sleep(SECOND).await;
            let _other = during(&coordinator);
            refresh.await.expect("nobody cancels it");
            sleep(SECOND * 29).await;
            assert_eq!(device.asked.get(), 1, "the next is due an interval after the end");
            sleep(SECOND * 2).await;
            assert_eq!(device.asked.get(), 2);
        });
    }
}

#[test]
fn a_coordinator_that_is_made_before_the_set_up_polls_once_its_entry_is_loaded() {
    run_paused(async |hub| {
        let fails = Rc::new(Cell::new(true));
        let own = Rc::clone(&fails);
        let setup = job!(coroutine_0, async move || if own.get() { Err(SetupFailed::new("no")) } else { Ok(()) });
        let entry = Entry::new(&hub, "early", setup);
        let (device, update) = Device::new();
        let coordinator = Coordinator::builder(&hub, "early", update).update_interval(SECOND).entry(&entry).build();
        let _listener = count_told(&coordinator);
        sleep(SECOND * 10).await;
        assert_eq!(device.asked.get(), 0, "there is nobody to ask for");
        fails.set(false);
        entry.setup().await.expect("it is not loaded");
        sleep(SECOND * 10).await;
        assert!(device.asked.get() >= 8, "{}", device.asked.get());
    });
}
