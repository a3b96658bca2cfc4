//! # What it does
//! Reports a task or thread that is started and whose handle is thrown away.
//!
//! # Why is this bad
//! Nobody hears of its panic, nobody can cancel it, and a shutdown does not wait for it: what it was writing is cut
//! off. `hub.create_task` starts it just as easily, names it in the log and waits for it at stop.
//!
//! # Limits
//! Looks at the functions of `tokio` and `std`, not at methods (`Handle::spawn`); a handle that is bound to a variable (`let _handle = ..`) counts as kept.
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

use super::Rule;
use crate::facts::model::{Fate, Form, Model, RunsOn};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule =
    Rule { id: "untracked_spawn", kinds: &[Kind::Callback, Kind::Coroutine], asks: &[Sign::Path(is_spawn)], check };

/// What starts a task or thread and returns its handle.
const SPAWNS: &[&str] = &[THREAD, "tokio::spawn", "tokio::task::spawn", BLOCKING, "tokio::task::spawn_local"];
const THREAD: &str = "std::thread::spawn";
const BLOCKING: &str = "tokio::task::spawn_blocking";

fn is_spawn(path: &str) -> bool {
    SPAWNS.contains(&path)
}

fn check(model: &Model, report: &mut Report) {
    for found in &model.uses {
        let thrown_away = matches!(found.fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten)
            && found.form == Form::Called
            && found.place == RunsOn::Loop;
        let Some(path) = SPAWNS.iter().find(|spawn| thrown_away && found.callee.is_any(&[spawn])) else { continue };
        let what = if *path == THREAD { "thread" } else { "task" };
        let message =
            format!("the handle of this {what} is thrown away: its panic is lost, and shutdown cannot wait for it");
        let help = match *path {
            THREAD => format!("run it in the executor and await it: {}; or keep the handle", model.tools.executor()),
            BLOCKING => format!("await it, or keep the handle; or use {}", model.tools.tracked_job()),
            _ => format!("keep the handle and await it; or use {}", model.tools.tracked_task()),
        };
        let help = vec![help];
        report.push(&RULE, &found.context, &found.tokens, message, help);
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
              //^^^^^ the handle of this task is thrown away: its panic is lost, and shutdown cannot wait for it
                let _ = tokio::task::spawn_blocking(|| std::fs::read(\"x\"));
                      //^^^^^ the handle of this task is thrown away: its panic is lost, and shutdown cannot wait for it
                let _task = tokio::spawn(report());
                          //^^^^^ the handle of this task is thrown away: its panic is lost, and shutdown cannot wait for it
                let _kept = tokio::spawn(report());
                tasks.push(_kept);
                drop(std::thread::spawn(work));
                   //^^^ the handle of this thread is thrown away: its panic is lost, and shutdown cannot wait for it
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
}
