//! Questions to the compiler: whether a method blocks on a receiver whose type the source does not show.
//!
//! A probe is dead code in front of the statement that contains the call, where the receiver's variable is in scope. It
//! names the receiver and the method, and the traits of `::onloop::__private::probe` do the rest: if the method blocks
//! on the receiver's type, the compiler reports an error at the method.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::facts::question::{Probe, Wanted};
use crate::knowledge::catalogue::{self, Entry, capitalised};
use crate::rules::blocking_call;
use crate::rules::finding::named;
use crate::syntax::point::Point;
use crate::syntax::splice::{Insertion, Key};

/// The code that asks one.
fn statement(wanted: &Wanted) -> TokenStream {
    let Wanted { probe: Probe { method, receiver, in_std, in_crates, .. }, gates, at } = wanted;
    let gates = quote! { #(#[cfg(#gates)])* };
    let name = format_ident!("{method}");
    let of_std = in_std.then(|| catalogue::probe_traits(method)).unwrap_or_default();
    let of_std = of_std.iter().map(|(_, says)| {
        let says = format_ident!("{says}");
        let path = |name: &Ident| quote_spanned! { *at => ::onloop::__private::probe::#name };
        let asked = verdict(*at, receiver, &path(&name), &path(&says));
        quote! { #gates #asked }
    });
    let of_crates = in_crates.iter().map(|asked| {
        let words =
            [asked.0.rsplit("::").next().unwrap_or_default(), method].into_iter().flat_map(|name| name.split('_'));
        let says = format_ident!("NonBlocking{}", words.map(capitalised).collect::<String>(), span = *at);
        let answer = answer(&says, method, asked);
        let asked = verdict(*at, receiver, &quote_spanned! { *at => OnloopMethod }, &says.to_token_stream());
        quote! { #gates { struct OnloopMethod; #answer #asked } }
    });
    quote! { #(#of_std)* #(#of_crates)* }
}

/// Asks whether the method blocks on the receiver as the trait says. The compiler's answer is shown where `at` stands,
/// if all around the receiver stands there.
fn verdict(at: Span, receiver: &TokenStream, method: &TokenStream, says: &TokenStream) -> TokenStream {
    let asked = quote_spanned! { at => ::onloop::__private::probe::of::<_, #method, dyn #says> };
    let mut asked = quote! { #asked(&#receiver) };
    asked = quote_spanned! { at => (&&#asked).found() };
    quote_spanned! { at => #says::verdict(#asked); }
}

/// What the answer is where the receiver has a type of another crate:
///
/// ```text
/// trait NonBlockingConnectionExecute { fn verdict(&self) {} }
/// impl NonBlockingConnectionExecute for Nothing {}
/// const _: () = {
///     struct Connection;
///     const _: () = {
///         use ::rusqlite::*;
///         impl Blocks<OnloopMethod> for Connection { type Says = dyn NonBlockingConnectionExecute; type Found = Self; }
///     };
/// };
/// ```
///
/// A version of the crate that does not have the type leaves the one around it.
fn answer(says: &Ident, method: &str, (of, parameters, entry): &(&str, &str, Entry)) -> TokenStream {
    let message = format!("`{method}` blocks the event loop: it is `{}`", entry.path);
    let help = entry.advice();
    let rule = named(blocking_call::RULE.id);
    let names: Vec<_> = of.split("::").map(|name| format_ident!("{name}")).collect();
    let (krate, path) = (&names[0], &names[1..]);
    let name = path.last();
    let (generics, arguments, declared) = match *parameters {
        "T" => (quote! { <T> }, quote! { <T> }, quote! { <T>(T) }),
        "" => (TokenStream::new(), TokenStream::new(), TokenStream::new()),
        _ => (TokenStream::new(), quote! { <'_> }, quote! { <'a>(&'a ()) }),
    };
    let otherwise = if let [module, _] = path {
        quote! { mod #module { pub struct #name #declared; } }
    } else {
        quote! { struct #name #declared; }
    };
    quote! {
        #[diagnostic::on_unimplemented(
            message = #message, label = "blocks the event loop", note = #help, note = #rule
        )]
        trait #says {
            fn verdict(&self) {}
        }
        #[diagnostic::do_not_recommend]
        impl #says for ::onloop::__private::probe::Nothing {}
        const _: () = {
            #otherwise
            const _: () = {
                use ::#krate::*;
                impl #generics ::onloop::__private::probe::Blocks<OnloopMethod> for #(#path)::* #arguments {
                    type Says = dyn #says;
                    type Found = Self;
                }
            };
        };
    }
}

/// The probes, each at its place.
pub(crate) fn insertions(wanted: Vec<Wanted>) -> Vec<Insertion> {
    // Those of one place stand together.
    let mut points: Vec<(Key, Point, TokenStream)> = Vec::new();
    for wanted in wanted {
        let Some(point) = wanted.probe.point.get() else { continue };
        let first = Key::of(&point.first);
        let statement = statement(&wanted);
        match points.iter_mut().find(|(key, known, _)| *key == first && known.last.is_some() == point.last.is_some()) {
            Some((.., statements)) => statements.extend(statement),
            None => points.push((first, point.clone(), statement)),
        }
    }
    let insertion = |(_, point, statements)| Insertion { point, tokens: dead(&statements), is_attribute: false };
    points.into_iter().map(insertion).collect()
}

/// Whether one of these lints is one that probes are exempt from.
pub(crate) fn are_forbidden(lints: &str) -> bool {
    const OURS: &[&str] = &[
        "clippy::all",
        "clippy::complexity",
        "clippy::diverging_sub_expression",
        "clippy::empty_loop",
        "clippy::items_after_statements",
        "clippy::pedantic",
        "clippy::suspicious",
        "clippy::wildcard_imports",
        "dead_code",
        "non_local_definitions",
        "unknown_lints",
        "unreachable_code",
        "unreachable_pub",
        "unused",
        "unused_imports",
        "warnings",
    ];
    lints
        .split(|c: char| c == ',' || c == ')' || c.is_whitespace())
        .any(|lint| OURS.contains(&lint.replace('-', "_").as_str()))
}

/// The same of the text of a crate's root.
pub(crate) fn are_forbidden_in(root: &str) -> bool {
    root.split("forbid(").skip(1).any(|list| are_forbidden(list.split(')').next().unwrap_or_default()))
}

/// Code that the compiler types and then forgets: behind `loop {}` nothing is borrowed, kept or compiled.
fn dead(statements: &TokenStream) -> TokenStream {
    quote! {
        #[allow(
            unknown_lints,
            dead_code,
            non_local_definitions,
            unreachable_code,
            unreachable_pub,
            unused_imports,
            clippy::diverging_sub_expression,
            clippy::empty_loop,
            clippy::items_after_statements,
            clippy::wildcard_imports
        )]
        if false {
            // No name of ours stands between the user's names and what they mean.
            use ::onloop::__private::probe::Guilty as _;
            loop {}
            #statements
        }
    }
}

#[cfg(test)]
impl std::fmt::Display for Wanted {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use proc_macro2::{Delimiter, TokenTree};
        let token = |token: &TokenTree| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => "()".to_owned(),
            token => token.to_string(),
        };
        write!(to, "{} of {} ", self.probe.method, self.probe.receiver)?;
        match self.probe.point.get() {
            Some(Point { first, last: None }) => write!(to, "before `{}`", token(first)),
            Some(Point { first, last: Some(last) }) => write!(to, "around `{}` to `{}`", token(first), token(last)),
            None => write!(to, "nowhere"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::OnceCell;
    use std::rc::Rc;

    use proc_macro2::{TokenStream, TokenTree};
    use quote::format_ident;

    use super::{Probe, Wanted, answer, insertions};
    use crate::knowledge::project::Project;
    use crate::syntax::point::Point;
    use crate::syntax::splice::insert;

    /// The body with a probe in front of the first token of that text, or around the expression up to the last one.
    fn with_probe(body: &str, first: &str, last: Option<&str>) -> String {
        fn find(tokens: TokenStream, text: &str) -> Option<TokenTree> {
            tokens.into_iter().find_map(|token| match &token {
                TokenTree::Group(group) if text != "()" => find(group.stream(), text),
                TokenTree::Group(group) if group.stream().is_empty() => Some(token),
                TokenTree::Group(group) => find(group.stream(), text),
                _ => (token.to_string() == text).then_some(token),
            })
        }
        let body: TokenStream = body.parse().unwrap();
        let first = find(body.clone(), first).unwrap();
        let last = last.map(|last| find(body.clone(), last).unwrap());
        let probe = Probe {
            method: "recv".to_owned(),
            receiver: "x".parse().unwrap(),
            in_std: true,
            in_crates: Vec::new(),
            point: Rc::new(OnceCell::from(Point { first: first.clone(), last })),
        };
        let wanted = Wanted { probe, gates: Vec::new(), at: first.span() };
        let made = insert(body, insertions(vec![wanted])).to_string();
        let start = made.find("# [allow").unwrap();
        let end = made.find("found ()) ; }").unwrap() + "found ()) ; }".len();
        format!("{}PROBE{}", &made[..start], &made[end..]).replace(' ', "")
    }

    #[test]
    fn types_of_other_crates_are_named_where_they_may_not_exist() {
        let known = Project::default();
        let asked = |method: &str| known.asked_types(method, |krate| matches!(krate, "rusqlite" | "reqwest" | "flume"));
        let made = |method: &str| {
            let asked = asked(method);
            let made: Vec<_> = asked
                .iter()
                .map(|asked| answer(&format_ident!("Says"), method, asked).to_string().replace(' ', ""))
                .collect();
            made.join("\n")
        };
        let execute = made("execute");
        assert!(execute.contains("structStatement<'a>(&'a());const_:()={use::rusqlite::*;"), "{execute}");
        assert!(
            execute.contains("Blocks<OnloopMethod>forStatement<'_>{typeSays=dynSays;typeFound=Self;}"),
            "{execute}"
        );
        let send = made("send");
        assert!(send.contains("modblocking{pubstructRequestBuilder;}const_:()={use::reqwest::*;"), "{send}");
        assert!(send.contains("Blocks<OnloopMethod>forblocking::RequestBuilder{"), "{send}");
        assert!(made("recv").contains("impl<T>::onloop::__private::probe::Blocks<OnloopMethod>forReceiver<T>{"));
        assert!(asked("len").is_empty() && asked("next").is_empty());
        assert!(known.asked_types("execute", |_| false).is_empty());
    }

    #[test]
    fn a_crate_may_forbid_what_probes_are_exempt_from() {
        assert!(super::are_forbidden_in("#![forbid(unsafe_code, unused_imports)]"));
        assert!(super::are_forbidden_in("#![cfg_attr(not(test), forbid(\n    dead_code,\n))]"));
        assert!(super::are_forbidden("unsafe_code,unreachable-code,"));
        assert!(!super::are_forbidden_in("#![forbid(unsafe_code)] #![deny(unused_imports)]"));
    }

    #[test]
    fn a_probe_stands_in_front_of_its_statement() {
        assert_eq!(with_probe("a(); let y = x.recv();", "let", None), "a();PROBElety=x.recv();");
        assert_eq!(with_probe("if c { x.recv() }", "x", None), "ifc{PROBEx.recv()}");
    }

    #[test]
    fn or_in_braces_with_the_body_of_an_arm_or_closure() {
        let arm = with_probe("match c { Some(_) => x.recv(), None => 1 }", "x", Some("()"));
        assert_eq!(arm, "matchc{Some(_)=>{PROBEx.recv()},None=>1}");
        assert_eq!(with_probe("all.map(|y| x)", "x", Some("x")), "all.map(|y|{PROBEx})");
    }
}
