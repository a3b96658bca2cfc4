//! What a body is expected to return, stated inside a block or a closure that stands in the function's place.
//!
//! Coercions, `?` and the types of branches depend on it.

use std::iter::Peekable;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::expand::parameters::ours_at;
use crate::syntax::tokens::{is_punct, is_word};

/// Dead code that tells an async block the type it returns, so that its body is checked as the function's was. What
/// stands as `impl` it may find out, unless that [is a closure][gives_closure].
///
/// It stands where the type stands, since that is where the compiler points when a value does not fit.
pub(crate) fn expected_output(output: &TokenStream, must_be_future: bool) -> TokenStream {
    let Some(first) = output.clone().into_iter().next().filter(|token| !is_punct(token, '!')) else {
        return TokenStream::new();
    };
    let output = without_impl(output);
    let span = ours_at(first.span());
    let never = quote_spanned! { span => ::onloop::__private::never::<#output>() };
    let question = must_be_future.then(|| quote_spanned! { span => ::onloop::__private::returns_future(&#never); });
    quote_spanned! { span => if false { #question return #never; } }
}

/// Whether the output holds `impl Fn(..)`: what such a closure is given, and what its body is coerced to, the compiler
/// knows from there alone.
pub(crate) fn gives_closure(output: &TokenStream) -> bool {
    const TRAITS: &[&str] = &["Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce"];
    let mut tokens = output.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_closure = match &token {
            TokenTree::Group(group) => gives_closure(&group.stream()),
            token if is_word(token, "impl") => {
                let bounds = bounds(&mut tokens);
                bounds.iter().any(|token| TRAITS.iter().any(|name| is_word(token, name)))
            }
            _ => false,
        };
        if is_closure {
            return true;
        }
    }
    false
}

/// The tokens behind `impl`, up to the end of the bounds.
fn bounds(tokens: &mut Peekable<impl Iterator<Item = TokenTree>>) -> Vec<TokenTree> {
    let mut bounds = Vec::new();
    let (mut angles, mut is_arrow) = (0_u32, false);
    while let Some(next) = tokens.peek() {
        match next {
            TokenTree::Punct(punct) if punct.as_char() == '<' => angles += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is_arrow => match angles.checked_sub(1) {
                Some(left) => angles = left,
                None => break,
            },
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') && angles == 0 => break,
            _ => {}
        }
        is_arrow = is_punct(next, '-');
        bounds.extend(tokens.next());
    }
    bounds
}

/// A type with `_` in the place of each `impl Trait`, as it can be written in a body.
pub(crate) fn without_impl(ty: &TokenStream) -> TokenStream {
    let mut written = Vec::new();
    let mut tokens = ty.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_impl(&group.stream()));
                inside.set_span(group.span());
                written.push(inside.into());
            }
            token if is_word(&token, "impl") => {
                written.push(Ident::new("_", token.span()).into());
                bounds(&mut tokens);
            }
            token => written.push(token),
        }
    }
    written.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{gives_closure, without_impl};

    #[test]
    fn an_output_can_be_written_in_a_body() {
        for (output, expected) in [
            ("Result<&'_ [u8], E>", "Result<&'_ [u8], E>"),
            ("impl A", "_"),
            ("Option<(impl A<B, C> + 'static, Box<dyn D>)>", "Option<(_, Box<dyn D>)>"),
            ("Result<impl Fn(u8) -> Vec<u8> + Send, E>", "Result<_, E>"),
            ("[impl for<'a> A<'a>; 3]", "[_; 3]"),
            ("Vec<impl Iterator<Item = impl A>>", "Vec<_>"),
        ] {
            let plain = |text: &str| text.replace(' ', "");
            assert_eq!(plain(&without_impl(&output.parse().unwrap()).to_string()), plain(expected));
        }
    }

    #[test]
    fn closures_in_an_output_are_seen() {
        for output in
            ["impl Fn(&str) -> usize + '_", "Option<impl Send + AsyncFnOnce()>", "(u8, impl for<'a> FnMut(&'a u8))"]
        {
            assert!(gives_closure(&output.parse().unwrap()), "{output}");
        }
        for output in ["u8", "impl A", "Box<dyn Fn(u8)>", "(impl A, Box<dyn Fn(u8)>)", "fn(u8) -> u8"] {
            assert!(!gives_closure(&output.parse().unwrap()), "{output}");
        }
    }
}
