//! # What it does
//! Reports a task that never ends although somebody waits for it: a loop without end in `hub.create_task(..)`, or in a
//! task of a `JoinSet` or `TaskTracker` that the function joins.
//!
//! # Why is this bad
//! `block_till_done` and the stop of the hub wait for such a task until their time limit is over, and whoever joins the
//! set waits for ever.
//!
//! # Limits
//! The loop is a `loop`, `while true` or `for n in 0..` without `break`, `return` or `?`, in the async block, in the
//! crate's async function that becomes the task, or in one that this awaits, by itself or in `join!`. Tasks that something can end are fine: a handle that is kept (it may be cancelled),
//! a set that is ended by `abort_all` or `shutdown`, and a set that is joined in a race, under a time limit, or only
//! until its first task ends or panics.
//!
//! # Example
//! ```compile_fail
//! use std::time::Duration;
//!
//! #[onloop::callback]
//! fn on_start(hub: &onloop::Hub) {
//!     hub.create_task(async {
//!         loop {
//!             tokio::time::sleep(Duration::from_secs(1)).await;
//!         }
//!     });
//! }
//! ```
//!
//! # Use instead
//! ```
//! use std::time::Duration;
//!
//! #[onloop::callback]
//! fn on_start(hub: &onloop::Hub) {
//!     hub.create_background_task("ticks", async {
//!         loop {
//!             tokio::time::sleep(Duration::from_secs(1)).await;
//!         }
//!     });
//! }
//! ```

use super::Rule;
use crate::facts::collect::is_about_tasks;
use crate::facts::model::{Happens, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule = Rule {
    id: "endless_task",
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[Sign::Method(is_about_tasks)],
    check,
};

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Endless { in_set } = event.what else { continue };
        let message = if in_set {
            "this task never ends, but its set is joined"
        } else {
            "this task never ends, but the hub waits for it when it stops"
        };
        let help = if in_set {
            "let the loop end, end the set by `abort_all()` or `shutdown()` instead of joining it, or start this task \
             outside of the set"
        } else {
            "start it with `hub.create_background_task(name, ..)`, which the hub cancels when it stops, or let the loop \
             end"
        };
        report.push(&RULE, &event.context, &event.tokens, message.to_owned(), vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_file, findings_of};

    const FILE: &str = "
        use onloop::Hub;
        use tokio::task::JoinSet;
        struct Own;
        impl Own { fn create_task<F>(&self, task: F) {} async fn watch(&self) { loop { tick().await; } } }
        async fn through() { prepare(); tick().await; watch().await; }
        async fn some_day() -> Result<(), u8> { tick().await?; drain().await; Ok(()) }
        async fn watch() { let mut n = 0; loop { tick().await; n += 1; } }
        async fn drain() { loop { if tick().await { break } } }
        async fn serve() { while let Some(x) = next().await { work(x); } }
    ";

    fn count(body: &str) -> usize {
        let text = format!("{FILE} async fn poll(hub: &Hub, own: &Own, unknown: U) {{ {body} }}");
        findings_of(Kind::Coroutine, &text).len()
    }

    #[test]
    fn a_task_that_is_waited_for_ends() {
        check_file(
            Kind::Callback,
            "
            use onloop::Hub;
            fn on_start(hub: &Hub) {
                hub.create_task(async move { loop { tick().await; } });
                  //^^^^^^^^^^^ this task never ends, but the hub waits for it when it stops
            }
            ",
        );
        for body in [
            "hub.create_task(watch());",
            "hub.create_task(own.watch());",
            "let _ = hub.create_task(async { let n = 1; while true { tick().await; } });",
            "hub.create_task(async { loop { tokio::select! { _ = tick() => {} _ = other() => work() } } });",
            "unknown.create_task(watch());",
            "let mut set = JoinSet::new(); set.spawn(watch()); while let Some(x) = set.join_next().await {}",
            "let mut set = JoinSet::new(); set.spawn(async { loop { tick().await; } }); set.join_all().await;",
            "let mut set = JoinSet::new(); set.spawn(watch()); while set.join_next().await.is_some() {}",
            "let mut set = JoinSet::new(); set.spawn(async move { own.watch().await }); set.join_all().await;",
            "hub.create_task(async { prepare(); watch().await; });",
            "hub.create_task(through());",
            "hub.create_task(Box::pin(watch()));",
            "hub.create_task(async { tokio::join!(drain(), watch()); });",
            "hub.create_task(async { futures::future::join(watch(), drain()).await; });",
            "hub.create_task(async { std::future::pending::<()>().await; });",
            "hub.create_task(async { for n in 0.. { tick().await; } });",
            "hub.create_task(watch().instrument(span));",
        ] {
            assert_eq!(count(body), 1, "{body}");
        }
    }

    #[test]
    fn what_ends_or_is_not_waited_for_is_fine() {
        for body in [
            "hub.create_task(drain());",
            "hub.create_task(serve());",
            "hub.create_task(some_day());",
            "hub.create_task(async { if tick().await { return; } watch().await; });",
            "hub.create_task(async { tokio::try_join!(fails(), drain()) });",
            "hub.create_task(async { tokio::select! { _ = watch() => {} _ = stop() => {} } });",
            "hub.create_task(async { for n in 0..9 { tick().await; } });",
            "let mut set = JoinSet::new(); set.spawn(watch()); while let Some(done) = set.join_next().await { done.unwrap(); }",
            "hub.create_task(async { loop { tick().await?; } });",
            "hub.create_task(async { loop { tokio::select! { _ = tick() => {} _ = stop() => break } } });",
            "hub.create_background_task(\"watch\", watch());",
            "let task = hub.create_task(watch()); task.cancel();",
            "self.task = Some(hub.create_task(watch()));",
            "own.create_task(watch());",
            "tokio::spawn(watch()).await;",
            "hub.create_task(async { drain().await });",
            "hub.create_task(async { tokio::time::timeout(LIMIT, watch()).await });",
            "let mut set = JoinSet::new(); set.spawn(watch()); if set.join_next().await.is_some() {}",
            "let mut set = JoinSet::new(); set.spawn(watch()); set.abort_all(); while let Some(x) = set.join_next().await {}",
            "let mut set = JoinSet::new(); set.spawn(watch()); set.shutdown().await;",
            "let mut set = JoinSet::new(); set.spawn(watch()); keep(set);",
            "let mut set = JoinSet::new(); set.spawn(watch()); set.spawn(drain()); set.join_next().await;",
            "let mut set = JoinSet::new(); set.spawn(watch()); tokio::select! { _ = set.join_next() => {} _ = stop() => {} }",
            "let mut set = JoinSet::new(); set.spawn(watch()); tokio::select! { _ = async { set.join_all().await } => {} _ = stop() => {} }",
            "let mut set = JoinSet::new(); set.spawn(watch()); tokio::time::timeout(LIMIT, set.join_all()).await;",
            "let mut set = JoinSet::new(); set.spawn(watch()); while let Some(done) = set.join_next().await { done?; }",
            "let mut set = JoinSet::new(); let task = set.spawn(watch()); task.abort(); while let Some(x) = set.join_next().await {}",
            "hub.create_task(async { loop { check!(tick().await); } });",
            "let mut set = JoinSet::new(); let mut other = JoinSet::new(); set.spawn(watch()); other.join_next().await; keep(set);",
        ] {
            assert_eq!(count(body), 0, "{body}");
        }
    }
}
