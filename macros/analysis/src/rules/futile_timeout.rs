//! # What it does
//! Reports a future that never waits but is given a time limit (`timeout`) or raced in `select!`: an async block, or an
//! async function of the crate, without a single `.await`.
//!
//! # Why is this bad
//! A future can be interrupted only where it waits. This one runs from beginning to end when it is first polled: the
//! limit is checked before and after, and the event loop stands still in between.
//!
//! # Limits
//! A single `.await` is enough to be left alone, unless it is one of another function of the crate that never waits, and
//! so is a macro that may contain one. Also left alone are futures that only return a value, functions that return a
//! future made otherwise than by one async block, methods of traits, and branches of
//! `select!` with a condition. Of a race in order (`biased;`, `select_biased!`) only the first branch is looked at: the
//! others run where none before is ready.
//!
//! # Example
//! ```compile_fail
//! use std::time::Duration;
//!
//! #[onloop::coroutine]
//! async fn count(text: String) -> Option<usize> {
//!     let counting = async { text.split(' ').count() };
//!     tokio::time::timeout(Duration::from_millis(10), counting).await.ok()
//! }
//! ```
//!
//! # Use instead
//! ```
//! use std::time::Duration;
//!
//! #[onloop::coroutine]
//! async fn count(text: String) -> Option<usize> {
//!     let counting = tokio::task::spawn_blocking(move || text.split(' ').count());
//!     tokio::time::timeout(Duration::from_millis(10), counting).await.ok()?.ok()
//! }
//! ```
//!
//! The limit ends the wait, not the job, which runs to its end on its thread.

