//! Marked closures: inside an annotated function `#[callback] |event: &Event| ..` is a job, and so is
//! `#[callback] on_event`, the path of a function.
//!
//! ```text
//! #[callback] |event: &E| ..   ->   ::onloop::__private::job::callback(&Site { .. }, |event: &E| ..)
//! #[callback] || ..            ->   ::onloop::__private::job::callback_0(&Site { .. }, || ..)
//! #[callback] on_event         ->   ::onloop::__private::job::callback_path(&Site { .. }, on_event)
//! ```
//!
//! `#[coroutine]` and `#[blocking]` likewise. Functions that know nothing of jobs, such as those of a GUI, want closures.
//! What is given to them stays one, and a callback still tells that it runs:
//!
//! ```text
//! button.connect_clicked(#[callback] |_| f())   ->   button.connect_clicked(|_| { let _scope = enter(&Site { .. }); f() })
//! ```
//!
//! The walker judges such a closure as a function of its own. A mark on anything else has no meaning and is an error.

use std::cell::RefCell;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;

use crate::syntax::kind::Kind;
use crate::syntax::mark::{mark, marked_function};
use crate::syntax::output::Output;
use crate::syntax::path::Path;
use crate::syntax::tokens::is_punct;

/// Makes jobs of what is marked in a body. `site` gives the site of a closure by its kind, the place of its mark and its
/// tokens; `takes_jobs` says whether a function or method may want jobs.
pub(crate) fn rewrite(
    body: TokenStream,
    site: &dyn Fn(Kind, Span, &TokenStream) -> TokenStream,
    takes_jobs: &mut dyn FnMut(&Called) -> bool,
) -> TokenStream {
    rewrite_in(body, false, &Host { site, takes_jobs: RefCell::new(takes_jobs) })
}

struct Host<'h> {
    site: &'h dyn Fn(Kind, Span, &TokenStream) -> TokenStream,
    takes_jobs: RefCell<&'h mut dyn FnMut(&Called) -> bool>,
}

/// What is called, as written.
#[derive(Debug)]
pub(crate) enum Called {
    Function(Path),
    Method(String),
}

/// Whether the brackets behind these tokens hold arguments that stay closures. What wraps a value goes where the value
/// goes: those of `clone!` and `Some` among such arguments do, too.
fn takes_closures(before: &[TokenTree], is_among: bool, host: &Host<'_>) -> bool {
    let (name, before) = match without_turbofish(before) {
        [.., TokenTree::Ident(name), bang] if is_punct(bang, '!') => return is_among && name == "clone",
        [before @ .., TokenTree::Ident(name)] => (name, before),
        _ => return false,
    };
    let takes_jobs = |called: &Called| (*host.takes_jobs.borrow_mut())(called);
    if before.last().is_some_and(|dot| is_punct(dot, '.')) {
        return !takes_jobs(&Called::Method(name.unraw().to_string()));
    }
    let path = path_before(before, name);
    match &path.segments[..] {
        [.., of, new] if new == "new" && matches!(of.as_str(), "Arc" | "Box" | "Rc") => true,
        [.., last] if last.starts_with(char::is_uppercase) => is_among,
        // `if (..)`, `return (..)`
        [only] if syn::parse_str::<Ident>(only).is_err() => false,
        _ => !takes_jobs(&Called::Function(path)),
    }
}

/// `run` of `run::<String>`
fn without_turbofish(before: &[TokenTree]) -> &[TokenTree] {
    let mut depth = 0;
    for (at, token) in before.iter().enumerate().rev() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '>' => depth += 1,
            TokenTree::Punct(sign) if sign.as_char() == '<' => depth -= 1,
            _ if depth == 0 => return before,
            _ => continue,
        }
        if depth == 0 {
            return match &before[..at] {
                [name @ .., first, second] if is_punct(first, ':') && is_punct(second, ':') => name,
                _ => before,
            };
        }
    }
    before
}

/// The path that ends with a name.
fn path_before(mut before: &[TokenTree], last: &Ident) -> Path {
    let mut path = Path { absolute: false, segments: vec![last.unraw().to_string()] };
    while let [rest @ .., first, second] = before
        && is_punct(first, ':')
        && is_punct(second, ':')
    {
        let [rest @ .., TokenTree::Ident(name)] = rest else {
            path.absolute = true;
            break;
        };
        path.segments.insert(0, name.unraw().to_string());
        before = rest;
    }
    path
}

