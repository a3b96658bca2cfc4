//! A lock that knows its holder, so that only one operation runs at a time.

use std::cell::Cell;

use tokio::sync::{Mutex, MutexGuard};

use crate::Hub;
use crate::patience::told;

/// Hands out turns, in the order in which they are asked for.
#[derive(Default)]
pub(crate) struct Turns {
    lock: Mutex<()>,
    /// The task whose turn it is.
    holder: Cell<Option<u64>>,
}

/// A turn, until dropped.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    _guard: MutexGuard<'a, ()>,
}

impl Turns {
    /// Waits for the turn. `who` says for the log who waits.
    pub(crate) async fn take(&self, hub: &Hub, who: impl Fn() -> String) -> Turn<'_> {
        let what = || {
            let holder = self.holder.get().and_then(|holder| hub.task_name(holder));
            format!("{} waits for its turn, which task {} has", who(), holder.as_deref().unwrap_or("that has ended"))
        };
        let guard = told(hub, what, self.lock.lock()).await;
        self.holder.set(hub.current_task());
        Turn { turns: self, _guard: guard }
    }

    /// Cancels the task whose turn it is.
    pub(crate) fn cancel_holder(&self, hub: &Hub) {
        if let Some(holder) = self.holder.get() {
            hub.cancel_task(holder);
        }
    }

    /// Whether it is the turn of the very task that asks: waiting for another one it would wait for itself.
    pub(crate) fn is_mine(&self, hub: &Hub) -> bool {
        let current = hub.current_task();
        current.is_some() && self.holder.get() == current
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.holder.set(None);
    }
}
