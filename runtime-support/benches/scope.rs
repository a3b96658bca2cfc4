//! What a scope costs: an annotated callback and a poll of an annotated coroutine, against the same function bare.
//!
//! The functions are written as the attributes expand them.

#[path = "support/work.rs"]
mod work;

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use onloop::__private::{self as onloop_private, Kind, Site};
use work::{bare, callback, opaque_work};

/// Waits for ever, and does a little at each poll.
struct Waits(u64);

impl Future for Waits {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 = opaque_work(self.0);
        Poll::Pending
    }
}

async fn bare_coroutine() {
    Waits(0).await;
}

fn coroutine() -> impl Future<Output = ()> {
    static SITE: Site = Site::new("coroutine", Kind::Coroutine, file!(), line!());
    onloop_private::coroutine(&SITE, async move {
        Waits(0).await;
    })
}

fn callbacks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("callback");
    group.bench_function("bare", |bencher| bencher.iter(|| bare(1)));
    group.bench_function("scoped", |bencher| bencher.iter(|| callback(1)));
    group.finish();
}

fn polls(criterion: &mut Criterion) {
    let mut context = Context::from_waker(Waker::noop());
    let mut group = criterion.benchmark_group("poll");
    group.bench_function("bare", |bencher| {
        let mut future = pin!(bare_coroutine());
        bencher.iter(|| future.as_mut().poll(&mut context));
    });
    group.bench_function("scoped", |bencher| {
        let mut future = pin!(coroutine());
        bencher.iter(|| future.as_mut().poll(&mut context));
    });
    group.finish();
}

criterion_group!(benches, callbacks, polls);
criterion_main!(benches);
