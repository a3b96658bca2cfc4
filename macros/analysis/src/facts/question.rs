//! Questions to the compiler, where the source does not show the type of a receiver.

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Span, TokenStream};

use crate::knowledge::catalogue::Entry;
use crate::syntax::point::Point;

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) method: String,
    pub(crate) receiver: TokenStream,
    /// Whether types of std are asked about.
    pub(crate) in_std: bool,
    /// Types of other crates that are, with their parameters and what it is on each.
    pub(crate) in_crates: Vec<(&'static str, &'static str, Entry)>,
    /// Where it can stand, known when the walk has come to its end.
    pub(crate) point: Rc<OnceCell<Point>>,
}

/// A probe that the rules want, with what stands around the call and what to point at.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) probe: Probe,
    pub(crate) gates: Vec<TokenStream>,
    pub(crate) at: Span,
}
