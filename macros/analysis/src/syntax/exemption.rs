//! Exemptions: `#[onloop::allow(rule, reason = "..")]` and `#[onloop::expect(..)]` on a function, statement or
//! expression.
//!
//! Rust's own form would be `#[allow(onloop::rule)]`. The stable compiler refuses it before any macro sees it
//! (E0710: a lint name may begin only with a tool that the compiler knows), so the attributes are our own: macros on
//! a function, and helper attributes inside an annotated function, which the outer attribute removes.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::syntax::mark;
use crate::syntax::rule_id;
use crate::syntax::tokens::{is_punct, is_word};

/// One rule that something exempts.
#[derive(Debug)]
pub(crate) struct Exemption {
    /// The rule's id, as written.
    pub(crate) rule: String,
    pub(crate) level: Level,
    pub(crate) has_reason: bool,
    /// The name of the rule, to point at.
    pub(crate) tokens: TokenStream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Allow,
    Expect,
    /// `allow(onloop::rule)` or `expect(..)`, which the compiler refuses.
    Foreign,
    /// `warn(onloop::rule)`, which it refuses too.
    Warn,
    /// `deny(onloop::rule)` or `forbid(..)`, which it refuses too.
    Deny,
    /// A function that takes a reason why its closure may block: `onloop::allow_blocking("..", || ..)`. It exempts
    /// from both rules on blocking, and only what it runs.
    Call,
}

impl Exemption {
    /// What `onloop.toml` exempts by its path.
    pub(crate) fn by_path(rule: String) -> Exemption {
        Exemption { rule, level: Level::Allow, has_reason: true, tokens: TokenStream::new() }
    }

    /// The exemption by a call, with the reason that it is given.
    pub(crate) fn by_call(reason: Option<&syn::Expr>) -> Exemption {
        let has_reason = reason.is_none_or(has_text);
        let rule = rule_id::BLOCKING_CALL.to_owned();
        Exemption { rule, level: Level::Call, has_reason, tokens: reason.to_token_stream() }
    }

    /// Whether it exempts from a rule.
    pub(crate) fn takes(&self, rule: &str) -> bool {
        self.rule == rule || self.level == Level::Call && rule_id::ON_CALLS.contains(&rule)
    }

    /// Whether it exempts from anything.
    fn is_ours(&self) -> bool {
        matches!(self.level, Level::Allow | Level::Expect | Level::Call)
    }

    /// Whether clippy is to spare its code too.
    pub(crate) fn is_for_clippy(&self) -> bool {
        self.rule == rule_id::BLOCKING_CALL && self.is_ours()
    }

    /// Whether a guard may be alive across an `.await` there.
    pub(crate) fn is_for_guards(&self) -> bool {
        self.rule == rule_id::GUARD_ACROSS_AWAIT && self.is_ours()
    }

    /// Whether what it stands on may wait: then that counts while the program runs, too.
    pub(crate) fn is_for_blocking(&self) -> bool {
        self.is_ours() && rule_id::ON_CALLS.contains(&self.rule.as_str())
    }
}

type Entries = Punctuated<syn::Meta, syn::Token![,]>;

/// The exemptions in the inside of an attribute.
///
/// `cfg_attr(onloop, onloop::allow(..))` is for code that does not depend on the crate: the compiler sees nothing of it.
pub(crate) fn exemptions(attribute: &Group) -> Vec<Exemption> {
    if let Some(inside) = for_onloop(attribute) {
        return inside.iter().flat_map(exemptions).collect();
    }
    if let Some((level, list)) = own(attribute) {
        let Ok(entries) = Entries::parse_terminated.parse2(list.clone()) else {
            // Shown as a rule that does not exist.
            return vec![Exemption { rule: list.to_string(), level, has_reason: true, tokens: list }];
        };
        let has_reason = entries.iter().any(is_reason);
        let rules = entries.iter().filter(|entry| !entry.path().is_ident("reason"));
        let rules = rules.map(|entry| (entry.to_token_stream().to_string().replace(' ', ""), entry.to_token_stream()));
        let mut found: Vec<_> = rules
            .map(|(rule, tokens)| {
                let rule = rule.strip_prefix("onloop::").map(str::to_owned).unwrap_or(rule);
                Exemption { rule, level, has_reason, tokens }
            })
            .collect();
        if found.is_empty() {
            let tokens = attribute.stream();
            found.push(Exemption { rule: String::new(), level, has_reason: true, tokens });
        }
        return found;
    }
    let rules = foreign(attribute);
    let rules = rules.into_iter().map(|(level, rule, tokens)| Exemption { rule, level, has_reason: true, tokens });
    rules.collect()
}

/// Whether the inside of an attribute is an exemption, of ours or as the compiler refuses it.
pub(crate) fn is_exemption(attribute: &Group) -> bool {
    own(attribute).is_some() || !foreign(attribute).is_empty()
}

/// The attributes in `cfg_attr(onloop, ..)`.
pub(crate) fn for_onloop(attribute: &Group) -> Option<Vec<Group>> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let [word, TokenTree::Group(list)] = &tokens[..] else { return None };
    if !is_word(word, "cfg_attr") {
        return None;
    }
    let mut tokens = list.stream().into_iter();
    if !tokens.next().is_some_and(|token| is_word(&token, "onloop"))
        || !tokens.next().is_some_and(|token| is_punct(&token, ','))
    {
        return None;
    }
    let tokens: Vec<TokenTree> = tokens.collect();
    let attributes = tokens.split(|token| is_punct(token, ',')).filter(|tokens| !tokens.is_empty());
    Some(attributes.map(|tokens| Group::new(Delimiter::Bracket, tokens.iter().cloned().collect())).collect())
}

