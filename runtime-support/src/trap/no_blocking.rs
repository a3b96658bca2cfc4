//! For tests: a call that blocks the loop is a failure.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use super::armed::verify;
use super::violation::Violation;
use crate::lock::lock;

type Collected = Arc<Mutex<Vec<Violation>>>;

/// The guards that there are, by their threads.
static GUARDS: Mutex<Vec<(ThreadId, Collected)>> = Mutex::new(Vec::new());

/// Fails the test that holds it if a call has blocked the loop on its thread, returned by [`fail_on_violation`].
///
/// # Panics
///
/// When dropped, if there was a violation on this thread meanwhile. Not if the thread is panicking already.
#[must_use = "it counts until it is dropped"]
#[derive(Debug)]
pub struct NoBlocking {
    collected: Collected,
}

/// Makes sure that a call which blocks the loop of the calling thread fails the test: a line for a test.
///
/// The panic of an annotated function may end in a task for which nobody waits; this one does not. It also makes sure
/// that the trap is armed, so that a test which finds nothing has looked. Held in the test around a runtime or
/// `Hub::run`, or in an async test on the thread of its loop.
///
/// A call that never returns ends no test: `onloop::watch().fail_on_stall()` beside it tells where the thread is.
///
/// # Panics
///
/// If the trap is not armed: see [`verify`].
pub fn fail_on_violation() -> NoBlocking {
    verify().unwrap_or_else(|error| panic!("{error}"));
    let collected = Collected::default();
    lock(&GUARDS).push((thread::current().id(), Arc::clone(&collected)));
    NoBlocking { collected }
}

/// Gives a violation to the guards of this thread.
pub(super) fn collect(violation: &Violation) {
    let thread = thread::current().id();
    for (_, collected) in lock(&GUARDS).iter().filter(|(of, _)| *of == thread) {
        lock(collected).push(violation.clone());
    }
}

impl Drop for NoBlocking {
    fn drop(&mut self) {
        lock(&GUARDS).retain(|(_, collected)| !Arc::ptr_eq(collected, &self.collected));
        let violations = std::mem::take(&mut *lock(&self.collected));
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty() || thread::panicking(), "the loop was blocked:\n{}", lines.join("\n"));
    }
}
