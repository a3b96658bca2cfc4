//! Panics of user code: how they are reported and discarded.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

/// What a panic says, as far as it can be read.
pub(crate) fn panic_message(payload: &Payload) -> &str {
    if let Some(message) = payload.downcast_ref::<&'static str>() {
        message
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message
    } else {
        "a value that is not text"
    }
}

/// Drops what a panic carried, or something of the user's that must not be reported. If that panics in turn, what
/// the second panic carries is left alone: it may panic as well, and so on.
pub(crate) fn discard<T>(panicked: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(panicked))) {
        std::mem::forget(payload);
    }
}