/// `onloop::allow(..)` and `onloop::expect(..)`: the level, and what stands between the parentheses.
fn own(attribute: &Group) -> Option<(Level, TokenStream)> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let (path, list) = match &tokens[..] {
        [path @ .., TokenTree::Group(list)] => (path, list.stream()),
        path => (path, TokenStream::new()),
    };
    let [.., krate, first, second, TokenTree::Ident(level)] = path else { return None };
    if !is_word(krate, "onloop") || !is_punct(first, ':') || !is_punct(second, ':') {
        return None;
    }
    let level = match level.to_string().as_str() {
        "allow" => Level::Allow,
        "expect" => Level::Expect,
        _ => return None,
    };
    Some((level, list))
}

/// The rules in `allow(onloop::rule)`, `deny(onloop::rule)` and so on.
fn foreign(attribute: &Group) -> Vec<(Level, String, TokenStream)> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let [TokenTree::Ident(level), TokenTree::Group(list)] = &tokens[..] else { return Vec::new() };
    let level = match level.to_string().as_str() {
        "allow" | "expect" => Level::Foreign,
        "warn" => Level::Warn,
        "deny" | "forbid" => Level::Deny,
        _ => return Vec::new(),
    };
    let entries = Entries::parse_terminated.parse2(list.stream()).unwrap_or_default();
    let ours = entries.iter().filter_map(|entry| {
        let segments = &entry.path().segments;
        let rule = segments.last().filter(|_| segments.len() == 2 && segments[0].ident == "onloop")?;
        Some((level, rule.ident.to_string(), entry.to_token_stream()))
    });
    ours.collect()
}

/// Anything but a literal may hold any text.
fn has_text(value: &syn::Expr) -> bool {
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => !text.value().trim().is_empty(),
        _ => true,
    }
}

fn is_reason(entry: &syn::Meta) -> bool {
    matches!(entry, syn::Meta::NameValue(entry) if entry.path.is_ident("reason") && has_text(&entry.value))
}

/// Takes our exemptions out of a body.
pub(crate) fn strip(body: TokenStream) -> TokenStream {
    let mut stripped: Vec<TokenTree> = Vec::new();
    let mut rest = body.into_iter();
    while let Some(token) = rest.next() {
        if is_punct(&token, '#')
            && let Some(function) = mark::marked_function(&token, &rest)
        {
            stripped.push(token);
            stripped.extend(rest.by_ref().take(function));
            continue;
        }
        let TokenTree::Group(group) = token else {
            stripped.push(token);
            continue;
        };
        let is_attribute = stripped.last().is_some_and(|token| is_punct(token, '#'));
        if is_attribute && is_exemption(&group) {
            stripped.pop();
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
    use proc_macro2::{Group, TokenStream, TokenTree};

    use super::{Level, exemptions, is_exemption, strip};

    fn attribute(text: &str) -> Group {
        let tokens: TokenStream = format!("[{text}]").parse().unwrap();
        match tokens.into_iter().next() {
            Some(TokenTree::Group(group)) => group,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rules_levels_and_reasons() {
        let found = |text: &str| -> Vec<(String, Level, bool)> {
            exemptions(&attribute(text)).into_iter().map(|found| (found.rule, found.level, found.has_reason)).collect()
        };
        assert_eq!(
            found("onloop::expect(blocking_call, missing_reason, reason = \"x\")"),
            [("blocking_call".into(), Level::Expect, true), ("missing_reason".into(), Level::Expect, true)]
        );
        let for_the_command = "cfg_attr(onloop, must_use, onloop::allow(a, reason = \"x\"))";
        assert_eq!(found(for_the_command), [("a".into(), Level::Allow, true)]);
        assert_eq!(found("::onloop::allow(a, reason = \" \")"), [("a".into(), Level::Allow, false)]);
        assert_eq!(found("onloop::allow(a::b)"), [("a::b".into(), Level::Allow, false)]);
        assert_eq!(found("onloop::allow(&&)"), [("&&".into(), Level::Allow, true)]);
        assert_eq!(found("deny(dead_code, onloop::a)"), [("a".into(), Level::Deny, true)]);
        for other in [
            "allow(clippy::x, onloop)",
            "doc = \"onloop::allow(x)\"",
            "cfg_attr(unix, onloop::allow(a))",
            "allow(&&)",
            "onloop::callback",
            "other::allow(a)",
        ] {
            assert!(!is_exemption(&attribute(other)), "{other}");
        }
    }

    #[test]
    fn only_our_attributes_are_taken_out() {
        let body = "#[onloop::allow(a, reason = \"r\")] f(); #[allow(b)] { #[cfg(test)] g(#[onloop::expect(a)] [1]) }";
        let expected = "f(); #[allow(b)] { #[cfg(test)] g([1]) }";
        let clean = |text: &str| text.parse::<TokenStream>().unwrap();
        assert_eq!(strip(clean(body)).to_string(), clean(expected).to_string());
        // That one has to see them.
        let marked = "#[onloop::allow(a)] #[onloop::callback] fn f() { #[onloop::allow(a)] g() }";
        let both = clean(&format!("#[onloop::allow(a)] {{ {marked} #[onloop::allow(a)] h() }}"));
        assert_eq!(strip(both).to_string(), clean(&format!("{{ {marked} h() }}")).to_string());
    }
}
