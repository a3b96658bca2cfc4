//! # What it does
//! Reports a lock that is taken again while its guard is still alive, by the same function or by a function of the
//! crate that it calls. It covers the locks of `std`, `parking_lot`, `tokio` and other async crates, borrows of a
//! `RefCell`, and the maps of `dashmap`, which lock internally.
//!
//! # Why is this bad
//! The second lock waits for a guard that is released only after it: the task, or the whole event loop, waits for
//! itself. A `RefCell` panics instead.
//!
//! # Limits
//! Two locks count as the same where the text shows it: the same field of the same `self`, variable, parameter or
//! static, also through references, clones of an `Arc` and functions of the crate that give a reference to one, or its
//! guard. A reader waits behind a writer that waits already, so one who reads twice may wait for itself, except in a
//! `RefCell`, a map of `dashmap`, or with `read_recursive`. A call that only tries (`try_lock`) does not wait. Closures are
//! followed where they are run at once: by methods of `std`, and by functions of the crate that call them, under a lock
//! or not. Other tasks are not followed. A `dashmap` locks by key, so two keys may fall into different shards; its
//! documentation asks not to rely on that.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn reset(state: &tokio::sync::Mutex<Option<u32>>) {
//!     if let Some(4) = *state.lock().await {
//!         *state.lock().await = None;
//!     }
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn reset(state: &tokio::sync::Mutex<Option<u32>>) {
//!     let mut state = state.lock().await;
//!     if let Some(4) = *state {
//!         *state = None;
//!     }
//! }
//! ```

use super::Rule;
use crate::facts::model::{Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "double_lock", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::LocksTwice], check };

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Relocks(relock) = &event.what else { continue };
        let lock = &relock.lock;
        let way = match &relock.through[..] {
            [] => String::new(),
            names => format!(" through `{}`", names.join("` and `")),
        };
        let message = if relock.panics {
            format!("`{lock}` is already borrowed, and is borrowed again{way}: this panics")
        } else if relock.reads {
            format!("`{lock}` is read again{way} while its guard is alive: this deadlocks if a writer waits by then")
        } else {
            format!("`{lock}` is locked again{way} while its guard is alive: this deadlocks")
        };
        let help = if relock.through.is_empty() {
            "use the guard that is there, or copy what you need from it in a block, which drops it"
        } else {
            "copy what you need from the guard in a block, which drops it before the call, or pass the guard to the function"
        };
        report.push(&RULE, &event.context, &event.tokens, message, vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests;
