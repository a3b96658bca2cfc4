//! Locks that no panic can spoil.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex under which no code runs that may panic: a poisoned one is as good as new.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
