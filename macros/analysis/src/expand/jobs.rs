//! Marked closures: inside an annotated function `#[callback] |event: &Event| ..` is a job, and so is
//! `#[callback] on_event`, the path of a function.
//!
//! ```text
//! #[callback] |event: &E| ..   ->   ::onloop::__private::job::callback(&Site { .. }, |event: &E| ..)
//! #[callback] || ..            ->   ::onloop::__private::job::callback_0(&Site { .. }, || ..)
//! #[callback] on_event         ->   ::onloop::__private::job::callback_path(&Site { .. }, on_event)
//! ```
//!
//! `#[coroutine]` and `#[blocking]` likewise. GUI handlers must be closures, so there a callback stays a closure:
//!
//! ```text
//! button.connect_clicked(#[callback] |_| f())   ->   button.connect_clicked(|_| { let _scope = enter(&Site { .. }); f() })
//! ```
//!
//! The walker judges such a closure as a function of its own. A mark on anything else has no meaning and is an error.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;

use crate::syntax::kind::Kind;
use crate::syntax::mark::{mark, marked_function};
use crate::syntax::output::Output;
use crate::syntax::tokens::is_punct;

/// Makes jobs of what is marked in a body. `site` gives the site of a closure by its kind, the place of its mark and its
/// tokens.
pub(crate) fn rewrite(body: TokenStream, site: &dyn Fn(Kind, Span, &TokenStream) -> TokenStream) -> TokenStream {
    rewrite_in(body, false, site)
}

/// What the names of methods begin with that take closures and no jobs, and those of functions.
const HANDLER_METHODS: &[&str] = &["connect_", "set_callback"];
const HANDLER_FUNCTIONS: &[&str] = &["idle_add", "timeout_add"];

/// Whether the brackets behind these tokens hold the arguments of such a function, or those of `clone!` among them.
fn takes_handler(before: &[TokenTree], is_among: bool) -> bool {
    let begins = |name: &Ident, with: &[&str]| with.iter().any(|prefix| name.to_string().starts_with(prefix));
    match before {
        [.., TokenTree::Ident(name), bang] if is_punct(bang, '!') => is_among && name == "clone",
        [.., dot, TokenTree::Ident(name)] if is_punct(dot, '.') => begins(name, HANDLER_METHODS),
        [.., TokenTree::Ident(name)] => begins(name, HANDLER_FUNCTIONS),
        _ => false,
    }
}

/// The same, in the arguments of what takes closures and no jobs.
fn rewrite_in(
    body: TokenStream,
    takes_closures: bool,
    site: &dyn Fn(Kind, Span, &TokenStream) -> TokenStream,
) -> TokenStream {
    let mut rewritten: Vec<TokenTree> = Vec::new();
    let mut rest = body.into_iter();
    while let Some(token) = rest.next() {
        if is_punct(&token, '#')
            && let Some(function) = marked_function(&token, &rest)
        {
            rewritten.push(token);
            rewritten.extend(rest.by_ref().take(function));
            continue;
        }
        let TokenTree::Group(group) = token else {
            rewritten.push(token);
            continue;
        };
        let is_attribute = rewritten.last().is_some_and(|token| is_punct(token, '#'));
        let mark = if is_attribute { mark(&group) } else { None };
        let all: Vec<TokenTree> = if mark.is_some() { rest.clone().collect() } else { Vec::new() };
        if let Some((kind, attribute)) = mark
            && let Ok((marked, behind)) = expression_and_rest.parse2(all.iter().cloned().collect())
        {
            rewritten.pop();
            // Its tokens are passed on as they came.
            let (tokens, behind) = all.split_at(all.len() - behind.into_iter().count());
            let tokens: TokenStream = tokens.iter().cloned().collect();
            let site_of_it = site(kind, group.span(), &tokens);
            let made = match (kind, &attribute, &marked) {
                (Kind::Callback, syn::Meta::Path(_), syn::Expr::Closure(closure)) if takes_closures => {
                    handler(closure, tokens, &site_of_it)
                }
                _ => job(kind, &attribute, &marked, tokens, &site_of_it).unwrap_or_else(syn::Error::into_compile_error),
            };
            // The closure may hold more of them.
            rewritten.extend(rewrite(made, site));
            rest = behind.iter().cloned().collect::<TokenStream>().into_iter();
            continue;
        }
        let takes = group.delimiter() == Delimiter::Parenthesis && takes_handler(&rewritten, takes_closures);
        let mut inside = Group::new(group.delimiter(), rewrite_in(group.stream(), takes, site));
        inside.set_span(group.span());
        rewritten.push(inside.into());
    }
    rewritten.into_iter().collect()
}

/// An item below a mark is not an expression: it is left to the attribute of that name.
fn expression_and_rest(input: ParseStream<'_>) -> syn::Result<(syn::Expr, TokenStream)> {
    Ok((input.parse()?, input.parse()?))
}

