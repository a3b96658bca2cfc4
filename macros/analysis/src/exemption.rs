//! Exemptions: `#[allow(onloop::rule, reason = "..")]` and `#[expect(..)]` on a function, statement or expression.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::item::is_punct;

/// One rule that one attribute exempts.
#[derive(Debug)]
pub(crate) struct Exemption {
    /// The rule's id, as written.
    pub(crate) rule: String,
    pub(crate) level: Level,
    pub(crate) has_reason: bool,
    /// The path of the rule, to point at.
    pub(crate) tokens: TokenStream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Allow,
    Expect,
    /// `warn`, `deny` or `forbid`, which say nothing here.
    Other,
}

/// The exemptions in the inside of an attribute.
pub(crate) fn exemptions(attribute: &Group) -> Vec<Exemption> {
    let Some((level, entries)) = lint_list(attribute) else { return Vec::new() };
    let has_reason = entries.iter().any(is_reason);
    let ours = entries.iter().filter_map(|entry| Some((entry, our_rule(entry)?)));
    ours.map(|(entry, rule)| Exemption { rule, level, has_reason, tokens: entry.to_token_stream() }).collect()
}

fn lint_list(attribute: &Group) -> Option<(Level, Punctuated<syn::Meta, syn::Token![,]>)> {
    let mut tokens = attribute.stream().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(list)), None) =
        (tokens.next(), tokens.next(), tokens.next())
    else {
        return None;
    };
    let level = match name.to_string().as_str() {
        "allow" => Level::Allow,
        "expect" => Level::Expect,
        "warn" | "deny" | "forbid" => Level::Other,
        _ => return None,
    };
    Some((level, Punctuated::parse_terminated.parse2(list.stream()).ok()?))
}

fn our_rule(entry: &syn::Meta) -> Option<String> {
    let path = entry.path();
    let ours = path.segments.len() >= 2 && path.segments[0].ident == "onloop";
    ours.then(|| path.segments.iter().skip(1).map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::"))
}

fn is_reason(entry: &syn::Meta) -> bool {
    let has_text = |value: &syn::Expr| match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => !text.value().trim().is_empty(),
        _ => true,
    };
    matches!(entry, syn::Meta::NameValue(entry) if entry.path.is_ident("reason") && has_text(&entry.value))
}

/// Takes our rules out of an attribute: the compiler does not know them. Nothing is left if they were all it had.
///
/// ```text
/// allow(dead_code, onloop::blocking_call, reason = "..")   ->   allow(dead_code, reason = "..")
/// allow(onloop::blocking_call, reason = "..")              ->
/// ```
pub(crate) fn strip_attribute(attribute: &Group) -> Option<TokenStream> {
    let whole = || Some(attribute.to_token_stream());
    let Some((_, entries)) = lint_list(attribute) else { return whole() };
    if !entries.iter().any(|entry| our_rule(entry).is_some()) {
        return whole();
    }
    let kept: Vec<_> = entries.iter().filter(|entry| our_rule(entry).is_none()).collect();
    if kept.iter().all(|entry| is_reason(entry)) {
        return None;
    }
    let level = attribute.stream().into_iter().next();
    let mut stripped = Group::new(attribute.delimiter(), quote! { #level(#(#kept),*) });
    stripped.set_span(attribute.span());
    Some(stripped.into_token_stream())
}

/// Takes our exemptions out of a body.
pub(crate) fn strip(body: TokenStream) -> TokenStream {
    let mut stripped: Vec<TokenTree> = Vec::new();
    for token in body {
        let TokenTree::Group(group) = token else {
            stripped.push(token);
            continue;
        };
        let is_attribute = stripped.last().is_some_and(|token| is_punct(token, '#'));
        if is_attribute && lint_list(&group).is_some() {
            match strip_attribute(&group) {
                Some(attribute) => stripped.extend(attribute),
                None => drop(stripped.pop()),
            }
            continue;
        }
        let mut inner = Group::new(group.delimiter(), strip(group.stream()));
        inner.set_span(group.span());
        stripped.push(inner.into());
    }
    stripped.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Group, TokenTree};

    use super::{Level, exemptions, strip};

    fn attribute(text: &str) -> Group {
        let TokenTree::Group(group) =
            format!("[{text}]").parse::<proc_macro2::TokenStream>().unwrap().into_iter().next().unwrap()
        else {
            panic!("no group")
        };
        group
    }

    #[test]
    fn rules_levels_and_reasons() {
        let found = exemptions(&attribute("expect(dead_code, onloop::blocking_call, onloop::a::b, reason = \"x\")"));
        let found: Vec<_> = found.iter().map(|found| (found.rule.as_str(), found.level, found.has_reason)).collect();
        assert_eq!(found, [("blocking_call", Level::Expect, true), ("a::b", Level::Expect, true)]);
        assert!(!exemptions(&attribute("allow(onloop::blocking_call, reason = \" \")"))[0].has_reason);
        assert!(exemptions(&attribute("allow(clippy::x, onloop)")).is_empty());
        assert!(exemptions(&attribute("doc = \"allow(onloop::x)\"")).is_empty());
        assert!(exemptions(&attribute("allow(&&)")).is_empty());
    }

    #[test]
    fn only_our_rules_are_taken_out() {
        let body =
            "#[allow(onloop::a, reason = \"r\")] f(); #[allow(b, onloop::a, reason = \"r\")] { #[cfg(test)] g([1]) }";
        let expected = "f(); #[allow(b, reason = \"r\")] { #[cfg(test)] g([1]) }";
        let clean = |text: &str| text.parse::<proc_macro2::TokenStream>().unwrap();
        assert_eq!(strip(clean(body)).to_string(), clean(expected).to_string());
    }
}
