//! Five functions that stall the loop. Nothing else is in this file: what is said of it is said of them.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use crate::source::Source;

/// The crate that it trusts sleeps.
#[onloop::coroutine]
pub(crate) async fn poll_gauge(readings: &Sender<f64>) {
    let _ = readings.send(gauge::read()).await;
}

/// Every step is short, and there are many.
#[onloop::callback]
pub(crate) fn forecast(readings: &[f64]) -> f64 {
    let begun = Instant::now();
    let mut forecast = 0.0;
    while begun.elapsed() < Duration::from_millis(300) {
        forecast = readings.iter().fold(forecast, |smooth, reading| 0.9 * smooth + 0.1 * reading);
    }
    forecast
}

/// Locks are right on a loop, as long as nobody holds them for long.
#[onloop::callback]
pub(crate) fn count_reading(count: &Mutex<u64>) -> u64 {
    let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
    *count += 1;
    *count
}

/// Mostly fast, and seconds where the server of names is away.
#[onloop::coroutine]
pub(crate) async fn find_gateway(host: &str, gateways: &Sender<SocketAddr>) {
    let Ok(mut addresses) = (host, 80).to_socket_addrs() else { return };
    if let Some(gateway) = addresses.next() {
        let _ = gateways.send(gateway).await;
    }
}

/// One of the implementations reads a file; which one it is given only the running program knows.
#[onloop::callback]
pub(crate) fn last_reading(source: &dyn Source) -> Option<f64> {
    source.last()
}
