//! # What it does
//! Reports a job of the executor that is awaited behind another one, or one a turn of a loop, though it needs nothing of
//! what the others gave.
//!
//! Off, unless the attribute says `strict(jobs)`, or `onloop.toml` says `jobs = "on"` under `[categories]`.
//!
//! # Why is this bad
//! Each job is a round trip to another thread. One job can do the work of all in one go, and jobs that run at the same
//! time are done as soon as the longest of them is.
//!
//! # Limits
//! A job needs another one if a name that stands in it depends on what the other gave, or if what the other gave decides
//! whether it runs. Behind anything else that waits, or that is done in between, a job counts as the first. Jobs are
//! those of `spawn_blocking`, of `hub.add_executor_job` and of the like; functions that await one are not followed.
//!
//! # Example
//! ```compile_fail
//! use std::{fs, io};
//!
//! #[onloop::coroutine(strict(jobs))]
//! async fn load(hub: &onloop::Hub) -> io::Result<(String, String)> {
//!     let users = hub.add_executor_job(|| fs::read_to_string("users")).await?;
//!     let rooms = hub.add_executor_job(|| fs::read_to_string("rooms")).await?;
//!     Ok((users, rooms))
//! }
//! ```
//!
//! # Use instead
//! ```
//! use std::{fs, io};
//!
//! #[onloop::coroutine(strict(jobs))]
//! async fn load(hub: &onloop::Hub) -> io::Result<(String, String)> {
//!     let job = || Ok((fs::read_to_string("users")?, fs::read_to_string("rooms")?));
//!     hub.add_executor_job(job).await
//! }
//! ```

use super::Rule;
use crate::facts::collect::{is_executor, may_be_executor};
use crate::facts::model::{Happens, Model, Queued};
use crate::facts::sign::Sign;
use crate::rules::finding::Report;
use crate::syntax::kind::Kind;

pub(crate) const RULE: Rule = Rule {
    id: "sequential_jobs",
    kinds: &[Kind::Callback, Kind::Coroutine],
    asks: &[Sign::Path(is_executor), Sign::Method(may_be_executor)],
    check,
};

fn check(model: &Model, report: &mut Report) {
    for event in &model.events {
        let Happens::Queues(queued) = &event.what else { continue };
        let (message, help) = match queued {
            Queued::Behind => (
                "this job does not use the result of the one before it, but starts only after it",
                "do the work of both in one job, or await them together: `tokio::join!(..)`",
            ),
            Queued::EachTurn => (
                "each iteration awaits a job of its own, which needs no earlier result",
                "run the whole loop in one job, or start the jobs in a `tokio::task::JoinSet` and join that",
            ),
        };
        report.push(&RULE, &event.context, &event.tokens, message.to_owned(), vec![help.to_owned()]);
    }
}

#[cfg(test)]
mod tests;
