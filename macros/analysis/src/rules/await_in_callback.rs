//! # What it does
//! Reports an `.await` in a callback, outside an async block.
//!
//! # Why is this bad
//! A callback is a plain function: it has done its work when the call returns. It cannot wait, and it must not, because
//! its caller goes on at once.
//!
//! # Limits
//! An `.await` inside a macro such as `tokio::select!` is left to the compiler, which reports it too.
//!
//! # Example
//! ```compile_fail
//! #[onloop::callback]
//! fn on_press() {
//!     tokio::task::yield_now().await;
//! }
//! ```
//!
//! # Use instead
//! Make it a coroutine, or start a task:
//! ```
//! #[onloop::coroutine]
//! async fn on_press() {
//!     tokio::task::yield_now().await;
//! }
//!
//! #[onloop::callback]
//! fn on_release(hub: &onloop::Hub) {
//!     hub.create_task(async { tokio::task::yield_now().await });
//! }
//! ```

use super::Rule;
use crate::facts::model::{Model, Of};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::rules::help;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule = Rule { id: "await_in_callback", kinds: &[Kind::Callback], asks: &[Sign::Await], check };

fn check(model: &Model, report: &mut Report) {
    // An async callback is one mistake, not one for each `.await`.
    if model.asyncness.is_some() {
        return;
    }
    for found in &model.awaits {
        let message = format!("{} is a callback, which must return without waiting", model.name);
        let help = vec![if found.in_closure && model.form == Of::Function {
            format!(
                "make this closure async (`async |..| ..`) if what it is given to takes one, or make {} a coroutine and \
                 await outside of the closure",
                model.name
            )
        } else {
            help::awaited(model, "")
        }];
        report.push(&RULE, &found.context, &found.tokens, message, help);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_callback;

    #[test]
    fn a_callback_does_not_wait() {
        check_callback(
            "
            fn on_press(light: &Light) {
                let on = light.toggle().await;
                                      //^^^^^ `on_press` is a callback, which must return without waiting
                report(on).await
                         //^^^^^ `on_press` is a callback, which must return without waiting
            }
            ",
        );
    }

    #[test]
    fn a_task_may() {
        check_callback("fn on_press(hub: &Hub) { hub.create_task(async move { light.toggle().await }); }");
        check_callback("fn on_press(hub: &Hub) { hub.listen(async move || light.toggle().await); }");
    }
}
