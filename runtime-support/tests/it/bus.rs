//! The bus: who hears what, in which order, and what ill-behaved listeners do to others.
//!
//! Rows of the reference that have no test here: `test_async_fire_thread_safety` and `test_thread_safety_message`, for a
//! `Bus` is not `Send`, which the doctest of `Hub` shows; `test_eventbus_lazy_object_creation` as far as it counts
//! objects, for an event is a value on the stack (`nobody_listening_allocates_nothing` counts what is allocated);
//! `test_eventbus_max_length_exceeded` is an error of the compiler, which the doctest of `EventType::new` shows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use onloop::{AnyEvent, Bus, Context, Event, EventType, Hub, HubState, Site, Unsubscribe};
use tokio::task::yield_now;

use crate::hub::{OnDrop, run_paused};
use crate::log;

const READING: EventType<u32> = EventType::new("reading");

/// What listeners wrote down, in order.
#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<String>>>);

impl Notes {
    fn add(&self, note: impl Into<String>) {
        self.0.borrow_mut().push(note.into());
    }

    #[track_caller]
    fn assert(&self, expected: &[&str]) {
        assert_eq!(*self.0.borrow(), expected);
        self.0.borrow_mut().clear();
    }
}

/// Listens with a callback that notes a name.
fn note(bus: &Bus, notes: &Notes, name: &'static str) -> Unsubscribe {
    let notes = notes.clone();
    bus.listen(&READING, job!(callback, move |event: &Event<u32>| notes.add(format!("{name} {}", event.data))))
}

#[test]
fn a_callback_has_run_when_fire_returns_in_the_order_of_registration() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let _a = note(&bus, &notes, "a");
        let all = notes.clone();
        let _all = bus.listen_all(job!(callback, move |event: &AnyEvent| all.add(event.event_type())));
        let _b = note(&bus, &notes, "b");
        bus.fire(&READING, 1);
        notes.assert(&["a 1", "b 1", "reading"]);
    });
}

#[test]
fn listeners_come_and_go() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        assert_eq!(bus.listener_count(&READING), 0);
        let a = note(&bus, &notes, "a");
        let b = note(&bus, &notes, "b");
        assert_eq!(bus.listener_count(&READING), 2);
        a.unsubscribe();
        bus.fire(&READING, 1);
        notes.assert(&["b 1"]);
        drop(b);
        assert_eq!(bus.listener_count(&READING), 0);
        bus.fire(&READING, 2);
        notes.assert(&[]);
        note(&bus, &notes, "c").detach();
        bus.fire(&READING, 3);
        notes.assert(&["c 3"]);
    });
}

#[test]
fn types_of_events_differ_in_name_or_in_data() {
    const OTHER_NAME: EventType<u32> = EventType::new("other reading");
    const OTHER_DATA: EventType<String> = EventType::new("reading");
    const SAME: EventType<u32> = EventType::new("reading");
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let _a = note(&bus, &notes, "a");
        bus.fire(&OTHER_NAME, 1);
        bus.fire(&OTHER_DATA, String::new());
        notes.assert(&[]);
        bus.fire(&SAME, 2);
        notes.assert(&["a 2"]);
    });
}

#[test]
fn coroutines_run_to_their_first_wait_inside_fire_and_are_tracked() {
    Hub::run(async |hub| {
        let notes = Notes::default();
        let own = notes.clone();
        let job = job!(coroutine, async move |event: &Event<u32>| {
            own.add(format!("first {}", event.data));
            yield_now().await;
            own.add(format!("then {}", event.data));
        });
        let _listens = hub.bus().listen(&READING, job);
        hub.bus().fire(&READING, 5);
        notes.assert(&["first 5"]);
        hub.block_till_done().await;
        notes.assert(&["then 5"]);
    });
}

#[test]
fn blocking_listeners_get_the_event_in_the_executor() {
    Hub::run(async |hub| {
        let (send, receive) = mpsc::channel();
        let here = std::thread::current().id();
        let job = job!(blocking, move |event: &Event<u32>| {
            assert_ne!(std::thread::current().id(), here);
            send.send(event.data).expect("the test listens");
        });
        let _listens = hub.bus().listen(&READING, job);
        hub.bus().fire(&READING, 5);
        hub.block_till_done().await;
        assert_eq!(receive.try_recv(), Ok(5));
    });
}

