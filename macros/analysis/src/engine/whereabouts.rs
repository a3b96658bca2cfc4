//! Where the body of a function is, when an attribute above ours has made a function of its own of it.
//!
//! ```text
//! #[once]   #[callback] fn f(n: u32) { body }   ->   #[callback] fn f(n: u32) { fn inner(n: u32) { body } inner(n) }
//! #[cached] #[callback] fn f(n: u32) { body }   ->   fn f_no_cache(n: u32) { body }
//!                                                    #[callback] fn f(n: u32) { f_no_cache(n) }
//! ```
//! What such an attribute writes itself stands where the attribute does, and a name that it makes of the function's name
//! stands where that does.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use crate::source::Place;
use crate::syntax::item::Item;
use crate::syntax::tokens::is_word;

/// Where a body is.
#[derive(Debug, Default)]
pub(super) enum Whereabouts {
    /// Where it was, or nobody knows.
    #[default]
    Here,
    /// In a function inside the body: what stands in it.
    Inside(TokenStream),
    /// In another function, which has this name.
    Under(String),
}

impl Whereabouts {
    /// `at` and `name_at` are the places of `fn` and of the name, `name` is the function's name in its file.
    pub(super) fn of(
        item: &Item,
        name: &str,
        at: &Place,
        name_at: &Place,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Whereabouts {
        let is_behind = |span: Span| place(span).is_some_and(|found| is_behind(&found, at));
        // `#[cached]` gives the attributes to a second function too, which is called otherwise: one of them answers.
        if item.name != name || is_behind(item.body.span_open()) {
            return Whereabouts::Here;
        }
        if let Some(body) = inner(item.body.stream(), &is_behind) {
            return Whereabouts::Inside(body);
        }
        let is_made_of_name =
            |word: &str, span| word != name && word.contains(name) && place(span).as_ref() == Some(name_at);
        renamed(item.body.stream(), &is_made_of_name).map_or(Whereabouts::Here, Whereabouts::Under)
    }
}

fn is_behind(found: &Place, at: &Place) -> bool {
    found.file == at.file && (found.line, found.column) > (at.line, at.column)
}

/// The user's body in a function that is not the user's.
fn inner(tokens: TokenStream, is_behind: &dyn Fn(Span) -> bool) -> Option<TokenStream> {
    let mut in_function = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let is_users = is_behind(group.span_open());
                if is_users && in_function {
                    return Some(group.stream());
                }
                in_function = false;
                if !is_users && let Some(found) = inner(group.stream(), is_behind) {
                    return Some(found);
                }
            }
            token if is_word(&token, "fn") => in_function = !is_behind(token.span()),
            _ => {}
        }
    }
    None
}

/// The first word of which this holds.
fn renamed(tokens: TokenStream, is_made_of_name: &dyn Fn(&str, Span) -> bool) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => {
            let text = word.to_string();
            is_made_of_name(&text, word.span()).then_some(text)
        }
        TokenTree::Group(group) => renamed(group.stream(), is_made_of_name),
        _ => None,
    })
}
