//! A lock that knows its holder, so that only one operation runs at a time.

use std::cell::Cell;

use tokio::sync::{Mutex, MutexGuard};

use crate::Hub;
use crate::patience::logged_if_late;

/// A mutex that hands out turns, in the order in which they are asked for.
#[derive(Default)]
pub(crate) struct OwnedMutex {
    mutex: Mutex<()>,
    /// The task whose turn it is.
    holder: Cell<Option<u64>>,
}

/// A turn, until dropped.
pub(crate) struct OwnedMutexGuard<'a> {
    mutex: &'a OwnedMutex,
    _guard: MutexGuard<'a, ()>,
}

impl OwnedMutex {
    /// Waits for the turn. `who` says for the log who waits.
    pub(crate) async fn lock(&self, hub: &Hub, who: impl Fn() -> String) -> OwnedMutexGuard<'_> {
        let what = || {
            let holder = self.holder.get().and_then(|holder| hub.task_name(holder));
            format!("{} waits for its turn, which task {} has", who(), holder.as_deref().unwrap_or("that has ended"))
        };
        let guard = logged_if_late(hub, what, self.mutex.lock()).await;
        self.holder.set(hub.current_task());
        OwnedMutexGuard { mutex: self, _guard: guard }
    }

    /// Cancels the task whose turn it is.
    pub(crate) fn cancel_holder(&self, hub: &Hub) {
        if let Some(holder) = self.holder.get() {
            hub.cancel_task(holder);
        }
    }

    /// Whether it is the turn of the very task that asks: waiting for another one it would wait for itself.
    pub(crate) fn is_held_by_current_task(&self, hub: &Hub) -> bool {
        let current = hub.current_task();
        current.is_some() && self.holder.get() == current
    }
}

impl Drop for OwnedMutexGuard<'_> {
    fn drop(&mut self) {
        self.mutex.holder.set(None);
    }
}
