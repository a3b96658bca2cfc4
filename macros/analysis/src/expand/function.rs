//! What the attributes make of a function.
//!
//! The body is wrapped without being parsed. Only `::onloop::__private` and `::core` are named.
//!
//! An async function becomes one that returns the future, so that it stays one coroutine. The expansion does what the
//! compiler does for an async function: it moves the parameters into an async block, each as a whole and in order.
//! Where something looks for the word `async`, the word stays, at the price of a second coroutine around the first.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};

use crate::expand::expected::{expected_output, gives_closure, without_impl};
use crate::expand::parameters::{self, Moved, Receiver, ours_at};
use crate::syntax::item::{Attribute, Item};
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
    /// Whether the function is to tell that it runs. Otherwise it goes out as it came in.
    pub(crate) is_scoped: bool,
    /// It is declared in a trait, with a body.
    pub(crate) is_in_trait: bool,
    /// The shape of the function is wrong for its kind: wrapping it would only cause errors that follow.
    pub(crate) unfit: bool,
    pub(crate) awaits: Awaits,
    /// The attribute that tells clippy what to make of the body; mostly nothing.
    pub(crate) lints: Option<Attribute>,
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
    attributes: &[Attribute],
    body: TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let item = wrapping.item;
    match wrapping.awaits {
        Awaits::Wrong => function(item, attributes, unreachable_coroutine(wrapping, &body, errors)),
        Awaits::InClosure => function(item, attributes, unreachable_coroutine(wrapping, &TokenStream::new(), errors)),
        Awaits::Right if wrapping.unfit => function(item, attributes, quote! { #errors #body }),
        Awaits::Right if !wrapping.is_scoped => unscoped(wrapping, attributes, body, errors),
        Awaits::Right => wrap(wrapping, attributes, body, errors),
    }
}

/// A function with other attributes and another body.
pub(crate) fn function(item: &Item, attributes: &[Attribute], body: TokenStream) -> TokenStream {
    with_head(item, attributes, &item.head, body)
}

fn with_head(item: &Item, attributes: &[Attribute], head: &TokenStream, body: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, body);
    // The user's place: a function that seems to come from a macro as a whole is not checked for dead code.
    block.set_span(item.body.span());
    quote! { #(#attributes)* #head #block }
}

/// The head with other parameters.
fn head_with(item: &Item, inputs: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.head.clone().into_iter().collect();
    let mut group = Group::new(Delimiter::Parenthesis, inputs);
    group.set_span(item.inputs.span());
    tokens[item.inputs_at] = group.into();
    tokens.into_iter().collect()
}

/// The head of an async function, as that of one that returns the future.
fn head_of_future(item: &Item, inputs: TokenStream) -> TokenStream {
    let named = head_with(item, inputs).into_iter().take(item.inputs_at + 1);
    let named = named.filter(|token| !is_word(token, "async"));
    let (output, bounds) = (&item.output, &item.bounds);
    let span = ours_at(output.clone().into_iter().next().map_or(item.inputs.span(), |token| token.span()));
    let output = if output.is_empty() {
        quote_spanned! { span => () }
    } else {
        output.clone()
    };
    let future = quote_spanned! { span => -> impl ::core::future::Future<Output = #output };
    // The user's, or the compiler would show the whole function at the attribute.
    let mut end = Punct::new('>', Spacing::Alone);
    end.set_span(item.output.clone().into_iter().last().map_or(item.inputs.span_close(), |token| token.span()));
    quote! { #(#named)* #future #end #bounds }
}

/// Tokens in braces that are not the user's: those would be called unnecessary.
fn braced(item: &Item, tokens: &TokenStream) -> Group {
    let mut block = Group::new(Delimiter::Brace, tokens.clone());
    block.set_span(ours_at(item.body.span()));
    block
}

/// The user's body, whose items still come first in their block. Its braces are the user's, since it depends on their
/// edition when the temporaries at its end go. That is before anything around it goes, as the end of an arm sees to.
/// At the end of an arm a closure would not know its parameters: one that is returned stands where it stood.
fn whole(item: &Item, body: &TokenStream) -> TokenStream {
    if gives_closure(&item.output) {
        return body.clone();
    }
    let mut block = Group::new(Delimiter::Brace, body.clone());
    block.set_span(item.body.span());
    quote_spanned! { ours_at(item.body.span()) => match () { () => #block } }
}

/// The function as it came, with what the compiler is to say.
///
/// The attribute for clippy stands with the others. Below one that may put something around the body, as `#[tokio::main]`
/// does, it stands inside: what that does is none of its business.
fn unscoped(wrapping: &Wrapping<'_>, attributes: &[Attribute], body: TokenStream, errors: &TokenStream) -> TokenStream {
    let mut attributes = attributes.to_vec();
    // In a blocking function clippy looks at the jobs for the loop alone.
    let mut lints = wrapping.lints.as_ref().filter(|_| wrapping.kind != Kind::Blocking);
    let mut body = body;
    if attributes.iter().all(|attribute| is_inert(attribute) || is_called(attribute, &["must_use", "track_caller"])) {
        attributes.extend(lints.take().cloned());
    }
    if lints.is_some() {
        body = braced(wrapping.item, &body).to_token_stream();
    }
    let is_asked = wrapping.kind == Kind::Coroutine
        && wrapping.item.asyncness.is_none()
        && matches!(wrapping.output, Output::Plain | Output::Unknown);
    let question = if is_asked { expected_output(&wrapping.item.output, true) } else { TokenStream::new() };
    function(wrapping.item, &attributes, quote! { #errors #question #lints #body })
}

fn wrap(wrapping: &Wrapping<'_>, attributes: &[Attribute], body: TokenStream, errors: &TokenStream) -> TokenStream {
    let item = wrapping.item;
    let site = site(wrapping.kind, wrapping.name, wrapping.line, wrapping.budget, wrapping.exempt);
    match wrapping.kind {
        Kind::Blocking => {
            let body = whole(item, &body);
            function(item, attributes, quote! { #errors ::onloop::__private::blocking(#site); #body })
        }
        Kind::Coroutine if item.asyncness.is_some() => async_function(wrapping, attributes, &site, &body, errors),
        Kind::Callback => guarded(item, attributes, &enter(&site), &body, errors),
        Kind::Coroutine => future_function(wrapping, attributes, &site, body, errors),
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
/// fn f(a: A) { body }         ->   fn f(a: A) { let _exempt = exempt(); let a = a; { body } }
/// async fn f(a: A) { body }   ->   async fn f(a: A) { static EXEMPTED: Exempted = ..; EXEMPTED.begins(); { body } }
/// ```
/// An async function is exempt in its polls alone, which its name on the stack tells.
pub(crate) fn exempt(
    item: &Item,
    attributes: &[Attribute],
    body: &TokenStream,
    errors: &TokenStream,
    line: &dyn Fn(Span) -> Option<usize>,
) -> TokenStream {
    if item.asyncness.is_some() {
        let body = braced(item, body);
        let name = Literal::string(&item.name.to_string());
        let line = |span| Literal::u32_unsuffixed(line(span).and_then(|line| u32::try_from(line).ok()).unwrap_or(0));
        let (first, last) = (line(item.name.span()), line(item.body.span_close()));
        let exempted = Ident::new("__ONLOOP_EXEMPTED", Span::mixed_site());
        let begins = quote! {
            static #exempted: ::onloop::__private::Exempted =
                ::onloop::__private::Exempted::new(::core::module_path!(), #name, ::core::file!(), [#first, #last]);
            #exempted.begins();
        };
        return function(item, attributes, quote! { #errors #begins #body });
    }
    let guard = Ident::new("__onloop_exempt", Span::mixed_site());
    guarded(item, attributes, &quote! { let #guard = ::onloop::__private::exempt(); }, body, errors)
}

fn enter(site: &TokenStream) -> TokenStream {
    let scope = Ident::new("__onloop_scope", Span::mixed_site());
    quote! { let #scope = ::onloop::__private::enter(#site); }
}

/// The parameters go before the guard does.
///
/// ```text
/// fn f(a: A) -> T { body }         ->   fn f(a: A) -> T { let _scope = enter(&Site { .. }); let a = a; { body } }
/// fn f(self, a: A) -> T { body }   ->   .. { let _scope = ..; (move || -> T { let _ = &self; let a = a; { body } })() }
/// ```
fn guarded(
    item: &Item,
    attributes: &[Attribute],
    guard: &TokenStream,
    body: &TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let moved = Moved::with_destructor(item);
    // In a closure nobody could ask for the caller any more, and one that is returned would not know its parameters.
    let is_owned = matches!(moved.receiver, Receiver::Owned | Receiver::Mutable);
    if !is_owned
        || gives_closure(&item.output)
        || attributes.iter().any(|attribute| is_called(attribute, &["track_caller"]))
    {
        let Moved { inputs, statements, .. } = moved;
        let body = whole(item, body);
        return with_head(item, attributes, &head_with(item, inputs), quote! { #errors #guard #statements #body });
    }
    let Captured { attributes, inputs, block } = Captured::of(item, attributes, body);
    let output = if item.output.is_empty() {
        quote! { () }
    } else {
        without_impl(&item.output)
    };
    let body = quote! { #errors #guard (move || -> #output { #block })() };
    with_head(item, &attributes, &head_with(item, inputs), body)
}

/// The body in a block that captures its parameters.
struct Captured {
    attributes: Vec<Attribute>,
    inputs: TokenStream,
    /// The parameters, moved, and the body.
    block: TokenStream,
}

impl Captured {
    fn of(item: &Item, attributes: &[Attribute], body: &TokenStream) -> Captured {
        let Moved { inputs, statements, receiver } = Moved::all(item);
        let mut attributes = attributes.to_vec();
        let this = item.inputs.stream().into_iter().find(|token| is_word(token, "self"));
        let renamed = if receiver == Receiver::Mutable { parameters::renamed(item, body) } else { None };
        if let Some((this, body)) = renamed {
            let body = whole(item, &body);
            let inputs = parameters::without_mut(inputs);
            return Captured { attributes, inputs, block: quote! { #this #statements #body } };
        }
        if receiver == Receiver::Mutable {
            attributes.push(Attribute::new(quote! { allow(unused_assignments) }));
        }
        let this = if receiver == Receiver::None { None } else { this.map(|this| quote! { let _ = &#this; }) };
        let body = whole(item, body);
        Captured { attributes, inputs, block: quote! { #this #statements #body } }
    }
}

/// ```text
/// async fn f(a: A) -> T { body }
/// fn f(a: A) -> impl Future<Output = T> {
///     coroutine(&Site { .. }, async move { if false { return never::<T>() } let a = a; { body } })
/// }
/// ```
/// One that gives a closure goes out as it came: in a block the compiler would not know the closure's parameters.
fn async_function(
    wrapping: &Wrapping<'_>,
    attributes: &[Attribute],
    site: &TokenStream,
    body: &TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let item = wrapping.item;
    if gives_closure(&item.output) {
        return function(item, attributes, quote! { #errors #body });
    }
    let Captured { attributes, inputs, block } = Captured::of(item, attributes, body);
    let expected = expected_output(&item.output, false);
    // What the compiler says of the block as a whole (a missing value at its end) it says at the user's braces, and so
    // does a panic of a future that is polled once too often.
    let mut block = braced(item, &quote! { #expected #block });
    block.set_span(item.body.span());
    let coroutine = quote_spanned! { item.body.span() => async move #block };
    let future = quote! { ::onloop::__private::coroutine(#site, #coroutine) };
    if keeps_async(wrapping, &attributes) {
        return with_head(item, &attributes, &head_with(item, inputs), quote! { #errors #future.await });
    }
    with_head(item, &attributes, &head_of_future(item, inputs), quote! { #errors #future })
}

/// Whether somebody looks for the word: attributes below ours, and the compiler, which has a lint about async functions
/// in traits and judges some attributes by it. A future of `!` cannot be written otherwise, nor can what
/// is not a function.
fn keeps_async(wrapping: &Wrapping<'_>, attributes: &[Attribute]) -> bool {
    let never_ends = wrapping.item.output.clone().into_iter().next().is_some_and(|token| is_punct(&token, '!'));
    wrapping.is_in_trait || never_ends || is_odd(wrapping.item) || !attributes.iter().all(is_inert)
}

/// Whether something other than an output and bounds stands behind the parameters, which the compiler has to report.
fn is_odd(item: &Item) -> bool {
    let count = |tokens: &TokenStream| tokens.clone().into_iter().count();
    let arrow = if item.output.is_empty() { 0 } else { 2 };
    count(&item.head) != item.inputs_at + 1 + arrow + count(&item.output) + count(&item.bounds)
}

/// Whether an attribute looks at nothing but names.
fn is_inert(attribute: &Attribute) -> bool {
    const INERT: &[&str] = &[
        "allow",
        "cfg",
        "clippy",
        "cold",
        "deny",
        "deprecated",
        "diagnostic",
        "doc",
        "expect",
        "forbid",
        "inline",
        "rustfmt",
        "warn",
    ];
    is_called(attribute, INERT)
}

fn is_called(attribute: &Group, names: &[&str]) -> bool {
    attribute.stream().into_iter().next().is_some_and(|word| names.iter().any(|name| is_word(&word, name)))
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
    attributes: &[Attribute],
    site: &TokenStream,
    body: TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let item = wrapping.item;
    let guard = enter(site);
    if let Output::Plain | Output::Unknown = wrapping.output {
        // The compiler is asked whether the type is a future.
        let question = expected_output(&item.output, true);
        return guarded(item, attributes, &guard, &body, &quote! { #errors #question });
    }
    if let Some(wrapped) = wrap_last_async_block(body.clone(), site) {
        return guarded(item, attributes, &guard, &wrapped, errors);
    }
    let returns_early = any_token(&body, &|token| is_word(token, "return") || is_punct(token, '?'));
    let first = item.output.clone().into_iter().next();
    if returns_early || !first.is_some_and(|token| is_word(&token, "impl")) {
        return guarded(item, attributes, &guard, &body, errors);
    }
    let future = Ident::new("__onloop_future", Span::mixed_site());
    let body = braced(item, &body);
    let whole = quote! { let #future = #body; ::onloop::__private::coroutine(#site, #future) };
    guarded(item, attributes, &guard, &whole, errors)
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