#[test]
fn one_event_is_shared_by_all_who_outlast_the_fire() {
    const HELD: EventType<Rc<()>> = EventType::new("held");
    Hub::run(async |hub| {
        let bus = hub.bus();
        let data = Rc::new(());
        let places = Rc::new(RefCell::new(Vec::new()));
        for _ in 0..3 {
            let places = Rc::clone(&places);
            let job = job!(coroutine, async move |event: &Event<Rc<()>>| {
                yield_now().await;
                places.borrow_mut().push(std::ptr::from_ref(event));
                assert_eq!(Rc::strong_count(&event.data), 2, "the data is not cloned");
            });
            bus.listen(&HELD, job).detach();
        }
        bus.fire(&HELD, Rc::clone(&data));
        hub.block_till_done().await;
        let places = places.borrow();
        assert!(places.len() == 3 && places.iter().all(|place| *place == places[0]));
        assert_eq!(Rc::strong_count(&data), 1, "nothing keeps the event");
    });
}

#[test]
fn a_fire_inside_a_listener_is_depth_first() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let (own, fires) = (notes.clone(), bus.clone());
        let job = job!(callback, move |event: &Event<u32>| {
            own.add(format!("outer {}", event.data));
            if event.data < 3 {
                fires.fire(&READING, event.data + 1);
            }
            own.add(format!("back {}", event.data));
        });
        let _outer = bus.listen(&READING, job);
        let _after = note(&bus, &notes, "after");
        bus.fire(&READING, 2);
        notes.assert(&["outer 2", "outer 3", "back 3", "after 3", "back 2", "after 2"]);
    });
}

#[test]
fn listen_once_runs_once() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let (own, fires) = (notes.clone(), bus.clone());
        let job = job!(callback, move |event: &Event<u32>| {
            own.add(format!("once {}", event.data));
            fires.fire(&READING, event.data + 1);
        });
        let unsubscribe = bus.listen_once(&READING, job);
        bus.fire(&READING, 1);
        bus.fire(&READING, 3);
        notes.assert(&["once 1"]);
        assert_eq!(bus.listener_count(&READING), 0);
        unsubscribe.unsubscribe();
    });
}

#[test]
fn listen_once_of_a_coroutine_and_of_a_blocking_function_run_once() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let own = notes.clone();
        let job = job!(coroutine, async move |event: &Event<u32>| {
            own.add(format!("before {}", event.data));
            yield_now().await;
            own.add(format!("after {}", event.data));
        });
        bus.listen_once(&READING, job).detach();
        let (send, receive) = mpsc::channel();
        bus.listen_once(&READING, job!(blocking, move |event: &Event<u32>| send.send(event.data).expect("it listens")))
            .detach();
        bus.fire(&READING, 1);
        notes.assert(&["before 1"]);
        bus.fire(&READING, 2);
        hub.block_till_done().await;
        notes.assert(&["after 1"]);
        assert_eq!(receive.iter().collect::<Vec<_>>(), [1]);
    });
}

#[test]
fn listen_once_dropped_before_the_event_never_runs() {
    Hub::run(async |hub| {
        let job = job!(callback, |_: &Event<u32>| unreachable!("nobody listens"));
        drop(hub.bus().listen_once(&READING, job));
        hub.bus().fire(&READING, 1);
    });
}

#[test]
fn a_one_time_listener_whose_event_is_fired_again_by_an_earlier_listener_runs_once() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let fires = bus.clone();
        let _again = bus.listen(
            &READING,
            job!(callback, move |event: &Event<u32>| {
                if event.data == 1 {
                    fires.fire(&READING, 2);
                }
            }),
        );
        let own = notes.clone();
        let _once =
            bus.listen_once(&READING, job!(callback, move |event: &Event<u32>| own.add(format!("{}", event.data))));
        bus.fire(&READING, 1);
        notes.assert(&["2"]);
    });
}

#[test]
fn the_filter_decides_per_event() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let own = notes.clone();
        let _even = bus.listen_filtered(
            &READING,
            job!(callback, |event: &Event<u32>| event.data.is_multiple_of(2)),
            job!(callback, move |event: &Event<u32>| own.add(format!("{}", event.data))),
        );
        for value in 1..=4 {
            bus.fire(&READING, value);
        }
        notes.assert(&["2", "4"]);
    });
}