use super::Rule;
use crate::facts::collect::{is_limit, is_race};
use crate::facts::model::{Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule = Rule {
    id: "futile_timeout",
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[Sign::Path(is_limit), Sign::Path(is_race)],
    check,
};

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Futile(futile) = &event.what else { continue };
        let future = &futile.future;
        let (message, then) = if futile.is_race {
            let message = format!("{future} never awaits, so it runs to its end before another branch is polled");
            (message, "when another branch wins, the wait ends, not the work")
        } else {
            let message = format!("{future} never awaits, so this time limit cannot end it");
            (message, "the limit then ends the wait, not the work")
        };
        let executor = model.tools.executor_of("(..)");
        let help =
            format!("run the long part in the executor, with values of its own, and wait for that: {executor}; {then}");
        report.push(&RULE, &event.context, &event.tokens, message, vec![help]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_file, findings_of};

    const FILE: &str = "
        use tokio::time::timeout;
        struct Parser;
        impl Parser { async fn parse(&self, text: &str) -> u8 { parsed(text) } async fn read(&self) -> u8 { next().await } }
        async fn parse(text: &str) -> u8 { parsed(text) }
        async fn read() -> u8 { next().await }
        async fn chain(text: &str) -> u8 { let n = parse(text).await; parsed(n) }
        async fn reads(text: &str) -> u8 { parse(text).await; read().await }
        async fn round(text: &str) -> u8 { round(text).await }
        async fn one() -> u8 { 1 }
        async fn through(text: &str) -> u8 { let n = parse(text).await; n + 1 }
        async fn twice(text: &str) -> u8 { parse(text).await + read().await }
        fn made(text: &str) -> impl Future<Output = u8> { async move { parsed(text) } }
        fn boxed(text: &str) -> BoxFuture<'_, u8> { Box::pin(async move { parsed(text) }) }
        fn waits() -> BoxFuture<'static, u8> { Box::pin(async move { next().await }) }
        async fn both() -> u8 { tokio::join!(a, b); 1 }
        fn later() -> impl Future<Output = u8> { work() }
        trait Source { async fn get(&self) -> u8; }
    ";

    fn count(body: &str) -> usize {
        let text = format!("{FILE} async fn poll(parser: &Parser, source: &impl Source, text: &str) {{ {body} }}");
        findings_of(Kind::Coroutine, &text).len()
    }

    #[test]
    fn a_limit_can_end_what_waits() {
        check_file(
            Kind::Coroutine,
            "
            async fn parse(text: &str) -> u8 { parsed(text) }
            async fn poll(text: &str) {
                tokio::time::timeout(LIMIT, async { parsed(text) }).await;
              //^^^^^ this async block never awaits, so this time limit cannot end it
                tokio::select! {
                    n = parse(text) => n,
                      //^^^^^ `parse(..)` never awaits, so it runs to its end before another branch is polled
                    _ = stop.notified() => 0,
                };
            }
            ",
        );
    }

    #[test]
    fn each_way_to_give_it_a_limit() {
        for body in [
            "timeout(LIMIT, parse(text)).await;",
            "timeout(LIMIT, parser.parse(text)).await;",
            "timeout(LIMIT, through(text)).await;",
            "timeout(LIMIT, made(text)).await;",
            "timeout(LIMIT, boxed(text)).await;",
            "timeout(LIMIT, async { parse(text).await }).await;",
            "tokio::time::timeout_at(LATER, Box::pin(parse(text))).await;",
            "let parsing = async { parsed(text) }; timeout(LIMIT, parsing).await;",
            "let parsing = parse(text); timeout(LIMIT, parsing).await;",
            "let parsing = async move { if text != \"\" { println!(\"x\"); } parsed(text) }; timeout(LIMIT, parsing).await;",
            "tokio::select! { n = async { parsed(text) } => {} _ = stop() => {} }",
            "tokio::select! { biased; n = async { parsed(text) } => {} _ = stop() => {} }",
            "futures::select_biased! { n = parser.parse(text).fuse() => {} _ = stop() => {} }",
            "timeout(LIMIT, chain(text)).await;",
            "timeout(LIMIT, async { let n = parse(text).await; n + 1 }).await;",
            "timeout(LIMIT, async move { chain(text).await }).await;",
            "timeout(LIMIT, futures::future::lazy(|_| parsed(text))).await;",
        ] {
            assert_eq!(count(body), 1, "{body}");
        }
    }

    #[test]
    fn what_may_wait_is_fine() {
        for body in [
            "timeout(LIMIT, read()).await;",
            "timeout(LIMIT, parser.read()).await;",
            "timeout(LIMIT, async { parsed(text); next().await }).await;",
            "timeout(LIMIT, reads(text)).await;",
            "timeout(LIMIT, round(text)).await;",
            "timeout(LIMIT, async { parse(text).await; other.await }).await;",
            "timeout(LIMIT, async { parse(text).await; source.get().await }).await;",
            "timeout(LIMIT, both()).await;",
            "timeout(LIMIT, twice(text)).await;",
            "timeout(LIMIT, waits()).await;",
            "timeout(LIMIT, async { parser.parse(text).await }).await;",
            "timeout(LIMIT, async { parse(text).await; other::parse(text).await }).await;",
            "timeout(LIMIT, one()).await;",
            "timeout(LIMIT, async { 1 }).await;",
            "timeout(LIMIT, later()).await;",
            "timeout(LIMIT, source.get()).await;",
            "timeout(LIMIT, spawn_blocking(move || parsed(text))).await;",
            "timeout(LIMIT, other::parse(text)).await;",
            "parse(text).await; async { parsed(text) }.await;",
            "tokio::select! { n = read() => {} _ = async { select! { _ = a => {} } } => {} }",
            "tokio::select! { n = &mut reading => parsed(text), _ = tick.tick() => {} else => {} }",
            "tokio::select! { n = async { parsed(text) }, if !text.is_empty() => {} _ = stop() => {} }",
            "mine::timeout(LIMIT, parse(text)).await;",
            "tokio::select! { biased; _ = stop.notified() => {} n = async { parsed(text) } => {} }",
            "futures::select_biased! { _ = stop() => {} n = parser.parse(text).fuse() => {} }",
        ] {
            assert_eq!(count(body), 0, "{body}");
        }
    }
}
