//! # What it does
//! Reports a blocking function that is an `async fn` or returns a future.
//!
//! # Why is this bad
//! The executor calls a blocking function on a thread of its own and considers the work done when it returns. An async
//! function returns a future, which nobody polls: the work never runs, or it runs on the loop after all.
//!
//! # Limits
//! A future hidden behind a type alias or another name is not recognised.
//!
//! # Example
//! ```compile_fail
//! #[onloop::blocking]
//! async fn load() -> Vec<u8> {
//!     std::fs::read("table.bin").unwrap_or_default()
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::blocking]
//! fn load() -> Vec<u8> {
//!     std::fs::read("table.bin").unwrap_or_default()
//! }
//! ```

use super::Rule;
use crate::facts::model::Model;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;

pub(crate) const RULE: Rule = Rule { id: "async_blocking", kinds: &[Kind::Blocking], asks: &[], check };

fn check(model: &Model, report: &mut Report) {
    let (tokens, what) = match (&model.asyncness, &model.output) {
        (Some(asyncness), _) => (asyncness, "is async"),
        (None, Output::Future(output)) => (output, "returns a future"),
        (None, _) => return,
    };
    let message = format!("{} {what}, but nothing polls the future of a blocking function", model.name);
    let coroutine = model.attribute(Kind::Coroutine);
    let plain = if model.asyncness.is_some() { "remove `async`" } else { "return the value itself" };
    let help = vec![format!("{plain} if it blocks, or mark it `{coroutine}` if it awaits")];
    report.push(&RULE, &model.context, tokens, message, help);
}

#[cfg(test)]
mod tests {
    use crate::testing::check_blocking;

    #[test]
    fn an_async_function_is_not_for_the_executor() {
        check_blocking(
            "
            pub async fn load() -> Vec<u8> { Vec::new() }
              //^^^^^ `load` is async, but nothing polls the future of a blocking function
            ",
        );
        check_blocking("fn load() -> Vec<u8> { std::fs::read(\"x\").unwrap() }");
    }
}
