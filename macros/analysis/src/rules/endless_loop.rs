//! # What it does
//! Reports a `loop` (or `while true`) that has neither a way out nor an `.await`.
//!
//! # Why is this bad
//! It never returns to the event loop, so nothing else runs again.
//!
//! # Limits
//! A way out is a `break` of that loop, a `return`, a `?`, a macro that may panic or return, or a function that never
//! returns. Whether it is ever reached is not checked. Loops inside macros are skipped, except in those of std and in
//! `select!`: the macro of a stream waits where it yields.
//!
//! # Example
//! ```compile_fail
//! #[onloop::coroutine]
//! async fn count(ticks: &std::cell::Cell<u64>) {
//!     loop {
//!         ticks.set(ticks.get() + 1);
//!     }
//! }
//! ```
//!
//! # Use instead
//! ```
//! #[onloop::coroutine]
//! async fn count(ticks: &std::cell::Cell<u64>) {
//!     let mut interval = tokio::time::interval(std::time::Duration::from_secs(1));
//!     loop {
//!         interval.tick().await;
//!         ticks.set(ticks.get() + 1);
//!     }
//! }
//! ```

use super::Rule;
use crate::facts::model::{EndlessLoop, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "endless_loop", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::EndlessLoop], check };

fn check(model: &Model, report: &mut Report) {
    for EndlessLoop { tokens, context, .. } in &model.loops {
        let message =
            "this loop never ends and never awaits: nothing else on the event loop ever runs again".to_owned();
        let await_in_it = "await in the loop, for instance the `tick()` of a `tokio::time::interval`";
        let help = match model.kind {
            Kind::Coroutine => format!("{await_in_it}, or let the loop end"),
            Kind::Callback | Kind::Blocking => {
                format!("let the loop end, or make {} a coroutine and {await_in_it}", model.name)
            }
        };
        report.push(&RULE, context, tokens, message, vec![help]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_callback, check_coroutine};

    #[test]
    fn a_loop_ends_or_waits() {
        check_callback(
            "
            fn on_tick() {
                loop { work(); }
              //^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
            }
            ",
        );
        check_coroutine(
            "
            async fn poll() {
                'outer: loop {
                      //^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
                    for x in y { if x { break; } }
                    while z { break }
                    let f = || return;
                    let later = async { task.await };
                }
            }
            ",
        );
        check_coroutine(
            "
            async fn poll() {
                while true { work(); }
              //^^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
            }
            ",
        );
    }

    #[test]
    fn a_way_out_is_enough() {
        check_coroutine("async fn poll() { loop { task.await; } }");
        check_coroutine("async fn poll() { loop { if done { break; } } }");
        check_coroutine("async fn poll() { 'a: loop { loop { break 'a; } } }");
        check_coroutine("async fn poll() { 'a: while more() { loop { if done { continue 'a; } } } }");
        check_coroutine(
            "
            async fn poll() {
                'a: loop {
                  //^^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
                    loop { match next() { Some(x) => work(x), None => continue 'a } }
                }
            }
            ",
        );
        check_coroutine("async fn poll() { loop { work()?; } }");
        check_coroutine("async fn poll() { loop { if done { return; } } }");
        check_coroutine("async fn poll() { loop { tokio::select! { _ = a => {} } } }");
        check_coroutine("async fn poll() { loop { if done { panic!() } } }");
        check_coroutine("async fn poll() { loop { std::process::exit(1) } }");
        check_coroutine("async fn poll() { while more() { work(); } for x in y { work(); } }");
        check_coroutine("async fn poll(v: Vec<u8>) { loop { v.pop().unwrap(); } }");
        check_coroutine("async fn poll() { let quit = || panic!(); loop { if done { quit() } } }");
        check_coroutine(
            "async fn poll() { let ticks = stream! { loop { yield work(); } }; forever!(loop { work(); }); }",
        );
        check_callback("fn on_start() { std::thread::Builder::new().spawn(|| loop { work(); }); }");
    }
}
