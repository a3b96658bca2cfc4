//! The locks that a function takes: where each is stored, seen from its `self`, its parameters and the statics.

use proc_macro2::TokenStream;

use crate::facts::model::context::{Context, RunsOn};
use crate::source::{FunctionId, ModuleId};
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

impl Root {
    pub(crate) fn of_static(module: ModuleId, name: &str) -> Root {
        Root::Static(format!("{module:?}::{name}"))
    }
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
    /// What gave the guard, if that is a function of the crate. Which lock it takes is for the summaries to tell.
    pub(crate) giver: Option<Giver>,
}

/// A function of the crate that gives a guard, and what it was called on.
#[derive(Clone, Debug)]
pub(crate) struct Giver {
    pub(crate) function: FunctionId,
    pub(crate) receiver: Option<LockPlace>,
}

/// What a function of the crate is called with.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) function: FunctionId,
    pub(crate) receiver: Option<LockPlace>,
    pub(crate) arguments: Vec<Option<LockPlace>>,
}

impl Call {
    /// A place that the function names, as its caller names it.
    pub(crate) fn seen(&self, place: &LockPlace) -> Option<LockPlace> {
        let base = match &place.root {
            Root::Receiver => self.receiver.clone()?,
            Root::Parameter(number) => self.arguments.get(*number)?.clone()?,
            Root::Static(_) => return Some(place.clone()),
            Root::Variable(_) => return None,
        };
        let path = base.path.into_iter().chain(place.path.iter().cloned()).collect();
        Some(LockPlace { root: base.root, path })
    }
}

/// A closure is the argument of a call, and may be run under a lock there.
#[derive(Clone, Debug)]
pub(crate) struct Under {
    pub(crate) call: Call,
    pub(crate) number: usize,
}

/// The locks that are held while a closure runs, by the code that has it run.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeldAround {
    pub(crate) held: Vec<Held>,
    /// The functions of the crate that run it, and may hold locks meanwhile.
    pub(crate) under: Vec<Under>,
}

/// A parameter that is called while locks are held.
#[derive(Debug)]
pub(crate) struct RunUnder {
    pub(crate) parameter: usize,
    pub(crate) held: Vec<Held>,
}

/// Who may take a lock that is held.
#[derive(Debug)]
pub(crate) enum Taker {
    /// A function of the crate.
    Call(Call),
    /// The code itself.
    Here(Taken),
}

/// A lock may be taken here that is held: which it is depends on functions that are called.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) taker: Taker,
    /// The guards that are alive meanwhile.
    pub(crate) held: Vec<Held>,
    /// The calls that may run the closure around while they hold a lock.
    pub(crate) under: Vec<Under>,
    pub(crate) place: RunsOn,
    /// In a closure or an async block, which may run when the function is long over, or where a parameter decides
    /// whether it runs at all.
    pub(crate) is_inside: bool,
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
}

impl Pass {
    /// The functions on which it depends.
    pub(crate) fn functions(&self) -> impl Iterator<Item = FunctionId> {
        let called = match &self.taker {
            Taker::Call(call) => Some(call.function),
            Taker::Here(_) => None,
        };
        let givers = self.held.iter().filter_map(|held| held.giver.as_ref().map(|giver| giver.function));
        called.into_iter().chain(givers).chain(self.under.iter().map(|under| under.call.function))
    }
}

/// What one body does with locks, outside its closures and async blocks.
#[derive(Debug, Default)]
pub(crate) struct LockFacts {
    pub(crate) taken: Vec<Taken>,
    pub(crate) passes: Vec<Pass>,
    pub(crate) runs: Vec<RunUnder>,
}
