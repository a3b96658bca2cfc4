//! # What it does
//! Reports a callback that is an `async fn` or returns a future.
//!
//! # Why is this bad
//! A callback has done its work when the call returns. An async function only creates a future: nothing happens until
//! somebody polls it, and the caller of a callback does not.
//!
//! # Limits
//! A future hidden behind a type alias (`type Reply = Pin<Box<dyn Future<..>>>`) is not recognised.
//!
//! # Example
//! ```compile_fail
//! #[onloop::callback]
//! async fn on_press() {}
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn on_press() {}
//! ```

use super::Rule;
use crate::facts::model::Model;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;

pub(crate) const RULE: Rule = Rule { id: "async_callback", kinds: &[Kind::Callback], asks: &[], check };

fn check(model: &Model, report: &mut Report) {
    let (tokens, what) = match (&model.asyncness, &model.output) {
        (Some(asyncness), _) => (asyncness, "is async"),
        (None, Output::Future(output)) => (output, "returns a future"),
        (None, _) => return,
    };
    let message = format!("{} {what}, but a callback must return without waiting", model.name);
    let plain = if model.asyncness.is_some() { "remove `async`" } else { "return the value itself" };
    let help = vec![format!("mark it `{}`, or {plain} if it awaits nothing", model.attribute(Kind::Coroutine))];
    report.push(&RULE, &model.context, tokens, message, help);
}

#[cfg(test)]
mod tests {
    use crate::testing::check_callback;

    #[test]
    fn an_async_function_is_no_callback() {
        check_callback(
            "
            async fn on_press() {}
          //^^^^^ `on_press` is async, but a callback must return without waiting
            ",
        );
    }

    #[test]
    fn nor_is_a_function_that_returns_a_future() {
        check_callback(
            "
            fn on_press(&self) -> Pin<Box<dyn Future<Output = ()> + '_>> { todo!() }
                                //^^^ `on_press` returns a future, but a callback must return without waiting
            ",
        );
        check_callback("fn on_press(later: impl Future) -> Option<JoinHandle<()>> { None }");
    }
}
