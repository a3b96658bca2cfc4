//! What closures and async blocks capture, as far as their tokens show.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// How the body of a closure or async block names a variable of outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taken {
    /// Only `name.method()`, `&name`, `*name`, which moves it by `move` alone.
    Looked,
    /// First of all as the argument of a function, or as above.
    Given,
    /// In another way: it may be a variable of the body's own.
    Named,
}

/// How code names a variable; nothing if it does not.
pub(super) fn takes(code: TokenStream, name: &str) -> Option<Taken> {
    let mut tokens = code.into_iter().peekable();
    let mut found: Option<Taken> = None;
    let mut before = ' ';
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        let taken = match &token {
            TokenTree::Ident(ident) if ident == name && before != '.' => {
                let looks = matches!(next, Some(TokenTree::Punct(next)) if next.as_char() == '.')
                    || matches!(next, Some(TokenTree::Group(next)) if next.delimiter() == Delimiter::Bracket)
                    || matches!(before, '&' | '*');
                Some(if looks { Taken::Looked } else { Taken::Named })
            }
            // `drop(name)`
            TokenTree::Group(group) if before == 'f' && group.stream().to_string() == name => Some(Taken::Given),
            TokenTree::Group(group) => takes(group.stream(), name),
            // `"{name}"`
            TokenTree::Literal(literal) if is_formatted(&literal.to_string(), name) => Some(Taken::Looked),
            _ => None,
        };
        // What comes behind the first does not make it a variable of the body.
        found = match (found, taken) {
            (Some(Taken::Looked | Taken::Given), Some(Taken::Given | Taken::Named)) => Some(Taken::Given),
            (found, taken) => found.or(taken),
        };
        before = match token {
            TokenTree::Punct(punct) => punct.as_char(),
            TokenTree::Ident(ident) if ident == "mut" && before == '&' => '&',
            // The name of a function, as it is usual.
            TokenTree::Ident(ident) if ident.to_string().starts_with(char::is_lowercase) => 'f',
            _ => ' ',
        };
    }
    found
}

/// Whether a format string names a variable: `"{name}"`, `"{name:?}"`, `"{:name$}"`.
fn is_formatted(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + name.len()..]);
        before.ends_with('{') && behind.starts_with(['}', ':']) || behind.starts_with('$')
    })
}
