//! # What it does
//! Reports a `while` or `loop` without an `.await` that only looks at something until somebody else changes it: an
//! atomic `load`, `try_recv`, `try_lock`, `is_finished`, `elapsed`, the clock, or a value behind a lock; with or
//! without `spin_loop` or `yield_now`.
//!
//! # Why is this bad
//! The loop holds the event loop until another thread gets there. If it waits for work of the event loop itself, it
//! waits for ever.
//!
//! # Limits
//! A loop is reported if one path through its body does nothing but look. Left alone are loops that call a function not
//! known to merely look, change something (a compare-exchange, `pop`), stop after a fixed number of rounds, or end as
//! soon as there is nothing to take. A loop that sleeps in between is left to the rule about the sleep. Methods of your
//! own types that share these names are not meant.
//!
//! # Example
//! ```compile_fail
//! use std::sync::atomic::{AtomicBool, Ordering};
//!
//! #[onloop::callback]
//! fn on_start(ready: &AtomicBool) {
//!     while !ready.load(Ordering::Acquire) {
//!         std::hint::spin_loop();
//!     }
//! }
//! ```
//!
//! # Use instead
//! ```
//! # use tokio::sync::Notify;
//! #[onloop::coroutine]
//! async fn on_start(ready: &Notify) {
//!     ready.notified().await;
//! }
//! ```

use super::Rule;
use crate::facts::model::{Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "busy_wait", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::BusyLoop], check };

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Spins(looked_at) = &event.what else { continue };
        let message =
            format!("this loop spins on `{looked_at}` and blocks the event loop until somebody else changes it");
        let signal = "await a signal: the `notified()` of a `tokio::sync::Notify`, the `recv()` of a `tokio::sync` \
                      channel, or the handle of a task";
        let help = match model.kind {
            Kind::Coroutine => signal.to_owned(),
            Kind::Callback | Kind::Blocking => format!("make {} a coroutine and {signal}", model.name),
        };
        report.push(&RULE, &event.context, &event.tokens, message, vec![help]);
    }
}

#[cfg(test)]
mod tests;