#[test]
fn a_filter_that_panics_is_logged_and_passes_its_listener_by() {
    log::keep();
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let filter = job!(callback, |_: &Event<u32>| -> bool { panic!("meant by a filter") }).named("bad filter");
        let _never =
            bus.listen_filtered(&READING, filter, job!(callback, |_: &Event<u32>| unreachable!("it is filtered out")));
        let _after = note(&bus, &notes, "after");
        bus.fire(&READING, 1);
        notes.assert(&["after 1"]);
    });
    let lines = log::lines_with("filter `bad filter` (");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].1.ends_with("panicked: meant by a filter"), "{lines:?}");
}

#[test]
fn a_filter_may_remove_its_own_listener() {
    Hub::run(async |hub| {
        let bus = hub.bus();
        let handle: Rc<RefCell<Option<Unsubscribe>>> = Rc::default();
        let own = Rc::clone(&handle);
        let filter = job!(callback, move |_: &Event<u32>| {
            own.take();
            true
        });
        let job = job!(callback, |_: &Event<u32>| unreachable!("it is removed"));
        handle.replace(Some(bus.listen_filtered(&READING, filter, job)));
        bus.fire(&READING, 1);
        assert_eq!(bus.listener_count(&READING), 0);
    });
}

#[test]
fn a_failing_listener_is_logged_once_with_name_and_site_and_the_rest_run() {
    log::keep();
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let _before = note(&bus, &notes, "before");
        let bad = job!(callback, |_: &Event<u32>| panic!("meant by a listener")).named("bad listener");
        let _bad = bus.listen(&READING, bad);
        let bad = job!(coroutine, async |_: &Event<u32>| panic!("meant by a coroutine")).named("bad async listener");
        let _bad_coroutine = bus.listen(&READING, bad);
        let bad = job!(blocking, |_: &Event<u32>| panic!("meant by blocking")).named("bad blocking listener");
        let _bad_blocking = bus.listen(&READING, bad);
        let _after = note(&bus, &notes, "after");
        bus.fire(&READING, 1);
        notes.assert(&["before 1", "after 1"]);
        hub.block_till_done().await;
    });
    for name in ["callback `bad listener` (", "task `bad async listener` (", "executor job `bad blocking listener` ("] {
        let lines = log::lines_with(name);
        assert_eq!(lines.len(), 1, "{name}: {lines:?}");
        assert!(lines[0].1.contains("tests/it/bus.rs:"), "{lines:?}");
    }
}

#[test]
fn a_panic_that_carries_a_panicking_payload_stops_nobody() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let _bad = bus.listen(
            &READING,
            job!(callback, |_: &Event<u32>| std::panic::panic_any(OnDrop(|| panic!("meant in payload")))),
        );
        let _after = note(&bus, &notes, "after");
        bus.fire(&READING, 1);
        notes.assert(&["after 1"]);
    });
}

#[test]
fn a_listener_removed_during_a_fire_does_not_run_any_more() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let victim: Rc<RefCell<Option<Unsubscribe>>> = Rc::default();
        let own = Rc::clone(&victim);
        let _remover = bus.listen(&READING, job!(callback, move |_: &Event<u32>| drop(own.take())));
        victim.replace(Some(note(&bus, &notes, "victim")));
        let _after = note(&bus, &notes, "after");
        bus.fire(&READING, 1);
        notes.assert(&["after 1"]);
    });
}

#[test]
fn a_listener_added_during_a_fire_waits_for_the_next() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let (own_bus, own_notes) = (bus.clone(), notes.clone());
        let _adder = bus.listen_once(
            &READING,
            job!(callback, move |_: &Event<u32>| {
                for _ in 0..100 {
                    note(&own_bus, &own_notes, "added").detach();
                }
            }),
        );
        bus.fire(&READING, 1);
        notes.assert(&[]);
        bus.fire(&READING, 2);
        assert_eq!(notes.0.borrow().len(), 100);
    });
}

#[test]
fn a_listener_added_to_all_events_during_a_fire_waits_for_the_next() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let (own_bus, own_notes) = (bus.clone(), notes.clone());
        let _adder = bus.listen_once(
            &READING,
            job!(callback, move |_: &Event<u32>| {
                let notes = own_notes.clone();
                own_bus.listen_all(job!(callback, move |event: &AnyEvent| notes.add(event.event_type()))).detach();
            }),
        );
        bus.fire(&READING, 1);
        notes.assert(&[]);
        bus.fire(&READING, 2);
        notes.assert(&["reading"]);
    });
}

