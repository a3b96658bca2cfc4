//! # What it does
//! Reports a guard that is alive while a coroutine waits: of a lock of std or `parking_lot`, a borrow of a `RefCell`, a
//! reference into a `dashmap`, the borrow of a `watch` channel of tokio, an entered `tracing` span, the lock of the
//! console, or a value of a type that `onloop.toml` lists as a guard.
//!
//! # Why is this bad
//! While the coroutine waits, others run on the same thread. The first one that wants the same lock stops the loop, and
//! the holder never gets to release it; a `RefCell` panics instead. A span that stays entered is attributed to whatever
//! runs meanwhile. The lock of the console stops every other thread that prints, the executor's too, and the borrow of a
//! `watch` channel whoever sends to it.
//!
//! A guard lives as long as its variable, even if another variable shadows it. A temporary guard lives to the end of
//! its statement: through all of a `match`, `while let` or `for`, and up to the `else` of an `if let` (through the
//! `else` as well before edition 2024). `let x = &lock.lock().unwrap().field` makes it live as long as `x`. The guard
//! ends where it is moved, and is followed into other variables, tuples, structs, `Option`, `Box`, collections and
//! `async move`.
//!
//! # Limits
//! The text must show the type of the lock, or the return type of the crate's function that returns the guard. A guard
//! is no longer followed once a closure captures it, it is moved into a call (which may give it back), it is stored
//! through a reference, or it is part of a variable that is lent by `&mut` or has a method called on it; neither is one
//! inside the error of a poisoned lock. Guards behind `impl Deref`, `dyn` or a type parameter are not known. A branch
//! that ends with a call which may not return does not count. A tokio guard may be held across `.await`.
//!
//! An exemption on the statement that takes the guard, or on one that waits meanwhile, counts for that one alone.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn count(total: &std::sync::Mutex<u32>) {
//!     let mut total = total.lock().unwrap();
//!     tokio::task::yield_now().await;
//!     *total += 1;
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn count(total: &std::sync::Mutex<u32>) {
//!     tokio::task::yield_now().await;
//!     *total.lock().unwrap() += 1;
//! }
//! ```

use super::Rule;
use crate::facts::model::Model;
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;
use crate::syntax::rule_id;
use crate::types::guards::Guarded;

pub(crate) const RULE: Rule =
    Rule { id: rule_id::GUARD_ACROSS_AWAIT, kinds: &[Kind::Coroutine], asks: &[Sign::AwaitWithGuard], check };

fn check(model: &Model, report: &mut Report) {
    for crossing in &model.crossings {
        let words = crossing.what.words();
        let what = match &crossing.holder {
            Some(holder) if crossing.is_inside => format!("`{holder}` holds {words}"),
            Some(holder) => format!("`{holder}` is {words}"),
            None => format!("this is {words}"),
        };
        let message = format!("{what} and is alive across the `.await` of `{}`", crossing.awaited);
        let (end, instead) = match (crossing.what, &crossing.holder) {
            (Guarded::Span, _) => (
                "put the span on the future: `.instrument(span).await` of `tracing::Instrument`".to_owned(),
                " (`span.in_scope(|| ..)` is for what does not wait)".to_owned(),
            ),
            (what, Some(holder)) if crossing.is_hidden => (
                format!(
                    "put its use in a block before the `.await` (another `{holder}` shadows the guard, but does not drop it)"
                ),
                instead_of(what),
            ),
            (what, Some(holder)) => (
                format!("drop it before the `.await`: put its use in a block, or `drop({holder})` after its last use"),
                instead_of(what),
            ),
            (what, None) => (
                "first copy what you need into a variable, so that the guard is dropped before the `.await`".to_owned(),
                instead_of(what),
            ),
        };
        let help = format!("{end}{instead}");
        let notes = match crossing.what {
            Guarded::Project(project) => vec![format!("listed in {}", project.listed)],
            _ => Vec::new(),
        };
        report.push_noted(&RULE, &crossing.context, &crossing.tokens, message, vec![help], notes);
    }
}

fn instead_of(what: Guarded) -> String {
    match what {
        Guarded::Console => ", or write to `tokio::io::stdout()`".to_owned(),
        Guarded::StdLock | Guarded::ParkingLot | Guarded::RefCell | Guarded::Spin => {
            ", or use a lock of `tokio::sync`".to_owned()
        }
        Guarded::Watch => ", or clone what it holds: `borrow().clone()`".to_owned(),
        Guarded::Project(project) => project.instead.map(|instead| format!(", or {instead}")).unwrap_or_default(),
        Guarded::Span | Guarded::Shard | Guarded::Destructor | Guarded::Async => String::new(),
    }
}

#[cfg(test)]
mod tests;
