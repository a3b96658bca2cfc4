//! What stands around a fact: where the code runs, under which `cfg`s, and with which exemptions.

use proc_macro2::TokenStream;

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunsOn {
    Loop,
    /// In a closure passed to an unknown function: assumed to be the loop, but not proven. Only while
    /// collecting.
    Likely,
    Elsewhere,
    /// In a closure that is held in a variable, or given to a function of the crate: where that one goes. Only while
    /// collecting.
    Held(usize),
}

/// What stands around a fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// The predicates of the `cfg`s around it: a finding counts only where they hold.
    pub(crate) gates: Vec<TokenStream>,
    /// The exemptions around it, the outermost first.
    pub(crate) exemptions: Vec<usize>,
    /// How many facts stand before it: findings are shown in the order of the text.
    pub(crate) order: usize,
}
