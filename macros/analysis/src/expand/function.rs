//! What the attributes make of a function.
//!
//! The head is passed on as it came, the body is wrapped without being parsed. Only `::onloop::__private` and
//! `::core` are named.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::syntax::item::Item;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::tokens::{any_token, is_punct, is_word};

/// How a function is to be wrapped.
pub(crate) struct Wrapping<'a> {
    pub(crate) kind: Kind,
    pub(crate) item: &'a Item,
    pub(crate) output: &'a Output,
    /// `Type::name` of a method, or the name.
    pub(crate) name: &'a str,
    pub(crate) line: usize,
    /// How long it may hold the loop, in microseconds; 0 where it has no limit of its own.
    pub(crate) budget: u32,
    /// The lines that are exempt from the rules on blocking.
    pub(crate) exempt: &'a str,
    /// Whether the body may hold an `.await`.
    pub(crate) may_await: bool,
    /// The shape of the function is wrong for its kind: wrapping it would only cause errors that follow.
    pub(crate) unfit: bool,
    pub(crate) awaits: Awaits,
    /// The attribute that tells clippy what to make of the body; mostly nothing.
    pub(crate) lints: TokenStream,
}

/// Where a function that is not async awaits. That has been reported, and the compiler would say it a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    /// Nowhere, or in async blocks.
    Right,
    Wrong,
    /// In a closure, where no async block around the body helps.
    InClosure,
}

