//! Places in a body, identified by their tokens.

use proc_macro2::TokenTree;
use quote::ToTokens;

use crate::syntax::tokens::{is_punct, is_word};

/// A place in the body.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// In front of this token.
    pub(crate) first: TokenTree,
    /// The expression up to this one is put in braces.
    pub(crate) last: Option<TokenTree>,
}

/// The place of an expression, to be put in braces.
pub(crate) fn around(code: &impl ToTokens) -> Option<Point> {
    let mut tokens = code.to_token_stream().into_iter();
    let first = tokens.next()?;
    let last = tokens.last().unwrap_or_else(|| first.clone());
    Some(Point { first, last: Some(last) })
}

/// The place in front of an item, or of code that bears attributes.
pub(crate) fn before(code: &impl ToTokens) -> Option<Point> {
    code.to_token_stream().into_iter().next().map(|first| Point { first, last: None })
}

/// The place of a statement. An attribute stands on every `let`, but on some expressions it cannot.
pub(crate) fn statement(code: &impl ToTokens) -> Option<Point> {
    let tokens: Vec<TokenTree> = code.to_token_stream().into_iter().collect();
    let mut rest = &tokens[..];
    while let [hash, TokenTree::Group(_), behind @ ..] = rest
        && is_punct(hash, '#')
    {
        rest = behind;
    }
    let first = tokens.first()?.clone();
    if rest.first().is_some_and(|token| is_word(token, "let")) {
        return Some(Point { first, last: None });
    }
    let last = tokens.iter().rev().find(|token| !is_punct(token, ';'))?.clone();
    Some(Point { first, last: Some(last) })
}
