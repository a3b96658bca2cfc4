//! What a watch costs the loop, and how soon it reports: a scope and a loop that does nothing but run callbacks, each
//! without a watch and with one; and how long past the threshold the hook is told of a stall.
//!
//! The differences are about a nanosecond, so the first part is measured in turns and shows the shortest times.

#[path = "support/work.rs"]
mod work;

use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use onloop::__private::{self as onloop_private, Kind, Site};
use onloop::watch::{ReportEvent, WatchBuilder};
use onloop::{Event, EventType, Hub, watch};
use tokio::runtime;
use tokio::task::LocalSet;
use work::{bare, callback, opaque_work};

const READING: EventType<u64> = EventType::new("reading");

/// The shortest time of a run of `work`, in nanoseconds: without a watch, and with each of `watches` on this thread.
///
/// They take turns, so that a busy machine is as hard on one as on the other.
fn in_turns(runs: u32, watches: &[WatchBuilder], mut work: impl FnMut()) -> Vec<f64> {
    const ROUNDS: usize = 400;
    let watches: Vec<_> = watches.iter().map(|watch| watch.clone().start().expect("a thread can be had")).collect();
    let choices: Vec<_> = std::iter::once(None).chain(watches.iter().map(Some)).collect();
    let mut shortest = vec![Duration::MAX; choices.len()];
    for _ in 0..ROUNDS {
        for (watch, shortest) in choices.iter().zip(&mut shortest) {
            let guard = watch.map(|watch| watch.enter().expect("it is the only one"));
            let begun = Instant::now();
            (0..runs).for_each(|_| work());
            *shortest = begun.elapsed().min(*shortest);
            drop(guard);
        }
    }
    shortest.into_iter().map(|took| took.as_secs_f64() * 1e9 / f64::from(runs)).collect()
}

fn show(what: &str, unwatched: f64, watched: f64) {
    let more = (watched / unwatched - 1.0) * 100.0;
    println!("{what}: unwatched {unwatched:.2} ns, watched {watched:.2} ns, {more:+.1} %");
}

/// How many turns of the loop are timed at once.
const TURNS: u32 = 10_000;

/// A turn of the loop, which is a callback and the way through tokio's scheduler back to the next one.
struct Turns(u32);

impl Future for Turns {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        callback(1);
        match self.0 {
            0 => Poll::Ready(()),
            left => {
                self.0 = left - 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// What a scope costs, and what an event costs that callbacks hear: a loop on which nothing but callbacks runs.
fn cost(_: &mut Criterion) {
    let watches = [watch(), watch().profile(true)];
    let bare = in_turns(10_000, &[], || {
        bare(1);
    });
    let scoped = in_turns(10_000, &watches, || {
        callback(1);
    });
    println!("a callback: bare {:.2} ns, profiled {:.2} ns", bare[0], scoped[2]);
    show("a callback", scoped[0], scoped[1]);
    let runtime = runtime::Builder::new_current_thread().build().expect("a runtime can be had");
    let local = LocalSet::new();
    let turns = in_turns(1, &watches, || {
        local.block_on(&runtime, async {
            tokio::task::spawn_local(Turns(TURNS)).await.expect("it does not panic");
        });
    });
    show("a turn of the loop with a callback", turns[0] / f64::from(TURNS), turns[1] / f64::from(TURNS));
    for listeners in [1, 10, 100] {
        Hub::run(async |hub| {
            for _ in 0..listeners {
                static SITE: Site = Site::new("listener", Kind::Callback, file!(), line!());
                let listener = onloop_private::job::callback(&SITE, |event: &Event<u64>| {
                    opaque_work(event.data);
                });
                hub.bus().listen(&READING, listener).detach();
            }
            let fired = in_turns(100_000 / listeners, &watches, || hub.bus().fire(&READING, 1));
            show(&format!("an event with {listeners} callbacks"), fired[0], fired[1]);
        });
    }
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

criterion_group!(benches, cost, latency);
criterion_main!(benches);
