//! What tasks and executor jobs cost, against tokio's own on the same loop.

use std::future::ready;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use onloop::Hub;
use tokio::task::yield_now;

/// Runs `code` on a hub as often as asked, and gives the time that took.
fn on_hub(times: u64, code: impl AsyncFn(&Hub)) -> Duration {
    Hub::run(async |hub| {
        let start = Instant::now();
        for _ in 0..times {
            code(&hub).await;
        }
        start.elapsed()
    })
}

fn tasks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("task that waits once");
    group.bench_function("create_task", |bencher| {
        bencher.iter_custom(|times| on_hub(times, async |hub| hub.create_task(yield_now()).await.expect("it ends")));
    });
    group.bench_function("spawn_local", |bencher| {
        bencher.iter_custom(|times| {
            on_hub(times, async |_| tokio::task::spawn_local(yield_now()).await.expect("it ends"))
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("task that never waits");
    group.bench_function("create_task", |bencher| {
        bencher.iter_custom(|times| on_hub(times, async |hub| hub.create_task(ready(())).await.expect("it ends")));
    });
    group.bench_function("spawn_local", |bencher| {
        bencher
            .iter_custom(|times| on_hub(times, async |_| tokio::task::spawn_local(ready(())).await.expect("it ends")));
    });
    group.finish();
}

fn executor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("executor job");
    group.bench_function("add_executor_job", |bencher| {
        bencher.iter_custom(|times| on_hub(times, async |hub| hub.add_executor_job(|| ()).await));
    });
    group.bench_function("spawn_blocking", |bencher| {
        bencher
            .iter_custom(|times| on_hub(times, async |_| tokio::task::spawn_blocking(|| ()).await.expect("it ends")));
    });
    group.finish();
}

/// Linear if the time for a task stays the same, but for what memory costs: tokio's own tasks tell that.
fn block_till_done(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("many tasks");
    group.sample_size(10);
    for tasks in [1_000, 10_000, 100_000] {
        group.throughput(Throughput::Elements(tasks));
        group.bench_with_input(BenchmarkId::new("block_till_done", tasks), &tasks, |bencher, &tasks| {
            bencher.iter_custom(|times| {
                on_hub(times, async |hub| {
                    for _ in 0..tasks {
                        hub.create_task(yield_now());
                    }
                    hub.block_till_done().await;
                })
            });
        });
        group.bench_with_input(BenchmarkId::new("spawn_local", tasks), &tasks, |bencher, &tasks| {
            bencher.iter_custom(|times| {
                on_hub(times, async |_| {
                    let tasks: Vec<_> = (0..tasks).map(|_| tokio::task::spawn_local(yield_now())).collect();
                    for task in tasks {
                        task.await.expect("it ends");
                    }
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, tasks, executor, block_till_done);
criterion_main!(benches);
