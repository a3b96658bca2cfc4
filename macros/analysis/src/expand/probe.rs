//! Questions to the compiler: whether a method blocks on a receiver of which the text does not tell the type.
//!
//! A probe is dead code in front of the statement that holds the call, where the receiver's variable is in scope. It
//! names the receiver and the method, and the traits of `::onloop::__private::probe` do the rest: where the compiler
//! finds that the method blocks on that type, it says so at the method.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use crate::facts::question::{Probe, Wanted};
use crate::syntax::point::Point;
use crate::syntax::splice::{Insertion, Key};

/// The code that asks one.
fn statement(wanted: &Wanted) -> TokenStream {
    let Wanted { probe: Probe { method, receiver, .. }, gates, at } = wanted;
    let method = format_ident!("{method}");
    // The compiler's answer is shown where this token stands.
    let event_loop = quote_spanned! { *at => ::onloop::__private::probe::EVENT_LOOP };
    quote! {
        #(#[cfg(#gates)])*
        (&&::onloop::__private::probe::of(&#receiver, ::onloop::__private::probe::#method)).verdict(#event_loop);
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

/// Code that the compiler types and then forgets: behind `loop {}` nothing is borrowed, kept or compiled.
fn dead(statements: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unknown_lints, unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop)]
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

    use super::{Probe, Wanted, insertions};
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
            point: Rc::new(OnceCell::from(Point { first: first.clone(), last })),
        };
        let wanted = Wanted { probe, gates: Vec::new(), at: first.span() };
        let made = insert(body, insertions(vec![wanted])).to_string();
        let start = made.find("# [allow").unwrap();
        let end = made.find("EVENT_LOOP) ; }").unwrap() + "EVENT_LOOP) ; }".len();
        format!("{}PROBE{}", &made[..start], &made[end..]).replace(' ', "")
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