#[test]
fn a_listener_can_unsubscribe_itself() {
    Hub::run(async |hub| {
        let (bus, notes) = (hub.bus(), Notes::default());
        let handle: Rc<RefCell<Option<Unsubscribe>>> = Rc::default();
        let (own, writes) = (Rc::clone(&handle), notes.clone());
        let job = job!(callback, move |event: &Event<u32>| {
            drop(own.take());
            // What it captured is still there: it runs.
            writes.add(format!("{}", event.data));
        });
        handle.replace(Some(bus.listen(&READING, job)));
        bus.fire(&READING, 1);
        bus.fire(&READING, 2);
        notes.assert(&["1"]);
    });
}

#[test]
fn a_listener_that_fires_its_own_event_without_end_is_logged_and_ended() {
    log::keep();
    Hub::run(async |hub| {
        let (bus, depth) = (hub.bus(), Rc::new(Cell::new(0)));
        let (fires, deeper) = (bus.clone(), Rc::clone(&depth));
        let job = job!(callback, move |event: &Event<u32>| {
            deeper.set(deeper.get() + 1);
            fires.fire(&READING, event.data + 1);
        });
        let _endless = bus.listen(&READING, job.named("endless listener"));
        bus.fire(&READING, 0);
        assert_eq!(depth.get(), 64);
        bus.fire(&READING, 0);
        assert_eq!(depth.get(), 128, "the bus works as before");
    });
    let lines = log::lines_with("callback `endless listener`");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].1.ends_with("event `reading` is fired inside 64 others: does a listener fire it?"), "{lines:?}");
}

#[test]
fn removing_many_in_any_order_leaves_the_others() {
    Hub::run(async |hub| {
        let (bus, sum) = (hub.bus(), Rc::new(Cell::new(0)));
        let mut handles: Vec<Option<Unsubscribe>> = (0..1000_u32)
            .map(|number| {
                let sum = Rc::clone(&sum);
                Some(bus.listen(&READING, job!(callback, move |_: &Event<u32>| sum.set(sum.get() + number))))
            })
            .collect();
        // 7919 is prime: each index comes once.
        for step in 0..900_usize {
            handles[step * 7919 % 1000] = None;
            assert_eq!(bus.listener_count(&READING), 999 - step);
        }
        let left: u32 = (0..1000).filter(|&number| handles[number as usize].is_some()).sum();
        bus.fire(&READING, 0);
        assert_eq!(sum.get(), left);
    });
}

