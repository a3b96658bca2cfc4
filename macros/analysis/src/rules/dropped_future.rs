//! # What it does
//! Reports a future that is made and thrown away: a statement `f();` or `let _ = f();` where `f` is async.
//!
//! # Why is this bad
//! A future does nothing until it is polled. The call looks as if it were done, and nothing has happened.
//!
//! # Limits
//! Own async functions and methods, functions that say they return a future, async blocks, and the async functions
//! that the catalogue recommends (`tokio::time::sleep`) are known. Of others the compiler warns by itself
//! (`unused_must_use`).
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn poll() {
//!     tokio::task::yield_now();
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn poll() {
//!     tokio::task::yield_now().await;
//! }
//! ```

use super::Rule;
use crate::Kind;
use crate::finding::Report;
use crate::model::Model;

pub(crate) const RULE: Rule = Rule { id: "dropped_future", kinds: &[Kind::Callback, Kind::Coroutine], check };

fn check(model: &Model, report: &mut Report) {
    for found in &model.dropped {
        let what = found.written.as_ref().map_or("this async block".to_owned(), |written| format!("`{written}`"));
        let message = format!("{what} makes a future that is thrown away, so nothing of it ever runs");
        let help = match model.kind {
            Kind::Coroutine => "`.await` it, or start a task: `hub.create_task(..)`",
            Kind::Callback | Kind::Blocking => "start a task: `hub.create_task(..)`",
        };
        report.push(&RULE, &found.context, &found.tokens, message, vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_file};

    #[test]
    fn a_future_is_not_thrown_away() {
        check_file(
            Kind::Coroutine,
            "
            async fn notify(user: &str) {}
            fn save() -> BoxFuture<'static, bool> { todo!() }
            fn later() -> impl Future<Output = ()> { async {} }
            fn now() -> usize { 1 }
            struct Light;
            impl Light { async fn publish(&self) {} }

            async fn poll(light: &Light) {
                notify(user);
              //^^^^^^ `notify(..)` makes a future that is thrown away, so nothing of it ever runs
                let _ = save();
                      //^^^^ `save(..)` makes a future that is thrown away, so nothing of it ever runs
                later();
              //^^^^^ `later(..)` makes a future that is thrown away, so nothing of it ever runs
                light.publish();
                    //^^^^^^^ `light.publish(..)` makes a future that is thrown away, so nothing of it ever runs
                async { 1 };
              //^^^^^ this async block makes a future that is thrown away, so nothing of it ever runs
                tokio::time::sleep(SECOND);
              //^^^^^ `tokio::time::sleep(..)` makes a future that is thrown away, so nothing of it ever runs
                if quick { notify(user); }
                         //^^^^^^ `notify(..)` makes a future that is thrown away, so nothing of it ever runs
            }
            ",
        );
    }

    #[test]
    fn what_is_awaited_kept_or_no_future_is_fine() {
        check_file(
            Kind::Coroutine,
            "
            async fn notify(user: &str) {}
            fn now() -> usize { 1 }
            async fn poll() -> impl Future {
                notify(user).await;
                let later = notify(user);
                hub.create_task(notify(user));
                drop(notify(user));
                now();
                let _ = now();
                other(notify);
                notify(user)
            }
            ",
        );
    }
}
