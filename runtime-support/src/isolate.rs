//! Code of the user's that runs inside ours: its panics are kept from what is around it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use crate::Job;
use crate::hub::log_panic;
use crate::job::JobFuture;
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};

/// Runs a future to its end, or to its panic, which nobody has logged then.
pub(crate) async fn caught<R>(mut future: JobFuture<R>) -> Result<R, Payload> {
    let outcome = poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
            .map_or_else(|payload| Poll::Ready(Err(payload)), |progress| progress.map(Ok))
    })
    .await;
    // What it captured is the user's, and so are the destructors of that.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(future)));
    match dropped {
        Ok(()) => outcome,
        Err(payload) => {
            discard(outcome);
            Err(payload)
        }
    }
}

/// Drops something of the user's; a panic of its destructors is logged.
pub(crate) fn drop_caught(whose: impl FnOnce() -> String, what: impl Sized) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(what))) {
        let (whose, message) = (whose(), panic_message(&payload));
        log!(ERROR, "a destructor of {whose} panicked: {message}");
        discard(payload);
    }
}

/// Drops a job; a panic of the destructors of what it captured is logged.
pub(crate) fn drop_job<A, R>(job: Job<A, R>) {
    let name = job.name().clone();
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(job))) {
        log_panic("a destructor in what was captured by", &name, payload);
    }
}
