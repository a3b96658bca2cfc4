//! What is allocated, and that it comes back. The counter counts for the thread of the test alone.

use std::cell::Cell;
use std::rc::Rc;

use allocation_counter::measure;
use onloop::{AnyEvent, Event, EventType, Hub};
use tokio::task::yield_now;

const READING: EventType<u64> = EventType::new("reading");

#[test]
fn nobody_listening_allocates_nothing() {
    Hub::run(async |hub| {
        let bus = hub.bus();
        assert_eq!(measure(|| bus.fire(&READING, 1)).count_total, 0);
        // Nor where somebody did listen.
        drop(bus.listen(&READING, job!(callback_0, || ())));
        drop(bus.listen_all(job!(callback_0, || ())));
        assert_eq!(measure(|| bus.fire(&READING, 1)).count_total, 0);
    });
}

#[test]
fn callbacks_cost_no_allocation() {
    Hub::run(async |hub| {
        let (bus, sum) = (hub.bus(), Rc::new(Cell::new(0)));
        for _ in 0..100 {
            let sum = Rc::clone(&sum);
            let filter = job!(callback, |event: &Event<u64>| event.data > 0);
            let job = job!(callback, move |event: &Event<u64>| sum.set(sum.get() + event.data));
            bus.listen_filtered(&READING, filter, job).detach();
        }
        let nested = bus.clone();
        let fires = job!(callback, move |event: &Event<u64>| if event.data == 5 {
            nested.fire(&READING, 1);
        });
        bus.listen(&READING, fires).detach();
        assert_eq!(measure(|| bus.fire(&READING, 5)).count_total, 0);
        assert_eq!(sum.get(), 600);
    });
}

#[test]
fn those_who_outlast_the_fire_share_one_allocation_of_the_event() {
    Hub::run(async |hub| {
        let bus = hub.bus();
        let fire = |data| measure(|| bus.fire(&READING, data)).count_total;
        bus.listen_all(job!(callback, |_: &AnyEvent| ())).detach();
        bus.listen_all(job!(callback, |_: &AnyEvent| ())).detach();
        assert_eq!(fire(1), 1);
        let mut counts = Vec::new();
        for _ in 0..4 {
            bus.listen(&READING, job!(coroutine, async |_: &Event<u64>| ())).detach();
            fire(1);
            counts.push(fire(1));
        }
        // One more listener, one more future.
        assert_eq!(counts, [2, 3, 4, 5]);
    });
}

/// How much is allocated at most while `waves` of tasks are made and end.
fn most_bytes(waves: usize, tasks: usize) -> u64 {
    let run = measure(|| {
        Hub::run(async |hub| {
            for _ in 0..waves {
                for _ in 0..tasks {
                    hub.create_task(yield_now());
                }
                hub.block_till_done().await;
            }
        });
    });
    assert_eq!(run.bytes_current, 0, "the hub leaves nothing");
    run.bytes_max
}

#[test]
fn the_memory_of_a_million_tasks_comes_back() {
    let (one, twenty) = (most_bytes(1, 50_000), most_bytes(20, 50_000));
    assert!(twenty < one + one / 10, "one wave takes {one} bytes at most, twenty take {twenty}");
}

#[test]
fn the_memory_of_listeners_comes_back() {
    Hub::run(async |hub| {
        let bus = hub.bus();
        let cycle = || {
            let handles: Vec<_> = (0..10_000).map(|_| bus.listen(&READING, job!(callback_0, || ()))).collect();
            drop(handles);
        };
        cycle();
        assert_eq!(measure(cycle).bytes_current, 0);
        yield_now().await;
    });
}

#[test]
fn a_peak_of_remote_jobs_leaves_no_memory_behind() {
    // The same thread on both sides, so that the counter sees all of it.
    let kept = Cell::new(None);
    let peak = measure(|| {
        let hub = Hub::run(async |hub| {
            let remote = hub.remote();
            for _ in 0..100_000 {
                remote.add_job(|_| ()).expect("the hub runs");
            }
            hub.block_till_done().await;
            hub
        });
        kept.set(Some(hub));
    });
    // The hub is still there, and with it its queue.
    assert!(kept.take().is_some());
    assert!(peak.bytes_max > 1_000_000, "{peak:?}");
    assert!(peak.bytes_current < 200_000, "{peak:?}");
}
