//! The rules, one file each: documentation, message, decision and tests.
//!
//! A rule reads the model and asks the catalogue. It never walks syntax, reads imports or opens files.

use crate::facts::model::Model;
use crate::facts::sign::Sign;
use crate::knowledge::catalogue::Category;
use crate::syntax::kind::Kind;
use finding::Report;

mod chain;
pub(crate) mod finding;

pub mod async_blocking;
pub mod async_callback;
pub mod await_in_callback;
pub mod blocking_call;
pub mod blocking_drop;
pub mod blocking_transitive;
pub mod busy_wait;
pub mod cancel_unsafe;
pub mod double_lock;
pub mod dropped_future;
pub mod endless_loop;
pub mod endless_task;
pub mod futile_timeout;
pub mod guard_across_await;
pub mod missing_reason;
pub mod sequential_jobs;
pub mod sync_coroutine;
pub mod unfulfilled_expectation;
pub mod untracked_spawn;

/// A shape that annotated functions must not have.
pub struct Rule {
    /// Its name everywhere: file, UI tests, messages, exemptions, README.
    pub id: &'static str,
    /// The functions it looks at.
    pub kinds: &'static [Kind],
    /// What in a body makes it look at one; nothing where the head tells all.
    pub(crate) asks: &'static [Sign],
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
    blocking_drop::RULE,
    guard_across_await::RULE,
    double_lock::RULE,
    dropped_future::RULE,
    endless_loop::RULE,
    busy_wait::RULE,
    futile_timeout::RULE,
    endless_task::RULE,
    cancel_unsafe::RULE,
    sequential_jobs::RULE,
    untracked_spawn::RULE,
    unfulfilled_expectation::RULE,
    missing_reason::RULE,
];

/// Rules that are off until somebody asks for them, each with the category that does.
static ON_REQUEST: &[(&str, Category)] =
    &[(cancel_unsafe::RULE.id, Category::Cancel), (sequential_jobs::RULE.id, Category::Jobs)];

/// The category that asks for a rule, as in `strict(jobs)`; nothing if the rule is on anyway.
#[must_use]
pub fn requested_by(rule: &str) -> Option<Category> {
    ON_REQUEST.iter().find(|(known, _)| *known == rule).map(|(_, category)| *category)
}

/// Whether some rule looks at functions of a kind for the sake of a sign that passes the test.
pub(crate) fn asks(kind: Kind, is_there: &dyn Fn(Sign) -> bool) -> bool {
    let rules = RULES.iter().filter(|rule| rule.kinds.contains(&kind));
    rules.flat_map(|rule| rule.asks).any(|sign| is_there(*sign))
}

/// Whether some rule asks about a path of another crate. `all`: rules on request, too.
pub(crate) fn ask_about_path(path: &str, all: bool) -> bool {
    signs(all).any(|sign| matches!(sign, Sign::Path(test) if test(path)))
}

/// Whether some rule asks about methods of a name.
pub(crate) fn ask_about_method(name: &str, all: bool) -> bool {
    signs(all).any(|sign| matches!(sign, Sign::Method(test) if test(name)))
}

fn signs(all: bool) -> impl Iterator<Item = &'static Sign> {
    RULES.iter().filter(move |rule| all || requested_by(rule.id).is_none()).flat_map(|rule| rule.asks)
}

/// Asks every rule that looks at this kind of function, about the marked closures in it too.
pub(crate) fn check(model: &Model, report: &mut Report) {
    for rule in RULES {
        ask(rule, model, report);
    }
}

fn ask(rule: &Rule, model: &Model, report: &mut Report) {
    let is_on = requested_by(rule.id).is_none_or(|category| model.strict.contains(&category));
    if is_on && rule.kinds.contains(&model.kind) {
        (rule.check)(model, report);
    }
    for marked in &model.marked {
        ask(rule, marked, report);
    }
}
