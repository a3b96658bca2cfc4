//! # What it does
//! Reports a value that is dropped on the event loop and whose `Drop` blocks: that of a type of the crate, followed as a
//! helper is, or that of a type which the catalogue knows to join a thread or to wait for a server. Dropped is what
//! `drop(value)` gets, what is assigned over (`self.session = None;`), what `take()` gives and nobody takes, and what a
//! variable or a parameter holds at the end of its scope.
//!
//! # Why is this bad
//! The wait is not to be seen where it happens, at a closing brace. The event loop stands still for as long.
//!
//! # Limits
//! Only values of which the text tells the type and that they are owned: made by a constructor, a function of the crate, a
//! struct literal, or taken by value. Nothing is said of what is moved on (into the executor, into a longer-lived place,
//! returned), of what is shared (`Arc`, `Rc`), and of a place that the function has looked into or taken from
//! (`is_none()`, `take()`) before it assigns to it.
//!
//! # Example
//! ```compile_fail
//! #[onloop::callback]
//! fn close(runtime: tokio::runtime::Runtime) {
//!     drop(runtime);
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::callback]
//! fn close(runtime: tokio::runtime::Runtime) {
//!     runtime.shutdown_background();
//! }
//! ```
//!
//! Where the value has no such method, drop it in the executor:
//! ```
//! # struct Driver;
//! #[onloop::callback]
//! fn close(hub: &onloop::Hub, driver: Driver) {
//!     let closing = hub.add_executor_job(move || drop(driver));
//!     hub.create_task(closing);
//! }
//! ```

use super::Rule;
use crate::facts::model::{DroppedBy, Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "blocking_drop", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::Drops], check };

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Drops(dropped) = &event.what else { continue };
        let value = &dropped.value;
        let (why, place) = match &dropped.by {
            Some(DroppedBy::Own(of, chain)) => {
                let mut way: Vec<_> = chain.through.iter().map(|name| format!("`{name}`")).collect();
                way.push(format!("`{}`", chain.blocks.what));
                (format!("`{of}::drop` calls {}", way.join(", which calls ")), Some(chain.blocks.place.clone()))
            }
            Some(DroppedBy::Listed(listed)) => (format!("a `{}` {}", listed.path, listed.why), None),
            None => continue,
        };
        let when = if dropped.at_end { " at the end of its scope" } else { "" };
        let message = format!("`{value}` is dropped{when} on the event loop, and that blocks: {why}");
        let mut help: Vec<_> = place.map(|place| format!("it blocks at {place}")).into_iter().collect();
        help.push(format!(
            "move the value to the executor and drop it there: {}",
            model.tools.executor_of("(move || drop(value))")
        ));
        report.push(&RULE, &event.context, &event.tokens, message, help);
    }
}

#[cfg(test)]
mod tests;
