//! Code that never runs, and calls that have nothing to wait for.

use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Duration;

#[tracing::instrument]
#[onloop::callback]
fn add(n: u32) -> u32 {
    n + 1
}

#[tracing::instrument]
#[onloop::coroutine]
async fn wait(n: u32) -> Result<u32, std::io::Error> {
    tokio::task::yield_now().await;
    Ok(n)
}

#[onloop::callback]
#[tracing::instrument]
fn double(n: u32) -> u32 {
    n * 2
}

#[onloop::callback]
fn reap(worker: JoinHandle<u32>, readings: &Receiver<u32>) -> u32 {
    if cfg!(test) {
        std::thread::sleep(Duration::from_secs(1));
    }
    if worker.is_finished() {
        return worker.join().unwrap_or_default();
    }
    readings.recv_timeout(Duration::ZERO).unwrap_or_default()
}

#[onloop::coroutine]
async fn start() -> usize {
    let job = async { std::fs::read("table").map_or(0, |table| table.len()) };
    let found = ["a", "b"].iter().filter_map(|name| std::fs::read(name).ok());
    let found = tokio::task::spawn_blocking(move || found.count());
    let job = tokio::task::spawn_blocking(move || futures::executor::block_on(job));
    found.await.unwrap_or_default() + job.await.unwrap_or_default()
}

fn main() {
    let _ = (add(1), wait(1), double(1), reap, start());
}