/// The same; `stays` in the arguments of what takes closures and no jobs.
fn rewrite_in(body: TokenStream, stays: bool, host: &Host<'_>) -> TokenStream {
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
            let site_of_it = (host.site)(kind, group.span(), &tokens);
            let made = match (kind, &attribute, &marked) {
                (Kind::Callback, syn::Meta::Path(_), syn::Expr::Closure(closure)) if stays => {
                    handler(closure, tokens, &site_of_it)
                }
                (Kind::Blocking | Kind::Coroutine, syn::Meta::Path(_), syn::Expr::Closure(_)) if stays => tokens,
                _ => job(kind, &attribute, &marked, tokens, &site_of_it).unwrap_or_else(syn::Error::into_compile_error),
            };
            // The closure may hold more of them.
            rewritten.extend(rewrite_in(made, false, host));
            rest = behind.iter().cloned().collect::<TokenStream>().into_iter();
            continue;
        }
        let is_call = group.delimiter() == Delimiter::Parenthesis && holds_mark(group.stream());
        let stays = is_call && takes_closures(&rewritten, stays, host);
        let mut inside = Group::new(group.delimiter(), rewrite_in(group.stream(), stays, host));
        inside.set_span(group.span());
        rewritten.push(inside.into());
    }
    rewritten.into_iter().collect()
}

/// Whether something is marked among these tokens or in brackets among them.
fn holds_mark(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mark(&group).is_some() || holds_mark(group.stream()),
        _ => false,
    })
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
    let enters = quote! { let #scope = ::onloop::__private::enter(#site); };
    let body = match body {
        // Braces in braces may be needless.
        [TokenTree::Group(block)] if matches!(*closure.body, syn::Expr::Block(_)) => {
            let inside = block.stream();
            let mut entered = Group::new(Delimiter::Brace, quote! { #enters #inside });
            entered.set_span(block.span());
            entered.to_token_stream()
        }
        body => quote! { { #enters #(#body)* } },
    };
    quote! { #(#head)* #body }
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
    let message = format!(
        "on a closure, `#[{word}]` takes no arguments\n\n  = help: write `#[{word}]`, and give the arguments to the attribute of \
         the function around it"
    );
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
    use super::{Called, rewrite};

    fn rewritten(body: &str) -> String {
        let site = |_, _, _: &_| "S".parse().unwrap();
        let takes_jobs = &mut |called: &Called| match called {
            Called::Function(path) => path.segments.len() == 1,
            Called::Method(name) => name == "listen",
        };
        let text = rewrite(body.parse().unwrap(), &site, takes_jobs).to_string().replace(' ', "");
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
            rewritten("b.connect_clicked(clone!(#[weak] b, #[callback] |_| b.listen(#[callback] || 1)))")
                .replace("::onloop::__private::", ""),
            "b.connect_clicked(clone!(#[weak]b,|_|{letscope=enter(S);b.listen(callback_0(S,||1))}))"
        );
        assert_eq!(rewritten("connect_sensor(#[callback] || 1)"), "connect_sensor(callback_0(S,||1))");
        assert_eq!(
            rewritten("b.on_press(#[blocking] || 1).map(Some(Box::new(#[blocking] |x| x)))"),
            "b.on_press(||1).map(Some(Box::new(|x|x)))"
        );
        assert_eq!(rewritten("a::spawn(#[coroutine] async || 1)"), "a::spawn(async||1)");
        assert_eq!(rewritten("b.listen(Some(#[blocking] || 1))"), "b.listen(Some(blocking_0(S,||1)))");
        assert_eq!(rewritten("b.run::<Vec<u8>>(#[blocking] |x| x)"), "b.run::<Vec<u8>>(|x|x)");
        assert_eq!(
            rewritten("b.run(#[callback] |x| -> u8 { x })").replace("::onloop::__private::", ""),
            "b.run(|x|->u8{letscope=enter(S);x})"
        );
        assert_eq!(rewritten("if (#[blocking] || 1) {}"), "if(blocking_0(S,||1)){}");
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
