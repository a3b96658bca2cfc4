//! # What it does
//! Reports a task or thread whose handle is dropped. `cargo onloop` makes this a warning in code without a hub; the
//! attributes always make it an error.
//!
//! # Why is this bad
//! Nobody notices its panic, nobody can cancel it, and a shutdown does not wait for it, so whatever it was writing is
//! cut off. `hub.create_task` is just as easy to call; it also names the task in the log and waits for it when the hub
//! stops.
//!
//! # Limits
//! The rule knows the functions of `tokio` and `std`, `spawn` of a `Handle`, `Runtime` or `LocalSet` where the text
//! shows the type, and functions of the crate that return a `JoinHandle` or a `JoinSet`, also in `Option`, `Result`, `Vec`
//! or a tuple (`let (sender, _) = start();`), or in a struct that has no `Drop`. A handle bound to a variable counts as kept,
//! unless the variable begins with `_` and is never used again. A `JoinSet` counts as lost where the block that creates
//! it only starts tasks in it and waits for nothing else meanwhile.
//!
//! # Example
//! ```compile_fail
//! # async fn report() {}
//! #[onloop::callback]
//! fn on_press() {
//!     tokio::spawn(report());
//! }
//! ```
//!
//! # Use instead
//! ```
//! # async fn report() {}
//! #[onloop::callback]
//! fn on_press(hub: &onloop::Hub) {
//!     hub.create_task(report());
//! }
//! ```
//!
//! Without a hub, keep the handles in a set that somebody joins:
//! ```
//! # async fn report() {}
//! #[onloop::callback]
//! fn on_press(tasks: &mut tokio::task::JoinSet<()>) {
//!     tasks.spawn(report());
//! }
//! ```

use super::Rule;
use crate::facts::collect::{makes_set, may_lose_task};
use crate::facts::model::{Fate, Form, Happens, LostTask, Model};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;
use crate::syntax::rule_id;

pub(crate) const RULE: Rule = Rule {
    id: rule_id::UNTRACKED_SPAWN,
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[
        Sign::Path(is_spawn),
        Sign::Path(makes_set),
        Sign::Method(may_lose_task),
        Sign::Blocks,
        Sign::DroppedFuture,
    ],
    check,
};

/// What starts a task or thread and returns its handle.
const SPAWNS: &[&str] = &[THREAD, "tokio::spawn", "tokio::task::spawn", BLOCKING, "tokio::task::spawn_local"];
const THREAD: &str = "std::thread::spawn";
const BLOCKING: &str = "tokio::task::spawn_blocking";

fn is_spawn(path: &str) -> bool {
    SPAWNS.contains(&path)
}

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::LosesTask(lost) = &event.what else { continue };
        let (message, help) = match lost {
            LostTask::Handle => (
                "the handle of this task is dropped: nobody sees its panic, and shutdown cannot wait for it",
                kept(model),
            ),
            LostTask::Aborting => (
                "only the abort handle of this task is kept: nobody sees its panic, and shutdown cannot wait for it",
                kept(model),
            ),
            LostTask::Ended => (
                "the handle of this task is dropped at once, which aborts it",
                "bind the handle to a variable that lives as long as the task is to run".to_owned(),
            ),
            LostTask::Set => (
                "this set of tasks is dropped without being joined, which aborts them",
                "await them: `while let Some(done) = set.join_next().await { .. }`, or `set.join_all().await`"
                    .to_owned(),
            ),
        };
        report.push(&RULE, &event.context, &event.tokens, message.to_owned(), vec![help]);
    }
    for found in model.uses_on_loop() {
        let thrown_away =
            matches!(found.fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten) && found.form == Form::Called;
        let Some(path) = SPAWNS.iter().find(|spawn| thrown_away && found.callee.is_any(&[spawn])) else { continue };
        let what = if *path == THREAD { "thread" } else { "task" };
        let how = if found.fate == Fate::Forgotten { "never used" } else { "dropped" };
        let message =
            format!("the handle of this {what} is {how}: nobody sees its panic, and shutdown cannot wait for it");
        let help = match *path {
            THREAD if model.kind == Kind::Coroutine => {
                format!("run it in the executor: {}, or keep the handle", model.tools.executor())
            }
            THREAD | BLOCKING => format!("{}, or use {}", keep(model), model.tools.tracked_job()),
            _ => kept(model),
        };
        let help = vec![help];
        report.push(&RULE, &found.context, &found.tokens, message, help);
    }
}

