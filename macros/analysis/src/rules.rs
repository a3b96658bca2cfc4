//! The rules, one file each: documentation, message, decision and tests.
//!
//! A rule reads the model and asks the catalogue. It never walks syntax, reads imports or opens files.

use crate::facts::model::Model;
use crate::facts::sign::Sign;
use crate::knowledge::catalogue::Category;
use crate::syntax::exemption::Exemption;
use crate::syntax::kind::Kind;
pub use finding::Rule;
use finding::{Finding, Report};

mod chain;
pub(crate) mod finding;
mod help;

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

macro_rules! rules {
    ($($rule:ident)*) => {
        /// All rules, in the order they are asked.
        pub static RULES: &[Rule] = &[$($rule::RULE,)*];

        /// The text of each rule's file, whose head is its page.
        pub(crate) static FILES: &[(&str, &str)] =
            &[$((stringify!($rule), include_str!(concat!("rules/", stringify!($rule), ".rs"))),)*];
    };
}

// Those about exemptions come last: they ask what the others took.
rules! {
    async_blocking
    async_callback
    await_in_callback
    sync_coroutine
    blocking_call
    blocking_transitive
    blocking_drop
    guard_across_await
    double_lock
    dropped_future
    endless_loop
    busy_wait
    futile_timeout
    endless_task
    cancel_unsafe
    sequential_jobs
    untracked_spawn
    unfulfilled_expectation
    missing_reason
}

/// Rules that are off until somebody asks for them, each with the category that does.
static ON_REQUEST: &[(&str, Category)] =
    &[(cancel_unsafe::RULE.id, Category::Cancel), (sequential_jobs::RULE.id, Category::Jobs)];

/// The category that asks for a rule, as in `strict(jobs)`; nothing if the rule is on anyway.
#[must_use]
pub fn requested_by(rule: &str) -> Option<Category> {
    ON_REQUEST.iter().find(|(known, _)| *known == rule).map(|(_, category)| *category)
}

/// Marks the findings of rules that nobody asked for.
pub(crate) fn mark_unrequested(findings: &mut [Finding], requested: &[Category]) {
    for finding in findings {
        finding.is_unrequested = requested_by(finding.rule).is_some_and(|by| !requested.contains(&by));
    }
}

/// A report on one function, with what its exemptions may name.
pub(crate) fn report(exemptions: Vec<Exemption>) -> Report {
    Report::new(exemptions, RULES.iter().map(|rule| rule.id).collect())
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