/// The function, rewritten. `errors` are statements that make the compiler speak.
pub(crate) fn expand(
    wrapping: &Wrapping<'_>,
    attributes: &[Group],
    body: TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let inside = match wrapping.awaits {
        Awaits::Wrong => unreachable_coroutine(wrapping, &body, errors),
        Awaits::InClosure => unreachable_coroutine(wrapping, &TokenStream::new(), errors),
        Awaits::Right if wrapping.unfit => quote! { #errors #body },
        Awaits::Right => wrap(wrapping, body, errors),
    };
    let is_wrapped = wrapping.kind == Kind::Coroutine && wrapping.item.asyncness.is_some() && wrapping.may_await;
    if is_wrapped && !wrapping.unfit {
        // An async function may return a future; the lint is about async blocks, and now there is one.
        let allowed = quote! { allow(clippy::async_yields_async) };
        let attributes: Vec<_> = attributes.iter().cloned().chain([Group::new(Delimiter::Bracket, allowed)]).collect();
        return function(wrapping.item, &attributes, inside);
    }
    function(wrapping.item, attributes, inside)
}

/// A function with other attributes and another body.
pub(crate) fn function(item: &Item, attributes: &[Group], body: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, body);
    // The user's place: a function that seems to come from a macro as a whole is not checked for dead code.
    block.set_span(item.body.span());
    // Each attribute comes with its brackets.
    let hash = Punct::new('#', Spacing::Alone);
    let head = &item.head;
    quote! { #(#hash #attributes)* #head #block }
}

/// Shown at a place of the user's code, but known to come from a macro: lints on style leave it alone.
fn ours_at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// The user's body in braces of its own, so that its items still come first in their block. They are not the user's
/// braces: those would be called unnecessary.
fn braced(item: &Item, body: &TokenStream) -> Group {
    let mut block = Group::new(Delimiter::Brace, body.clone());
    block.set_span(ours_at(item.body.span()));
    block
}

fn wrap(wrapping: &Wrapping<'_>, body: TokenStream, errors: &TokenStream) -> TokenStream {
    let site = site(wrapping.kind, wrapping.name, wrapping.line, wrapping.budget, wrapping.exempt);
    match wrapping.kind {
        Kind::Blocking => {
            let body = braced(wrapping.item, &body);
            quote! { #errors ::onloop::__private::blocking(#site); #body }
        }
        Kind::Callback => guarded(wrapping, &site, &body, errors),
        // Nothing is awaited: there is one poll, and a guard is the same and costs less to compile.
        Kind::Coroutine if wrapping.item.asyncness.is_some() && !wrapping.may_await => {
            guarded(wrapping, &site, &body, errors)
        }
        Kind::Coroutine if wrapping.item.asyncness.is_some() => async_function(wrapping, &site, &body, errors),
        Kind::Coroutine => future_function(wrapping, &site, body, errors),
    }
}

/// A constant that the compiler puts into static memory; a `static` of its own costs it twice as much.
///
/// ```text
/// &Site { name: "crate::module::name", kind: Kind::Callback, file: "src/module.rs", line: 12, budget: 0, exempt: "" }
/// ```
pub(crate) fn site(kind: Kind, name: &str, line: usize, budget: u32, exempt: &str) -> TokenStream {
    let kind = Ident::new(kind.variant(), Span::call_site());
    let name = Literal::string(&format!("::{name}"));
    let line = Literal::u32_unsuffixed(u32::try_from(line).unwrap_or(u32::MAX));
    let budget = Literal::u32_unsuffixed(budget);
    quote! {
        &::onloop::__private::Site {
            name: ::core::concat!(::core::module_path!(), #name),
            kind: ::onloop::__private::Kind::#kind,
            file: ::core::file!(),
            line: #line,
            budget: #budget,
            exempt: #exempt,
        }
    }
}

/// ```text
/// { body }   ->   { let _exempt = exempt(); { body } }
/// ```
pub(crate) fn exempt(item: &Item, body: &TokenStream) -> TokenStream {
    let body = braced(item, body);
    let guard = Ident::new("__onloop_exempt", Span::mixed_site());
    quote! { let #guard = ::onloop::__private::exempt(); #body }
}

/// ```text
/// { body }   ->   { let _scope = enter(&Site { .. }); { body } }
/// ```
fn guarded(wrapping: &Wrapping<'_>, site: &TokenStream, body: &TokenStream, errors: &TokenStream) -> TokenStream {
    let body = braced(wrapping.item, body);
    let lints = &wrapping.lints;
    let scope = Ident::new("__onloop_scope", Span::mixed_site());
    quote! {
        #errors
        let #scope = ::onloop::__private::enter(#site);
        #lints #body
    }
}

/// ```text
/// async fn f() -> T { body }
/// async fn f() -> T { coroutine(&Site { .. }, async move { if false { return never::<T>() } body }).await }
/// ```
fn async_function(
    wrapping: &Wrapping<'_>,
    site: &TokenStream,
    body: &TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let expected = expected_output(&wrapping.item.output, false);
    // What the compiler says of the block as a whole (a missing value at its end) it says at the user's braces.
    let block = braced(wrapping.item, &quote! { #expected #body });
    let lints = &wrapping.lints;
    quote! {
        #errors
        ::onloop::__private::coroutine(#site, #lints async move #block).await
    }
}

/// Dead code that tells an async block the type it returns, so that its body is checked as the function's was:
/// coercions, `?` and the types of branches depend on it. A type with `impl` or `_` in it cannot be written here.
///
/// It stands where the type stands, since that is where the compiler points when a value does not fit.
fn expected_output(output: &TokenStream, must_be_future: bool) -> TokenStream {
    let cannot_be_written = |token: &TokenTree| is_word(token, "impl") || is_word(token, "_") || is_punct(token, '!');
    let Some(first) = output.clone().into_iter().next().filter(|_| !any_token(output, &cannot_be_written)) else {
        return TokenStream::new();
    };
    let span = ours_at(first.span());
    let never = quote_spanned! { span => ::onloop::__private::never::<#output>() };
    let question = must_be_future.then(|| quote_spanned! { span => ::onloop::__private::returns_future(&#never); });
    quote_spanned! { span => if false { #question return #never; } }
}

/// A function that returns a future: its own code runs in the scope, and so does each poll of the future.
///
/// ```text
/// { statements; Box::pin(async move { body }) }
/// { let _scope = ..; { statements; Box::pin(coroutine(&Site { .. }, async move { body })) } }
/// ```
/// Where the future does not stand at the end as an async block, the value is wrapped as a whole, if its type and
/// the absence of `return` allow; otherwise only the function's own code is in the scope.
fn future_function(
    wrapping: &Wrapping<'_>,
    site: &TokenStream,
    body: TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    if let Output::Plain | Output::Unknown = wrapping.output {
        // The compiler is asked whether the type is a future.
        let question = expected_output(&wrapping.item.output, true);
        return guarded(wrapping, site, &body, &quote! { #errors #question });
    }
    if let Some(wrapped) = wrap_last_async_block(body.clone(), site) {
        return guarded(wrapping, site, &wrapped, errors);
    }
    let returns_early = any_token(&body, &|token| is_word(token, "return") || is_punct(token, '?'));
    let first = wrapping.item.output.clone().into_iter().next();
    if returns_early || !first.is_some_and(|token| is_word(&token, "impl")) {
        return guarded(wrapping, site, &body, errors);
    }
    let future = Ident::new("__onloop_future", Span::mixed_site());
    let statements = guarded(wrapping, site, &body, errors);
    quote! {
        let #future = { #statements };
        ::onloop::__private::coroutine(#site, #future)
    }
}

/// Wraps the async block at the end of a body: bare, in `Box::pin(..)`, or before `.boxed()`.
fn wrap_last_async_block(body: TokenStream, site: &TokenStream) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let boxed = match &tokens[..] {
        [.., dot, method, TokenTree::Group(arguments)] => {
            let boxes = is_word(method, "boxed") || is_word(method, "boxed_local");
            is_punct(dot, '.') && boxes && arguments.stream().is_empty()
        }
        _ => false,
    };
    let suffix = tokens.split_off(tokens.len() - if boxed { 3 } else { 0 });
    let Some(TokenTree::Group(last)) = tokens.pop() else { return None };
    if last.delimiter() == Delimiter::Brace {
        let is_move = tokens.last().is_some_and(|token| is_word(token, "move"));
        let start = tokens.len().checked_sub(if is_move { 2 } else { 1 })?;
        if !is_word(&tokens[start], "async") {
            return None;
        }
        let block: TokenStream = tokens.drain(start..).chain([TokenTree::Group(last)]).collect();
        return Some(quote! { #(#tokens)* ::onloop::__private::coroutine(#site, #block) #(#suffix)* });
    }
    let is_box_pin = match &tokens[..] {
        [.., name, first, second, pin] => {
            is_word(name, "Box") && is_punct(first, ':') && is_punct(second, ':') && is_word(pin, "pin")
        }
        _ => false,
    };
    let starts_async = last.stream().into_iter().next().is_some_and(|token| is_word(&token, "async"));
    if last.delimiter() != Delimiter::Parenthesis || !is_box_pin || !starts_async {
        return None;
    }
    let mut inside = Group::new(Delimiter::Parenthesis, wrap_last_async_block(last.stream(), site)?);
    inside.set_span(last.span());
    tokens.push(inside.into());
    Some(tokens.into_iter().chain(suffix).collect())
}

/// A callback that awaits has been reported; in an async block that nobody runs, its body causes no second error.
fn unreachable_coroutine(wrapping: &Wrapping<'_>, body: &TokenStream, errors: &TokenStream) -> TokenStream {
    let expected = expected_output(&wrapping.item.output, false);
    quote! {
        #errors
        #[allow(unknown_lints, unreachable_code, unused, clippy::all, clippy::pedantic)]
        {
            let _ = async move { #expected #body };
            loop {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wrap_last_async_block;

    #[test]
    fn the_future_at_the_end_is_wrapped_in_place() {
        for (body, expected) in [
            ("async { 1 }", "W(&S, async { 1 })"),
            ("let x = 1; async move { x }", "let x = 1; W(&S, async move { x })"),
            ("Box::pin(async move { x })", "Box::pin(W(&S, async move { x }))"),
            ("std::boxed::Box::pin(async { x })", "std::boxed::Box::pin(W(&S, async { x }))"),
            ("f(); async move { x }.boxed()", "f(); W(&S, async move { x }).boxed()"),
        ] {
            let plain = |text: &str| text.replace(' ', "");
            let wrapped = wrap_last_async_block(body.parse().unwrap(), &"S".parse().unwrap()).unwrap().to_string();
            let wrapped = plain(&wrapped).replace("::onloop::__private::coroutine(S,", "W(&S,");
            assert_eq!(wrapped, plain(expected));
        }
    }

    #[test]
    fn other_ends_are_left_alone() {
        for body in [
            "",
            "f()",
            "if x { async { 1 } }",
            "Box::pin(f())",
            "Box::pin(f(async { 1 }))",
            "{ 1 }",
            ".boxed()",
            "async",
        ] {
            assert!(wrap_last_async_block(body.parse().unwrap(), &"S".parse().unwrap()).is_none(), "{body}");
        }
    }
}
