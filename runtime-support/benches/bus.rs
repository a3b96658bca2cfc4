//! What firing an event costs: for each number of listeners, against a loop over closures, which is the limit, and
//! against tokio's broadcast channel, each of whose receivers is asked in turn.
//!
//! The last group is what a coroutine listener costs, which is a task each.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use onloop::__private::{Kind, Site, job};
use onloop::{Event, EventType, Hub};

const EVENT: EventType<u64> = EventType::new("event");

static SITE: Site = Site::new("listener", Kind::Callback, file!(), line!());

/// What each listener does: so little that the rest is what is measured.
fn add(sum: &Cell<u64>, value: u64) {
    sum.set(sum.get().wrapping_add(value));
}

fn fire(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fire");
    for listeners in [0, 1, 10, 100, 10_000] {
        group.throughput(Throughput::Elements(listeners.max(1)));
        let sum = Rc::new(Cell::new(0));

        group.bench_with_input(BenchmarkId::new("hub", listeners), &listeners, |bencher, &listeners| {
            Hub::run(async |hub| {
                let bus = hub.bus();
                for _ in 0..listeners {
                    let sum = Rc::clone(&sum);
                    let listener = job::callback(&SITE, move |event: &Event<u64>| add(&sum, event.data));
                    bus.listen(&EVENT, listener).detach();
                }
                bencher.iter(|| bus.fire(&EVENT, black_box(1)));
            });
        });

        group.bench_with_input(BenchmarkId::new("closures", listeners), &listeners, |bencher, &listeners| {
            let listeners: Vec<Box<dyn Fn(u64)>> = (0..listeners)
                .map(|_| {
                    let sum = Rc::clone(&sum);
                    Box::new(move |value| add(&sum, value)) as _
                })
                .collect();
            bencher.iter(|| {
                let value = black_box(1);
                for listener in &listeners {
                    listener(value);
                }
            });
        });

        group.bench_with_input(BenchmarkId::new("broadcast", listeners), &listeners, |bencher, &listeners| {
            let (send, _receive) = tokio::sync::broadcast::channel(16);
            let mut receivers: Vec<_> = (0..listeners).map(|_| send.subscribe()).collect();
            bencher.iter(|| {
                send.send(black_box(1)).expect("one receiver is always there");
                for receiver in &mut receivers {
                    add(&sum, receiver.try_recv().expect("it was sent"));
                }
            });
        });
        black_box(sum.get());
    }
    group.finish();
}

fn coroutines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fire to a coroutine");
    group.bench_function("that never waits", |bencher| {
        Hub::run(async |hub| {
            let sum = Rc::new(Cell::new(0));
            let listener = job::coroutine(&SITE, async move |event: &Event<u64>| add(&sum, event.data));
            hub.bus().listen(&EVENT, listener).detach();
            bencher.iter(|| hub.bus().fire(&EVENT, black_box(1)));
        });
    });
    group.finish();
}

criterion_group!(benches, fire, coroutines);
criterion_main!(benches);
