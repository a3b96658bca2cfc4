//! The locks that a function takes: where each is stored, seen from its `self`, its parameters and the statics.

use proc_macro2::TokenStream;

use crate::facts::model::{Context, RunsOn};
use crate::source::FunctionId;
use crate::types::locks::Mode;

/// Where a lock stands: `self.state.rows`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LockPlace {
    pub(crate) root: Root,
    /// The fields on the way.
    pub(crate) path: Vec<String>,
}

/// What the way to a lock begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Receiver,
    /// By its number, the receiver not counted.
    Parameter(usize),
    /// A variable of the body, by how many were bound before it.
    Variable(usize),
    Static(String),
}

/// A lock that is taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) place: LockPlace,
    pub(crate) mode: Mode,
    pub(crate) panics: bool,
    /// The functions on the way to where it is taken.
    pub(crate) through: Vec<String>,
}

/// A guard that is alive.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) place: LockPlace,
    pub(crate) mode: Mode,
    /// The lock, as written.
    pub(crate) lock: String,
    /// It certainly exists, whatever contains it: a value that may be `None` is not a guard yet.
    pub(crate) is_sure: bool,
}

/// A call of a function of the crate, with what it is given.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) function: FunctionId,
    pub(crate) receiver: Option<LockPlace>,
    pub(crate) arguments: Vec<Option<LockPlace>>,
    /// The guards that are alive meanwhile.
    pub(crate) held: Vec<Held>,
    pub(crate) place: RunsOn,
    /// In a closure or an async block, which may run when the function is long over, or where a parameter decides
    /// whether it runs at all.
    pub(crate) is_inside: bool,
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

impl Pass {
    /// A lock that the function takes, as the caller sees it.
    pub(crate) fn seen(&self, taken: &Taken) -> Option<LockPlace> {
        let base = match &taken.place.root {
            Root::Receiver => self.receiver.clone()?,
            Root::Parameter(number) => self.arguments.get(*number)?.clone()?,
            Root::Static(_) => return Some(taken.place.clone()),
            Root::Variable(_) => return None,
        };
        let path = base.path.into_iter().chain(taken.place.path.iter().cloned()).collect();
        Some(LockPlace { root: base.root, path })
    }
}

/// What one body does with locks, outside its closures and async blocks.
#[derive(Debug, Default)]
pub(crate) struct LockFacts {
    pub(crate) taken: Vec<Taken>,
    pub(crate) passes: Vec<Pass>,
}
