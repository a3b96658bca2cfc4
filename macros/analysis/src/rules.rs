//! The rules, one file each: documentation, message, decision and tests.
//!
//! A rule reads the model and asks the catalogue. It never walks syntax, reads imports or opens files.

use crate::facts::model::Model;
use crate::syntax::kind::Kind;
use finding::Report;

mod chain;
pub(crate) mod finding;

pub mod async_blocking;
pub mod async_callback;
pub mod await_in_callback;
pub mod blocking_call;
pub mod blocking_transitive;
pub mod busy_wait;
pub mod double_lock;
pub mod dropped_future;
pub mod endless_loop;
pub mod guard_across_await;
pub mod missing_reason;
pub mod sync_coroutine;
pub mod unfulfilled_expectation;
pub mod untracked_spawn;

/// A shape that annotated functions must not have.
pub struct Rule {
    /// Its name everywhere: file, UI tests, messages, exemptions, README.
    pub id: &'static str,
    /// The functions it looks at.
    pub kinds: &'static [Kind],
    check: fn(&Model, &mut Report),
}

/// All rules, in the order they are asked. Those about exemptions come last: they ask what the others took.
pub static RULES: &[Rule] = &[
    async_blocking::RULE,
    async_callback::RULE,
    await_in_callback::RULE,
    sync_coroutine::RULE,
    blocking_call::RULE,
    blocking_transitive::RULE,
    guard_across_await::RULE,
    double_lock::RULE,
    dropped_future::RULE,
    endless_loop::RULE,
    busy_wait::RULE,
    untracked_spawn::RULE,
    unfulfilled_expectation::RULE,
    missing_reason::RULE,
];

/// Asks every rule that looks at this kind of function, about the marked closures in it too.
pub(crate) fn check(model: &Model, report: &mut Report) {
    for rule in RULES {
        ask(rule, model, report);
    }
}

fn ask(rule: &Rule, model: &Model, report: &mut Report) {
    if rule.kinds.contains(&model.kind) {
        (rule.check)(model, report);
    }
    for marked in &model.marked {
        ask(rule, marked, report);
    }
}
