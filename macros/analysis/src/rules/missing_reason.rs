//! # What it does
//! Reports an exemption without a reason, be it an attribute or a call of `onloop::allow_blocking`.
//!
//! # Why is this bad
//! An exemption says "I know better than the checker". Whoever reads it later, with a frozen loop to explain, needs to
//! know why.
//!
//! # Limits
//! Any non-empty text counts as a reason, and so does anything that is not a literal.
//!
//! # Example
//! ```compile_fail
//! #[onloop::callback]
//! #[onloop::allow(blocking_call)]
//! fn on_tick() -> Option<String> {
//!     std::fs::read_to_string("/proc/loadavg").ok()
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::callback]
//! #[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
//! fn on_tick() -> Option<String> {
//!     std::fs::read_to_string("/proc/loadavg").ok()
//! }
//! ```

use super::Rule;
use crate::facts::model::{Context, Model, Of};
use crate::rules::finding::Report;
use crate::syntax::exemption::Level;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "missing_reason", kinds: &[Kind::Callback, Kind::Coroutine, Kind::Blocking], asks: &[], check };

fn check(model: &Model, report: &mut Report) {
    // Exemptions are those of the whole function.
    if model.form == Of::Function {
        check_exemptions(report);
    }
}

/// Also asked about exemptions on functions that bear no other attribute.
pub(crate) fn check_exemptions(report: &mut Report) {
    let missing: Vec<_> = report.exemptions().filter(|(exemption, _)| !exemption.has_reason).collect();
    let missing: Vec<_> =
        missing.into_iter().map(|(found, _)| (found.tokens.clone(), found.rule.clone(), found.level)).collect();
    for (tokens, rule, level) in missing {
        let (message, help) = match level {
            Level::Call => (
                "`onloop::allow_blocking` gives no reason".to_owned(),
                "say why it is right here: `onloop::allow_blocking(\"..\", || ..)`".to_owned(),
            ),
            Level::Allow | Level::Expect | Level::Foreign | Level::Warn | Level::Deny => {
                let word = if level == Level::Expect { "expect" } else { "allow" };
                (
                    format!("the exemption from `onloop::{rule}` gives no reason"),
                    format!("say why it is right here, as in `#[onloop::{word}({rule}, reason = \"..\")]`"),
                )
            }
        };
        report.push(&RULE, &Context::default(), &tokens, message, vec![help]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_callback;

    #[test]
    fn an_exemption_has_a_reason() {
        check_callback(
            "
            #[onloop::allow(blocking_call)]
                          //^^^^^^ the exemption from `onloop::blocking_call` gives no reason
            fn on_tick() {
                #[onloop::expect(blocking_call, reason = \"\")]
                               //^^^^^^ the exemption from `onloop::blocking_call` gives no reason
                std::thread::sleep(SHORT);
            }
            ",
        );
        check_callback("#[onloop::allow(blocking_call, reason = \"in memory\")] fn on_tick() {}");
    }

    #[test]
    fn so_has_a_call_that_exempts() {
        check_callback(
            "
            fn on_tick() {
                onloop::allow_blocking(\"\", || 1);
                                     //^^ `onloop::allow_blocking` gives no reason
                onloop::allow_blocking(\" \\t\", std::thread::yield_now);
                                     //^^ `onloop::allow_blocking` gives no reason
                onloop::allow_blocking(\"reads /proc\", || 1);
                onloop::allow_blocking(WHY, || 1);
            }
            ",
        );
        check_callback(
            "
            fn on_tick(again: bool) {
                while again {
                    onloop::allow_blocking(r\" \", || std::fs::read(PATH));
                                         //^^ `onloop::allow_blocking` gives no reason
                }
            }
            ",
        );
    }
}
