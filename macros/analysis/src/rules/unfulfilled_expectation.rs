//! # What it does
//! Reports an `#[onloop::expect(..)]` under which nothing was found.
//!
//! # Why is this bad
//! The exemption has outlived its purpose and would hide the next mistake. `#[onloop::allow(..)]` is not checked this
//! way.
//!
//! # Limits
//! With `ONLOOP_LEVEL=off` nothing is searched, so nothing is reported here either.
//!
//! # Example
//! ```compile_fail
//! #[onloop::callback]
//! fn on_tick(ticks: &mut u32) {
//!     #[onloop::expect(blocking_call, reason = "short")]
//!     {
//!         *ticks += 1;
//!     }
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::callback]
//! fn on_tick(ticks: &mut u32) {
//!     *ticks += 1;
//! }
//! ```

use super::Rule;
use crate::facts::model::{Context, Model, Of};
use crate::rules::finding::Report;
use crate::syntax::exemption::Level;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "unfulfilled_expectation", kinds: &[Kind::Callback, Kind::Coroutine, Kind::Blocking], asks: &[], check };

fn check(model: &Model, report: &mut Report) {
    // Exemptions are those of the whole function.
    if model.form == Of::Closure {
        return;
    }
    let open: Vec<_> = report
        .exemptions()
        .filter(|(exemption, used)| exemption.level == Level::Expect && !used && report.knows(&exemption.rule))
        .map(|(exemption, _)| (exemption.tokens.clone(), exemption.rule.clone()))
        .collect();
    for (tokens, rule) in open {
        let message = format!("`onloop::{rule}` is expected here, but nothing was found");
        report.push(&RULE, &Context::default(), &tokens, message, vec!["remove the attribute".to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_coroutine;

    #[test]
    fn an_expectation_is_met() {
        check_coroutine(
            "
            #[onloop::expect(untracked_spawn, reason = \"ends with the process\")]
                           //^^^^^^ `onloop::untracked_spawn` is expected here, but nothing was found
            async fn poll() {
                #[onloop::expect(blocking_call, reason = \"start-up\")]
                std::thread::sleep(SHORT);
                #[onloop::allow(blocking_call, reason = \"as well\")]
                tokio::time::sleep(SHORT).await;
            }
            ",
        );
    }
}