fn kept(model: &Model) -> String {
    format!("{}, or use {}", keep(model), model.tools.tracked_task())
}

/// What can be done with a handle.
fn keep(model: &Model) -> &'static str {
    match model.kind {
        Kind::Coroutine => "keep the handle and await it",
        Kind::Callback | Kind::Blocking => "keep the handle for whoever can await it",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_callback, check_coroutine};

    #[test]
    fn a_handle_is_not_thrown_away() {
        check_callback(
            "
            fn on_press() {
                tokio::spawn(report());
              //^^^^^ the handle of this task is dropped: nobody sees its panic, and shutdown cannot wait for it
                let _ = tokio::task::spawn_blocking(|| std::fs::read(\"x\"));
                      //^^^^^ the handle of this task is dropped: nobody sees its panic, and shutdown cannot wait for it
                let _task = tokio::spawn(report());
                          //^^^^^ the handle of this task is never used: nobody sees its panic, and shutdown cannot wait for it
                let _kept = tokio::spawn(report());
                tasks.push(_kept);
                drop(std::thread::spawn(work));
                   //^^^ the handle of this thread is dropped: nobody sees its panic, and shutdown cannot wait for it
            }
            ",
        );
    }

    #[test]
    fn a_kept_or_awaited_handle_is_fine() {
        check_coroutine(
            "
            async fn poll() -> JoinHandle<()> {
                let task = tokio::spawn(report());
                tokio::spawn(report()).await;
                tasks.push(tokio::spawn(report()));
                threads.push(std::thread::spawn(|| { std::thread::spawn(work); }));
                tokio::spawn(report())
            }
            ",
        );
    }

    #[test]
    fn other_spawns_are_not_meant() {
        check_callback("fn on_press(world: &mut World) { world.spawn(Player); spawn(Player); bevy::tokio::spawn(1); }");
    }

    fn count(body: &str) -> usize {
        let text = format!(
            "use tokio::{{runtime::Handle, task::{{JoinHandle, JoinSet}}}};
            async fn work(n: u32) -> u32 {{ n }}
            fn start(n: u32) -> JoinHandle<u32> {{ tokio::spawn(work(n)) }}
            fn all() -> JoinSet<u32> {{ fill(JoinSet::new()) }}
            fn pair() -> (Sender, JoinHandle<u32>) {{ (sender(), start(1)) }}
            fn open() -> Result<JoinHandle<u32>, u8> {{ Ok(start(1)) }}
            fn many() -> Vec<JoinHandle<u32>> {{ Vec::new() }}
            async fn begin() -> JoinHandle<u32> {{ tokio::spawn(work(1)) }}
            struct Running {{ task: JoinHandle<u32>, name: String }}
            impl Running {{ fn start() -> Running {{ todo!() }} fn name(&self) -> &Running {{ self }} }}
            struct Guarded {{ task: JoinHandle<u32> }}
            impl Drop for Guarded {{ fn drop(&mut self) {{ self.task.abort(); }} }}
            fn guarded() -> Guarded {{ todo!() }}
            async fn poll(rt: &Handle, tasks: &mut Vec<JoinHandle<u32>>) {{ {body} }}"
        );
        crate::testing::findings_of(crate::Kind::Coroutine, &text).len()
    }

    #[test]
    fn each_way_to_lose_a_task() {
        for body in [
            "rt.spawn(work(1));",
            "let _task = rt.spawn(work(1));",
            "let _task = tokio::spawn(work(1));",
            "start(1);",
            "let _ = start(1);",
            "drop(start(1));",
            "let stop = tokio::spawn(work(1)).abort_handle(); keep(stop);",
            "let (_, n) = (tokio::spawn(work(1)), 3);",
            "let mut set = JoinSet::new(); for n in 0..3 { set.spawn(work(n)); }",
            "let mut set = JoinSet::new(); for n in 0..3 { set.spawn(async move { work(n).await }); }",
            "let mut set: JoinSet<u32> = JoinSet::new(); set.spawn(work(1)); log(set.len());",
            "all();",
            "let _ = all();",
            "drop(all());",
            "open().unwrap();",
            "open()?;",
            "let _ = open();",
            "let (tx, _) = pair(); tx.send(1);",
            "let (tx, _task) = pair(); tx.send(1);",
            "let (tx, ..) = pair(); tx.send(1);",
            "let tx = pair().0; tx.send(1);",
            "let stop = rt.spawn(work(1)).abort_handle(); keep(stop);",
            "let stop = start(1).abort_handle(); keep(stop);",
            "let task = tokio::spawn(work(1)); keep(task.abort_handle());",
            "many();",
            "let _ = many();",
            "begin().await;",
            "let _ = begin().await;",
            "Running::start();",
            "let _ = Running::start();",
            "let _ = vec![tokio::spawn(work(1))];",
            "let _ = (0..3).map(|n| tokio::spawn(work(n))).collect::<Vec<_>>();",
            "Some(1).map(|n| tokio::spawn(work(n)));",
            "let _ = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(work(1)));",
            "tokio_util::task::AbortOnDropHandle::new(tokio::spawn(work(1)));",
        ] {
            assert_eq!(count(body), 1, "{body}");
        }
    }

    #[test]
    fn what_is_kept_is_not_lost() {
        for body in [
            "let task = rt.spawn(work(1)); task.await;",
            "let _task = tokio::spawn(work(1)); _task.abort();",
            "let _task = tokio::spawn(work(1)); println!(\"{_task:?}\");",
            "tasks.push(start(1));",
            "start(1).await;",
            "let (task, n) = (tokio::spawn(work(1)), 3); task.await;",
            "let task = tokio::spawn(work(1)); let stop = task.abort_handle(); keep(stop, task);",
            "let mut set = JoinSet::new(); set.spawn(work(1)); while let Some(n) = set.join_next().await {}",
            "let mut set = JoinSet::new(); set.spawn(work(1)); keep(set);",
            "let mut set = JoinSet::new(); set.spawn(work(1)); self.set = set;",
            "let mut set = JoinSet::new(); set.spawn(work(1)); set.abort_all();",
            "let mut set = JoinSet::new(); fill(&mut set); set.spawn(work(1));",
            "let mut set = JoinSet::<u32>::new();",
            "let mut set = JoinSet::new(); loop { set.spawn(work(accept().await)); }",
            "let mut set = JoinSet::new(); while let Some(n) = accept().await { set.spawn(work(n)); }",
            "let mut set = JoinSet::new(); for n in 0..3 { set.spawn(work(n)); } tokio::signal::ctrl_c().await;",
            "let _handle = rt.enter(); world.spawn(1);",
            "(0..3).map(start).for_each(|task| tasks.push(task));",
            "all().join_all().await;",
            "let mut set = all(); while let Some(n) = set.join_next().await {}",
            "keep(all());",
            "open().unwrap().await;",
            "open()?.await;",
            "tasks.push(open()?);",
            "let (tx, task) = pair(); task.await;",
            "let (_, task) = pair(); task.await;",
            "let (_tx, task) = pair(); task.abort();",
            "let task = pair().1; task.await;",
            "let stop = set.spawn(work(1)).abort_handle(); keep(stop);",
            "let task = tokio::spawn(work(1)); keep(task.abort_handle()); task.await;",
            "for task in many() { task.await; }",
            "begin().await.await;",
            "let task = begin().await; task.await;",
            "let running = Running::start(); running.task.await;",
            "let _running = Running::start(); work(1).await;",
            "guarded();",
            "let _guard = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(work(1))); work(2).await;",
            "tasks.extend((0..3).map(|n| tokio::spawn(work(n))).collect::<Vec<_>>());",
            "if let Some(task) = user.map(|n| tokio::spawn(work(n))) { task.await; }",
            "running.name();",
            "let task = tokio::spawn(work(1)); keep(task.abort_handle()); println!(\"{task:?}\");",
        ] {
            assert_eq!(count(body), 0, "{body}");
        }
    }
}
