//! What happens at a place of the body, other than that something is used, awaited or dropped.

use std::rc::Rc;

use proc_macro2::TokenStream;

use super::chain::Chain;
use super::context::{Context, RunsOn};
use crate::knowledge::catalogue;
use crate::source::FunctionId;
use crate::types::drops::Destructor;

/// Something that happens at a place of the body.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) what: Happens,
    pub(crate) place: RunsOn,
    /// What to point at.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

/// What happens.
#[derive(Debug)]
pub(crate) enum Happens {
    /// A loop only looks at this, until somebody else changes it.
    Spins(String),
    /// A lock is taken again while its guard is alive.
    Relocks(Relock),
    /// A future that never waits is given a time limit, or races with others.
    Futile(Futile),
    /// A future that may lose data is a branch of `select!` in a loop.
    Loses(Losing),
    /// A job of the executor is awaited that needs nothing of the one before it.
    Queues(Queued),
    /// Nobody hears of a task again.
    LosesTask(LostTask),
    /// A task that somebody waits for has no end. `in_set`: it is one of a set that is waited for; otherwise of the hub.
    Endless { in_set: bool },
    /// A value is dropped that may block then.
    Drops(DroppedValue),
}

/// How a job of the executor follows another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queued {
    /// It stands behind it.
    Behind,
    /// It is that of the next turn of a loop.
    EachTurn,
}

/// How a task is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LostTask {
    /// Its handle is thrown away.
    Handle,
    /// Only what can end it is kept.
    Aborting,
    /// Its handle ends it when it is thrown away.
    Ended,
    /// It is in a set that is dropped without being waited for.
    Set,
}

/// A future that never waits.
#[derive(Debug)]
pub(crate) struct Futile {
    /// In words, or as written.
    pub(crate) future: String,
    pub(crate) is_race: bool,
}

/// A future that loses what it has read or written when it is dropped half-way, or may.
#[derive(Debug)]
pub(crate) struct Losing {
    /// As written.
    pub(crate) written: String,
    /// The function of the crate that makes it.
    pub(crate) through: Option<FunctionId>,
    /// Whether it does; of a function filled in when the body has been walked.
    pub(crate) loses: bool,
    /// It is a message that was to be sent.
    pub(crate) is_message: bool,
    /// It is dropped when its time is up, not when another one wins.
    pub(crate) by_limit: bool,
}

/// A value that is dropped.
#[derive(Debug)]
pub(crate) struct DroppedValue {
    /// In words, or as written.
    pub(crate) value: String,
    /// Where its variable goes out of scope.
    pub(crate) at_end: bool,
    pub(crate) destructors: Vec<Destructor>,
    /// What blocks then; filled in when the body has been walked.
    pub(crate) by: Option<DroppedBy>,
}

/// What blocks where a value is dropped.
#[derive(Debug)]
pub(crate) enum DroppedBy {
    /// The `Drop` of a type of the crate, and how.
    Local(Rc<str>, Chain),
    Listed(catalogue::Dropping),
}

/// A lock that is taken again while its guard is alive.
#[derive(Debug)]
pub(crate) struct Relock {
    /// The lock, as written.
    pub(crate) lock: String,
    /// The functions through which it is taken again.
    pub(crate) through: Vec<String>,
    /// A second borrow panics, a second lock waits for ever.
    pub(crate) panics: bool,
    /// Both only read: the second one waits where a writer waits already.
    pub(crate) reads: bool,
}
