//! # What it does
//! Reports a value that is dropped on the event loop and whose `Drop` blocks. The `Drop` of a type of the crate is
//! followed like a helper; of other crates' types, the catalogue knows which ones join a thread or wait for a server. A
//! value is dropped by `drop(value)`, by an assignment over it (`self.session = None;`, `self.state = State::Idle;`,
//! `*slot.lock().unwrap() = None;`), by a collection that throws it away (`workers.clear()`, `retain`, `remove`), by a
//! `take()` or `mem::replace` whose result nobody uses, and at the end of the scope of a variable, a parameter or what a
//! pattern binds, also where the function returns early.
//!
//! # Why is this bad
//! The wait is invisible: it happens at a closing brace, and the event loop stands still for as long.
//!
//! # Limits
//! A value counts only where the text shows its type and that it is owned: it comes from a constructor, a function of
//! the crate or a struct literal, is taken by value, or out of a field. `Arc::try_unwrap` and `Arc::into_inner` give the
//! last owner. A parameter of a generic struct is what a constructor is called with. Left alone are values that move on (into the
//! executor, into a longer-lived place, to the caller), shared ones (`Arc`, `Rc`), and a place that the function has
//! checked or emptied (`is_none()`, `take()`) before it assigns to it. `self.session = Some(..)` mostly fills what was
//! empty, as does the first value of a variable that begins as `None`, and a function that fails (`return Err(..)`, `?`)
//! is left alone. A value is also left alone where something that its `Drop` looks at has been changed
//! (`guard.disarm()`), or a field emptied whose own `Drop` blocks (`session.worker.take()`), and where it only may hold something: `None` in a struct literal, a field whose enum has variants
//! with nothing to wait for.
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
use crate::rules::finding::{Report, Said};
use crate::syntax::kind::Kind;
use crate::syntax::rule_id;

pub(crate) const RULE: Rule =
    Rule { id: rule_id::BLOCKING_DROP, kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::Drops], check };

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Drops(dropped) = &event.what else { continue };
        let value = &dropped.value;
        let (why, place) = match &dropped.by {
            Some(DroppedBy::Local(of, chain)) => {
                let mut way: Vec<_> = chain.through.iter().map(|name| format!("`{name}`")).collect();
                way.push(format!("`{}`", chain.blocks.what));
                (format!("`{of}::drop` calls {}", way.join(", which calls ")), Some(chain.blocks.place.clone()))
            }
            Some(DroppedBy::Listed(listed)) => (format!("a `{}` {}", listed.path, listed.why), None),
            None => continue,
        };
        let when = if dropped.at_end { " at the end of its scope" } else { "" };
        let message = format!("dropping {value}{when} blocks the event loop: {why}");
        let name = value.strip_prefix('`').and_then(|value| value.strip_suffix('`'));
        let named = name.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_')).unwrap_or("value");
        let elsewhere = elsewhere(model, named);
        let instead = match &dropped.by {
            Some(DroppedBy::Listed(listed)) => listed.instead,
            _ => None,
        };
        let help = vec![instead.map_or(elsewhere.clone(), |instead| format!("{instead}, or {elsewhere}"))];
        report.say(&RULE, &event.context, &event.tokens, Said { message, place, help, ..Said::default() });
    }
}

/// How to drop a value where it may block.
fn elsewhere(model: &Model, value: &str) -> String {
    let executor = model.tools.executor_of(&format!("(move || drop({value})).await"));
    match (model.kind, model.tools.hub_of(&format!("(move || drop({value}))"))) {
        (Kind::Coroutine, _) => format!("drop it in the executor: {executor}"),
        (_, Some(hub)) => format!("drop it in the executor: {hub}"),
        (_, None) => format!("make {} a coroutine and drop it in the executor: {executor}", model.name),
    }
}

#[cfg(test)]
mod tests;
