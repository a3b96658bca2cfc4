//! Code of the user's that runs inside ours: its panics are kept from what is around it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use crate::job::{JobFuture, JobName};
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};

/// Runs a future to its end, or to its panic, which nobody has logged then.
pub(crate) async fn catch_panic<R>(mut future: JobFuture<R>) -> Result<R, Payload> {
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

/// Logs the panic of a piece of a job, and ends it.
#[cold]
pub(crate) fn log_panic(what: &str, name: &JobName, payload: Payload) {
    report_panic(what, name, &payload);
    discard(payload);
}

#[cold]
pub(crate) fn report_panic(what: &str, name: &JobName, payload: &Payload) {
    let message = panic_message(payload);
    log!(ERROR, "{what} {name} panicked: {message}");
}
