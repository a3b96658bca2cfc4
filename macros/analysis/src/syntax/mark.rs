//! Our attributes inside a body: `#[callback]` on a closure or a path, and functions with one of our attributes.

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, TokenTree};

use crate::syntax::kind::Kind;
use crate::syntax::path::path_of;
use crate::syntax::tokens::{is_punct, is_word};

/// The kind that an attribute of ours gives, written with the crate's name or without.
pub(crate) fn kind_of(attribute: &syn::Meta) -> Option<Kind> {
    let path = path_of(attribute.path());
    match &path.segments[..] {
        [word] => Kind::from_word(word),
        [krate, word] if krate == "onloop" => Kind::from_word(word),
        _ => None,
    }
}

/// A function in a body that bears an attribute of ours is left to that one as it is, exemptions and marked closures
/// included: how many tokens of it stand behind its first `#`.
pub(crate) fn marked_function(hash: &TokenTree, behind: &IntoIter) -> Option<usize> {
    let mut tokens = std::iter::once(hash.clone()).chain(behind.clone());
    let (mut count, mut is_marked) = (0, false);
    let mut token = tokens.next()?;
    while is_punct(&token, '#') {
        let TokenTree::Group(attribute) = tokens.next()? else { return None };
        is_marked |= mark(&attribute).is_some();
        token = tokens.next()?;
        count += 2;
    }
    if !is_marked {
        return None;
    }
    while !is_word(&token, "fn") {
        let is_qualifier = match &token {
            TokenTree::Ident(_) | TokenTree::Literal(_) => true,
            // `pub(crate)`
            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
            TokenTree::Punct(_) => false,
        };
        if !is_qualifier {
            return None;
        }
        token = tokens.next()?;
        count += 1;
    }
    let is_body = |token: TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    Some(count + 1 + tokens.position(is_body)?)
}

/// The mark that an attribute is.
pub(crate) fn mark(group: &Group) -> Option<(Kind, syn::Meta)> {
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let attribute = syn::parse2::<syn::Meta>(group.stream()).ok()?;
    Some((kind_of(&attribute)?, attribute))
}

/// Whether the attributes of the function around would count for an item in its body that answers for itself.
pub(crate) fn is_inheriting(item: &syn::Item) -> bool {
    match item {
        syn::Item::Fn(function) => {
            let mut kinds = function.attrs.iter().filter_map(|attribute| kind_of(&attribute.meta));
            kinds.all(|kind| kind == Kind::Blocking)
        }
        syn::Item::Impl(_) | syn::Item::Mod(_) | syn::Item::Trait(_) => true,
        _ => false,
    }
}
