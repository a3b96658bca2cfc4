//! # What it does
//! Reports a coroutine that is neither `async` nor returns a future.
//!
//! # Why is this bad
//! The loop polls a coroutine. A plain function runs at once, wherever it is called: it is a callback if it never
//! waits, and a blocking function if it does.
//!
//! # Limits
//! Where the text does not show whether the return type is a future, the compiler decides. Its error then says that the
//! type does not implement `Future`. An associated type (`Self::Result`) or a type of another crate is not checked: an
//! actor's future, for example, is polled by its actor and is no `Future`.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! fn total(readings: &[u32]) -> u32 {
//!     readings.iter().sum()
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::callback]
//! fn total(readings: &[u32]) -> u32 {
//!     readings.iter().sum()
//! }
//! ```

use super::Rule;
use crate::facts::model::{Model, Of};
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;

pub(crate) const RULE: Rule = Rule { id: "sync_coroutine", kinds: &[Kind::Coroutine], asks: &[], check };

fn check(model: &Model, report: &mut Report) {
    if model.asyncness.is_none() && matches!(model.output, Output::Plain) {
        let message = format!("{} is marked as a coroutine, but is not async", model.name);
        let help = if model.lost_its_async {
            "put `#[onloop::coroutine]` above the attribute that takes the `async` away, such as `#[tokio::main]`"
                .to_owned()
        } else {
            let with_async = if model.form == Of::Function { "async fn" } else { "async move |..| .." };
            let (callback, blocking) = (model.attribute(Kind::Callback), model.attribute(Kind::Blocking));
            format!("write `{with_async}`, or mark it `{callback}` if it never waits, or `{blocking}` if it may block")
        };
        report.push(&RULE, &model.context, &model.at, message, vec![help]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_coroutine;

    #[test]
    fn what_an_attribute_made_of_an_async_function_is_one_mistake() {
        check_coroutine(
            "
            fn total() -> u32 {
             //^^^^^ `total` is marked as a coroutine, but is not async
                let body = async { std::fs::read(name); };
                                 //^^^ `std::fs::read` blocks the event loop
                return tokio::runtime::Builder::new_current_thread().build().expect(\"x\").block_on(body);
            }
            ",
        );
    }

    #[test]
    fn a_plain_function_is_no_coroutine() {
        check_coroutine(
            "
            fn total(readings: &[u32]) -> u32 { 0 }
             //^^^^^ `total` is marked as a coroutine, but is not async
            ",
        );
        check_coroutine(
            "
            fn clear(&mut self) {}
             //^^^^^ `clear` is marked as a coroutine, but is not async
            ",
        );
    }

    #[test]
    fn a_function_that_returns_a_future_is_one() {
        for output in [
            "impl Future<Output = u8>",
            "impl std::future::Future<Output = u8> + Send + '_",
            "Pin<Box<dyn Future<Output = u8>>>",
            "Box<dyn Future<Output = u8> + Unpin>",
            "BoxFuture<'_, u8>",
            "futures::future::LocalBoxFuture<'static, u8>",
        ] {
            check_coroutine(&format!("fn total(&self) -> {output} {{ todo!() }}"));
        }
    }

    #[test]
    fn an_unknown_type_may_be_a_future() {
        check_coroutine("fn total(&self) -> Self::Future { todo!() }");
        check_coroutine("fn total(&self) -> Ready<u8> { todo!() }");
        for output in ["Self::Result", "<Self as Handler<M>>::Result", "T::Option", "impl TryFuture<Ok = u8>"] {
            check_coroutine(&format!("fn handle(&self) -> {output} {{ todo!() }}"));
        }
    }

    #[test]
    fn an_alias_is_what_it_stands_for() {
        check_coroutine(
            "
            type Result<T> = futures::future::BoxFuture<'static, T>;
            fn total() -> Result<u8> { todo!() }
            ",
        );
        check_coroutine(
            "
            type Result<T> = std::result::Result<T, String>;
            fn total() -> Result<u8> { todo!() }
             //^^^^^ `total` is marked as a coroutine, but is not async
            ",
        );
    }
}
