//! Predicates on single tokens.

use proc_macro2::{TokenStream, TokenTree};

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(crate) fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

/// Whether a token passes the test, those in groups included.
pub(crate) fn any_token(tokens: &TokenStream, test: &dyn Fn(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => any_token(&group.stream(), test),
        _ => test(&token),
    })
}