/// The closure, which tells that it runs.
fn handler(closure: &syn::ExprClosure, tokens: TokenStream, site: &TokenStream) -> TokenStream {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let of_body = closure.body.to_token_stream().into_iter().count();
    let (head, body) = all.split_at(all.len().saturating_sub(of_body));
    let scope = Ident::new("scope", Span::mixed_site());
    quote! { #(#head)* { let #scope = ::onloop::__private::enter(#site); #(#body)* } }
}

fn job(
    kind: Kind,
    attribute: &syn::Meta,
    marked: &syn::Expr,
    tokens: TokenStream,
    site: &TokenStream,
) -> syn::Result<TokenStream> {
    let word = kind.word();
    let form = match marked {
        syn::Expr::Closure(closure) if closure.inputs.is_empty() => "_0",
        syn::Expr::Closure(closure) if closure.inputs.len() > 1 => {
            let message = "a job has one parameter, a reference, or none\n\n  = help: put what it needs into one event, or capture it";
            return Err(syn::Error::new_spanned(&closure.inputs, message));
        }
        syn::Expr::Closure(_) => "",
        syn::Expr::Path(_) => "_path",
        _ => {
            let message = format!(
                "`#[{word}]` marks a closure or the path of a function\n\n  = help: write `#[{word}] |event| ..`, or take the mark away"
            );
            return Err(syn::Error::new_spanned(attribute, message));
        }
    };
    let construct = format_ident!("{}{form}", shape(kind, marked).word());
    // What the compiler has to say of the job as a whole it says at the mark.
    let at = Span::mixed_site().located_at(attribute.span());
    let job = quote_spanned! { at => ::onloop::__private::job::#construct(#site, #tokens) };
    if let syn::Meta::Path(_) = attribute {
        return Ok(job);
    }
    let message = format!("on a closure, `#[{word}]` takes no arguments");
    let error = syn::Error::new_spanned(attribute, message).into_compile_error();
    Ok(quote_spanned! { at => { #error; #job } })
}

/// The kind that a closure has the shape of. Where that is not the marked one, it has been reported, and the compiler
/// would say it a second time.
fn shape(kind: Kind, marked: &syn::Expr) -> Kind {
    let syn::Expr::Closure(closure) = marked else { return kind };
    match (kind, closure.asyncness.is_some()) {
        (_, true) => Kind::Coroutine,
        (Kind::Coroutine, false) if matches!(Output::of_closure(closure), Output::Plain) => Kind::Callback,
        (kind, false) => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    fn rewritten(body: &str) -> String {
        let site = |_, _, _: &_| "S".parse().unwrap();
        let text = rewrite(body.parse().unwrap(), &site).to_string().replace(' ', "");
        text.replace("::onloop::__private::job::", "")
    }

    #[test]
    fn closures_and_paths_become_jobs() {
        assert_eq!(rewritten("f(#[callback] |e: &E| g(e), 1)"), "f(callback(S,|e:&E|g(e)),1)");
        assert_eq!(rewritten("let x = #[onloop::blocking] || y; z"), "letx=blocking_0(S,||y);z");
        assert_eq!(rewritten("f(#[coroutine] async move |e| a::<B, C>(e))"), "f(coroutine(S,asyncmove|e|a::<B,C>(e)))");
        assert_eq!(rewritten("f(#[callback] Self::on_event, b)"), "f(callback_path(S,Self::on_event),b)");
    }

    #[test]
    fn handlers_stay_closures() {
        assert_eq!(
            rewritten("b.connect_clicked(#[callback] move |_, n| f(n))").replace("::onloop::__private::", ""),
            "b.connect_clicked(move|_,n|{letscope=enter(S);f(n)})"
        );
        assert_eq!(
            rewritten("b.connect_clicked(clone!(#[weak] b, #[callback] |_| b.f(#[callback] || 1)))")
                .replace("::onloop::__private::", ""),
            "b.connect_clicked(clone!(#[weak]b,|_|{letscope=enter(S);b.f(callback_0(S,||1))}))"
        );
        assert_eq!(rewritten("connect_sensor(#[callback] || 1)"), "connect_sensor(callback_0(S,||1))");
        assert_eq!(rewritten("b.connect_clicked(f(#[callback] || 1))"), "b.connect_clicked(f(callback_0(S,||1)))");
    }

    #[test]
    fn closures_in_closures_too() {
        let body = "#[callback] |e: &E| { f(#[coroutine] async || ()); }";
        assert_eq!(rewritten(body), "callback(S,|e:&E|{f(coroutine_0(S,async||()));})");
    }

    #[test]
    fn other_attributes_stay() {
        assert_eq!(rewritten("#[callback] #[allow(x)] |e| e"), "callback(S,#[allow(x)]|e|e)");
        for body in ["#[cfg(x)] { y }", "#[onloop::callback] pub async fn f() {}", "a[callback]"] {
            assert_eq!(rewritten(body), body.replace(' ', ""));
        }
    }

    #[test]
    fn functions_that_bear_an_attribute_are_left_alone() {
        for body in [
            "#[onloop::callback] fn g() { h(#[callback] || 1); }",
            "#[inline] #[onloop::coroutine] pub(crate) async unsafe extern \"C\" fn g<T>(x: [u8; { 1 }]) -> T where T: A { h(#[callback] || 1) }",
            "impl S { #[onloop::blocking] fn g() { h(#[callback] || 1); } }",
        ] {
            assert_eq!(rewritten(body), body.replace(' ', ""));
        }
        let both = "#[onloop::callback] fn g() { #[callback] || 1 } #[callback] || fn_like(#[callback] || 1)";
        let expected = "#[onloop::callback]fng(){#[callback]||1}callback_0(S,||fn_like(callback_0(S,||1)))";
        assert_eq!(rewritten(both), expected);
        assert_eq!(rewritten("#[inline] fn g() { #[callback] || 1 }"), "#[inline]fng(){callback_0(S,||1)}");
    }

    #[test]
    fn a_mark_on_something_else_is_an_error() {
        for body in ["#[callback] f();", "#[callback(strict)] || 1", "#[blocking] |a, b| a"] {
            assert!(rewritten(body).contains("compile_error!"), "{body}");
        }
    }
}