#[test]
fn what_a_listener_captured_goes_when_it_is_removed() {
    log::keep();
    Hub::run(async |hub| {
        let (bus, held) = (hub.bus(), Rc::new(()));
        let kept = Rc::clone(&held);
        let listens = bus.listen(&READING, job!(callback, move |_: &Event<u32>| drop(Rc::clone(&kept))));
        assert_eq!(Rc::strong_count(&held), 2);
        drop(listens);
        assert_eq!(Rc::strong_count(&held), 1);
        let guard = OnDrop(|| panic!("meant in a capture"));
        let job = job!(callback, move |_: &Event<u32>| {
            let _kept = &guard;
        });
        drop(bus.listen(&READING, job.named("bad capture")));
    });
    let lines = log::lines_with("captured by `bad capture` (");
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn no_listener_outlives_the_hub_and_none_begins_once_it_has_stopped() {
    let held = Rc::new(());
    Hub::run(async |hub| {
        // A listener that holds the hub that holds it.
        let (own, kept) = (hub.clone(), Rc::clone(&held));
        let job = job!(callback, move |_: &Event<u32>| drop((own.clone(), Rc::clone(&kept))));
        hub.bus().listen(&READING, job.clone()).detach();
        hub.bus().listen_all(job!(callback_0, move || drop(job.clone()))).detach();
        assert_eq!(Rc::strong_count(&held), 2);
        hub.stop().await;
        assert_eq!((Rc::strong_count(&held), hub.state()), (1, HubState::Stopped));
        let late = job!(callback, |_: &Event<u32>| unreachable!("the hub has stopped"));
        hub.bus().listen(&READING, late.clone()).detach();
        hub.bus().fire(&READING, 1);
        assert_eq!(hub.bus().listener_count(&READING), 0);
    });
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn an_event_tells_when_and_by_whom_it_was_fired_and_what_it_belongs_to() {
    #[onloop::callback]
    fn fire_it(bus: &Bus) {
        bus.fire(&READING, 1);
    }
    Hub::run(async |hub| {
        let (bus, seen) = (hub.bus(), Rc::new(RefCell::new(Vec::new())));
        let (own, fires) = (Rc::clone(&seen), bus.clone());
        let job = job!(callback, move |event: &Event<u32>| {
            own.borrow_mut().push((event.origin.map(Site::name), event.context));
            if event.data == 1 {
                fires.fire_in(&READING, 2, event.context.child());
            }
        });
        let _listens = bus.listen(&READING, job);
        let before = tokio::time::Instant::now();
        let _all = bus.listen_all(job!(callback, move |event: &AnyEvent| {
            assert!(event.time_fired() >= before && event.time_fired() <= tokio::time::Instant::now());
            assert_eq!(event.get(&READING).map(|event| event.context), Some(event.context()));
            assert!(event.get(&EventType::<String>::new("reading")).is_none());
            assert!(event.get(&EventType::<u32>::new("other")).is_none());
        }));
        fire_it(&bus);
        bus.fire_in(&READING, 3, Context::new());
        let seen = seen.borrow();
        assert!(seen[0].0.is_some_and(|name| name.ends_with("fire_it")), "{seen:?}");
        assert_eq!(seen[1].1.parent(), Some(seen[0].1.id()));
        assert_eq!((seen[2].0, seen[2].1.parent()), (None, None));
    });
}

#[test]
fn an_event_was_fired_when_it_was_fired_whoever_asks_when() {
    run_paused(async |hub| {
        let fired = tokio::time::Instant::now();
        let asks = job!(coroutine, async move |event: &Event<u32>| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(event.time_fired(), fired);
            assert!(format!("{event:?}").contains("time_fired: Instant"), "{event:?}");
        });
        let _asks = hub.bus().listen(&READING, asks);
        hub.bus().fire(&READING, 1);
        hub.block_till_done().await;
        assert!(fired.elapsed() >= Duration::from_secs(1));
    });
}

#[test]
fn an_event_was_fired_before_those_that_came_of_it() {
    Hub::run(async |hub| {
        let (bus, times) = (hub.bus(), Rc::new(RefCell::new(Vec::new())));
        let fires = bus.clone();
        let cause = job!(callback, move |event: &Event<u32>| {
            if event.data < 3 {
                fires.fire(&READING, event.data + 1);
            }
        });
        let own = Rc::clone(&times);
        let asks = job!(callback, move |event: &Event<u32>| own.borrow_mut().push((event.data, event.time_fired())));
        let (_cause, _asks) = (bus.listen(&READING, cause), bus.listen(&READING, asks));
        let before = tokio::time::Instant::now();
        bus.fire(&READING, 1);
        let after = tokio::time::Instant::now();
        bus.fire(&READING, 3);
        let times = times.borrow();
        assert_eq!(times.iter().map(|(event, _)| *event).collect::<Vec<_>>(), [3, 2, 1, 3]);
        assert!(before <= times[2].1 && times[2].1 <= times[1].1 && times[1].1 <= times[0].1, "{times:?}");
        assert!(times[0].1 <= after && after <= times[3].1, "{times:?}");
    });
}

#[test]
fn coroutine_listeners_that_fire_to_each_other_do_not_overflow_the_stack() {
    log::keep();
    Hub::run(async |hub| {
        let (bus, count) = (hub.bus(), Rc::new(Cell::new(0)));
        let (fires, counts) = (bus.clone(), Rc::clone(&count));
        let job = job!(coroutine, async move |event: &Event<u32>| {
            counts.set(counts.get() + 1);
            if event.data < 1000 {
                fires.fire(&READING, event.data + 1);
            }
        });
        let _endless = bus.listen(&READING, job.named("endless coroutine"));
        bus.fire(&READING, 0);
        hub.block_till_done().await;
        assert!(count.get() >= 64, "{}", count.get());
    });
}
