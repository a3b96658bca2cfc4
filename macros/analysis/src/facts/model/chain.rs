//! How a function of the crate blocks: the calls on the way, and the one that blocks in the end.

use std::path::PathBuf;

/// How a function blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The functions on the way, the one that was asked about not among them.
    pub(crate) through: Vec<String>,
    pub(crate) blocks: Blocks,
    /// The function in which that stands is async.
    pub(crate) in_async: bool,
    /// It belongs to a trait, or is a macro.
    pub(crate) is_fixed: bool,
    /// The same as places: the function that was asked about, those on the way, and the call that blocks.
    pub(crate) steps: Vec<Step>,
}

/// One step on the way to a call that blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The function, as its name is written; of the last step the path of what blocks.
    pub function: String,
    /// Where it is declared; of the last step, where it is called.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
}

/// The call that blocks in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// What is called, by its canonical path, or as it is written where it is marked.
    pub(crate) what: String,
    pub(crate) is_marked: bool,
    /// What to do instead.
    pub(crate) instead: &'static str,
    /// Where a project lists it.
    pub(crate) listed: Option<&'static str>,
    /// `src/store.rs:41:9`
    pub(crate) place: String,
    /// The line in it.
    pub(crate) line: usize,
}
