//! A driver for a gauge, as one finds them: sync, and nothing in its surface says that it waits.

use std::thread;
use std::time::Duration;

/// What the needle of the gauge takes to come to rest.
const REST: Duration = Duration::from_millis(300);

/// Reads the gauge.
#[must_use]
pub fn read() -> f64 {
    wake();
    21.5
}

fn wake() {
    // It was asleep, and its first value is the one of yesterday.
    settle();
}

fn settle() {
    thread::sleep(REST);
}
