//! What a watch costs the loop, and how soon it reports: a scope and a loop that does nothing but run callbacks, each
//! without a watch and with one; and how long past the threshold the hook is told of a stall.

use std::hint::black_box;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use onloop::__private::{self as onloop_private, Kind, Site};
use onloop::watch::{ReportEvent, WatchBuilder};
use onloop::{Event, EventType, Hub, watch};

/// The listeners of the event.
const LISTENERS: usize = 10;

const READING: EventType<u64> = EventType::new("reading");

fn work(value: u64) -> u64 {
    value + 1
}

/// Work that may, for all the compiler knows, ask for the current site.
fn opaque_work(value: u64) -> u64 {
    black_box(work as fn(u64) -> u64)(value)
}

#[inline(never)]
fn bare(value: u64) -> u64 {
    opaque_work(value)
}

#[inline(never)]
fn callback(value: u64) -> u64 {
    static SITE: Site = Site::new("callback", Kind::Callback, file!(), line!());
    let _scope = onloop_private::enter(&SITE);
    opaque_work(value)
}

fn scopes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scope");
    group.bench_function("bare", |bencher| bencher.iter(|| bare(1)));
    group.bench_function("unwatched", |bencher| bencher.iter(|| callback(1)));
    for (name, builder) in [("watched", watch()), ("profiled", watch().profile(true))] {
        let watch = builder.start().expect("a thread can be had");
        let watched = watch.enter().expect("it is the only one");
        group.bench_function(name, |bencher| bencher.iter(|| callback(1)));
        drop(watched);
    }
    group.finish();
}

/// A loop on which an event is fired again and again, so that nothing but callbacks runs.
fn callbacks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("event with {LISTENERS} callbacks"));
    let watches: [(&str, Option<WatchBuilder>); 3] =
        [("unwatched", None), ("watched", Some(watch())), ("profiled", Some(watch().profile(true)))];
    for (name, watch) in watches {
        let builder = Hub::builder();
        let builder = match watch {
            Some(watch) => builder.watch(watch),
            None => builder,
        };
        builder.run(async |hub| {
            for _ in 0..LISTENERS {
                static SITE: Site = Site::new("listener", Kind::Callback, file!(), line!());
                let listener = onloop_private::job::callback(&SITE, |event: &Event<u64>| {
                    opaque_work(event.data);
                });
                hub.bus().listen(&READING, listener).detach();
            }
            group.bench_function(name, |bencher| bencher.iter(|| hub.bus().fire(&READING, 1)));
        });
    }
    group.finish();
}

/// How long past the threshold a stall is reported.
fn latency(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("report, past the threshold");
    group.sample_size(10);
    for threshold in [Duration::from_millis(100), Duration::from_millis(10)] {
        let (told, stalls) = mpsc::sync_channel(1);
        let watch = watch()
            .threshold(threshold)
            .on_report(move |report| {
                if report.event == ReportEvent::Stalled {
                    told.send(Instant::now()).expect("the loop waits for it");
                }
            })
            .start()
            .expect("a thread can be had");
        let _watched = watch.enter().expect("it is the only one");
        group.bench_function(format!("{threshold:?}"), |bencher| {
            bencher.iter_custom(|turns| {
                let stall = |_| {
                    static SITE: Site = Site::new("stall", Kind::Callback, file!(), line!());
                    let begun = Instant::now();
                    let _scope = onloop_private::enter(&SITE);
                    let reported = stalls.recv().expect("it is reported");
                    reported.saturating_duration_since(begun).saturating_sub(threshold)
                };
                (0..turns).map(stall).sum()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scopes, callbacks, latency);
criterion_main!(benches);
