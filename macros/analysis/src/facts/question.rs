//! Questions to the compiler, where the text does not tell the type of a receiver.

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Span, TokenStream};

use crate::syntax::point::Point;

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) method: String,
    pub(crate) receiver: TokenStream,
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
