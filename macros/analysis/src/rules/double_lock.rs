//! # What it does
//! Reports a lock that is taken again while its guard is alive, by the same function or by a function of the crate that
//! it calls: locks of `std`, `parking_lot`, `tokio` and other async crates, borrows of a `RefCell`, and the maps of
//! `dashmap`, which lock what they are asked for.
//!
//! # Why is this bad
//! The lock waits for a guard that ends only behind it: the task, or the whole event loop, waits for itself. A `RefCell`
//! panics.
//!
//! # Limits
//! Two locks are one where the text says so: the same field of the same `self`, variable, parameter or static, behind
//! references and clones of an `Arc`. Two readers get along, what only tries (`try_lock`) does not wait, and what a
//! closure or another task does is not followed. A map of `dashmap` locks by key, so that the second key may be that of another
//! shard; its own documentation asks not to rely on it.
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
            format!("`{lock}` is borrowed again{way} while another borrow of it is alive: this panics")
        } else {
            format!("`{lock}` is locked again{way} while its guard is alive: this waits for itself")
        };
        let help = if relock.through.is_empty() {
            "use the guard that is there, or end it first: `drop(guard)`, or a block around it"
        } else {
            "end the guard before the call: `drop(guard)`, or a block around it; or give the guard to the function"
        };
        report.push(&RULE, &event.context, &event.tokens, message, vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests;
