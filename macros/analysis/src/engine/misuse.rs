//! What is wrong with the use of the attributes themselves, or with the names of rules.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens as _, quote};

use crate::knowledge::config::Problem;
use crate::knowledge::exempt::RuleName;
use crate::rules;
use crate::rules::finding::Finding;
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::syntax::mark;

/// Whether an item is what a trait declares without a body, and is not `async`.
pub(super) fn is_declaration(item: &TokenStream) -> bool {
    syn::parse2::<syn::TraitItemFn>(item.clone())
        .is_ok_and(|declared| declared.default.is_none() && declared.sig.asyncness.is_none())
}

/// The item as it is, and an error at the attribute.
pub(super) fn misplaced(message: String, item: TokenStream) -> TokenStream {
    let error = syn::Error::new(Span::call_site(), message).into_compile_error();
    if syn::parse2::<syn::Item>(item.clone()).is_ok() || syn::parse2::<syn::TraitItem>(item.clone()).is_ok() {
        quote! { #error #item }
    } else {
        // A closure or another expression.
        quote! { { #error; #item } }
    }
}

/// A `const fn` cannot tell that it runs.
pub(super) fn constant(kind: Kind, item: &Item) -> Option<Finding> {
    let constness = item.constness.as_ref()?;
    let message = format!("`#[onloop::{}]` cannot mark a `const fn`", kind.word());
    Some(Finding::misuse(constness.to_token_stream(), message, "remove `const`, or the attribute"))
}

/// A second attribute of a kind, which is taken out.
pub(super) fn second_kind(kind: Kind, attributes: &mut Vec<Attribute>) -> Option<Finding> {
    let second = attributes.iter().position(|found| !found.is_doc() && is_kind(found))?;
    let second = attributes.remove(second);
    let message = format!("the function is marked `#[onloop::{}]` already", kind.word());
    Some(Finding::misuse(second.stream(), message, "a function is of one kind: keep one of the two"))
}

/// Whether the inside of an attribute is that of one of our kinds.
pub(super) fn is_kind(attribute: &Group) -> bool {
    syn::parse2::<syn::Meta>(attribute.stream()).is_ok_and(|meta| mark::kind_of(&meta).is_some())
}

pub(super) fn is_known_rule(name: &str) -> bool {
    rules::RULES.iter().any(|rule| rule.id == name)
}

pub(super) fn unknown_rule(name: &RuleName) -> Problem {
    let known: Vec<_> = rules::RULES.iter().map(|rule| rule.id).collect();
    let message = format!("{}: onloop has no rule `{}`", name.place, name.rule);
    Problem { message, help: format!("the rules are {}", known.join(", ")) }
}
