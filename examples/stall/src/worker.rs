//! Who holds a lock for too long, in the executor.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot::Sender;

/// Counts, and takes its time for it. Tells when it has the lock.
#[onloop::blocking]
pub(crate) fn work(count: &Mutex<u64>, begun: Sender<()>) {
    let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = begun.send(());
    thread::sleep(Duration::from_millis(300));
    *count += 1;
}
