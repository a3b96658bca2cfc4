//! `#[onloop::allow(..)]` and `#[onloop::expect(..)]` on a function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::misuse::{is_kind, misplaced};
use crate::expand::function as expand;
use crate::rules;
use crate::syntax::exemption::{self, Exemption};
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;

/// What `#[onloop::allow(..)]` and `#[onloop::expect(..)]` make of a function, by their `word`.
///
/// If an attribute of a kind stands below, that one has to see the exemption, so it goes first and the exemption below
/// it. Otherwise the function tells the runtime that it may block, if that is what it is exempt from and functions are
/// to tell what runs.
#[must_use]
pub fn exempt(
    word: &str,
    arguments: TokenStream,
    item: TokenStream,
    is_scoped: bool,
    line: &dyn Fn(Span) -> Option<usize>,
) -> TokenStream {
    let Ok(mut split) = Item::split(Kind::Callback, item.clone()) else {
        let message = format!(
            "`#[onloop::{word}]` marks a function, or code in one that is marked `#[onloop::callback]` or the like\n\n  = \
                 help: mark the function, or exempt the call alone: `onloop::allow_blocking(\"why\", || ..)`"
        );
        return misplaced(message, item);
    };
    let word = Ident::new(word, Span::call_site());
    let exemption = Attribute::new(quote! { onloop::#word(#arguments) });
    let body = split.body.stream();
    if split.attributes.iter().any(|found| is_kind(found)) {
        split.attributes.push(exemption);
        return expand::function(&split, &split.attributes, body);
    }
    let exemptions = exemption::exemptions(&exemption);
    // The trap heeds it too. A constant function cannot tell it.
    let can_tell = is_scoped && split.constness.is_none();
    let tells = can_tell && exemptions.iter().any(Exemption::is_for_blocking);
    let mut report = rules::report(exemptions);
    rules::missing_reason::check_exemptions(&mut report);
    let errors: TokenStream = report.finish().0.into_iter().map(|finding| finding.statement()).collect();
    if tells {
        return expand::exempt(&split, &split.attributes, &body, &errors, line);
    }
    expand::function(&split, &split.attributes, quote! { #errors #body })
}
