//! Which functions of a file are checked: every `async fn`, every function with one of our attributes, and in other
//! functions the tasks that they start. Code for tests is checked only where the target is built for tests.
//!
//! A function that a framework calls on its own loop ([`LOOPS`]) is checked as a callback.

use onloop_analysis::{Cfg, Kind};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

/// Functions that are called on a loop, whoever implements them: trait and method. Those that poll take a `Context`, and
/// a service says which future it gives.
const LOOPS: &[(&str, &str)] = &[
    ("AsyncBufRead", "poll_fill_buf"),
    ("AsyncRead", "poll_read"),
    ("AsyncWrite", "poll_close"),
    ("AsyncWrite", "poll_flush"),
    ("AsyncWrite", "poll_shutdown"),
    ("AsyncWrite", "poll_write"),
    ("Body", "poll_frame"),
    ("Future", "poll"),
    ("Service", "call"),
    ("Service", "poll_ready"),
    ("Sink", "poll_close"),
    ("Sink", "poll_flush"),
    ("Sink", "poll_ready"),
    ("Sink", "start_send"),
    ("Stream", "poll_next"),
];

/// How a function is looked at.
#[derive(Clone, Debug)]
pub(crate) enum How {
    /// As a function of a kind, with the arguments of its attribute.
    Kind(Kind, TokenStream),
    /// The tasks that it starts.
    Tasks,
}

/// One function that is looked at.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) how: How,
    pub(crate) item: TokenStream,
    /// Where an attribute would stand: before its other attributes, and without them; line and column.
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Whether it bears an attribute of ours.
    pub(crate) is_marked: bool,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) functions: Vec<Function>,
    /// The lines of macros between the items that hold async functions, and cannot be seen through.
    pub(crate) macros: Vec<usize>,
    /// The lines of `include!`.
    pub(crate) includes: Vec<usize>,
}

/// Walks a file.
pub(crate) fn walk(file: &syn::File, cfg: &Cfg) -> Held {
    let mut walker = Walker { cfg, held: Held::default(), of_trait: None, gives: false, all: false };
    if is_built(&file.attrs, cfg) {
        walker.visit_file(file);
    }
    walker.held
}

/// Every function, also those that are not looked at.
pub(crate) fn walk_all(file: &syn::File, cfg: &Cfg) -> Vec<Function> {
    let mut walker = Walker { cfg, held: Held::default(), of_trait: None, gives: false, all: true };
    walker.visit_file(file);
    walker.held.functions
}

struct Walker<'c> {
    cfg: &'c Cfg,
    all: bool,
    held: Held,
    /// The trait of the `impl` around.
    of_trait: Option<String>,
    /// It says which future or which error it gives.
    gives: bool,
}

impl Walker<'_> {
    fn function(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature, item: &dyn ToTokens) {
        let marked = attributes.iter().find_map(marker);
        let is_marked = marked.is_some();
        let how = match marked {
            Some((kind, arguments)) => How::Kind(kind, arguments),
            None if signature.asyncness.is_some() => How::Kind(Kind::Coroutine, TokenStream::new()),
            None if self.is_called_on_a_loop(signature) => How::Kind(Kind::Callback, TokenStream::new()),
            None => How::Tasks,
        };
        let item = without_marker(attributes, item.to_token_stream());
        if !self.all && matches!(how, How::Tasks) && !starts_tasks(&item) {
            return;
        }
        let first = item.clone().into_iter().next();
        let at = first.map(|token| token.span().start());
        let (line, column) = at.map_or((0, 0), |at| (at.line, at.column + 1));
        self.held.functions.push(Function { how, item, line, column, is_marked });
    }

    fn is_called_on_a_loop(&self, signature: &syn::Signature) -> bool {
        let Some(of_trait) = &self.of_trait else { return false };
        let is_known = LOOPS.iter().any(|(known, method)| known == of_trait && signature.ident == *method);
        is_known && (self.gives || takes_context(signature))
    }

    fn is_looked_at(&self, attributes: &[syn::Attribute]) -> bool {
        is_built(attributes, self.cfg) && (self.cfg.test || !attributes.iter().any(is_test))
    }
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if self.is_looked_at(&item.attrs) {
            self.function(&item.attrs, &item.sig, item);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if self.is_looked_at(&item.attrs) {
            self.function(&item.attrs, &item.sig, item);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if item.default.is_some() && self.is_looked_at(&item.attrs) {
            self.function(&item.attrs, &item.sig, item);
            visit::visit_trait_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_built(&item.attrs, self.cfg) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if is_built(&item.attrs, self.cfg) {
            let name = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            let around = std::mem::replace(&mut self.of_trait, name.map(|name| name.ident.to_string()));
            let says = |item: &syn::ImplItem| matches!(item, syn::ImplItem::Type(is) if is.ident == "Future" || is.ident == "Error");
            let gives = std::mem::replace(&mut self.gives, item.items.iter().any(says));
            visit::visit_item_impl(self, item);
            (self.of_trait, self.gives) = (around, gives);
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        if is_built(&item.attrs, self.cfg) {
            visit::visit_item_trait(self, item);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let line = item.mac.path.segments.last().map_or(0, |last| last.ident.span().start().line);
        if item.mac.path.is_ident("include") {
            self.held.includes.push(line);
        } else if item.ident.is_none() && holds_async_function(item.mac.tokens.clone()) {
            self.held.macros.push(line);
        }
    }
}

/// Whether a function is given what wakes the task that it is polled in.
fn takes_context(signature: &syn::Signature) -> bool {
    fn names_context(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "Context",
            TokenTree::Group(group) => names_context(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    names_context(signature.inputs.to_token_stream())
}

/// Whether what bears these attributes is part of the build; yes where that is not known.
fn is_built(attributes: &[syn::Attribute], cfg: &Cfg) -> bool {
    attributes.iter().all(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => cfg.holds(&list.tokens.to_string()) != Some(false),
        _ => true,
    })
}

/// `#[test]`, `#[tokio::test]` and their like.
fn is_test(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    matches!(last.as_str(), "test" | "bench" | "rstest" | "test_case" | "quickcheck" | "proptest")
        || last.ends_with("_test")
}

/// The kind that an attribute gives, and its arguments.
fn marker(attribute: &syn::Attribute) -> Option<(Kind, TokenStream)> {
    of_meta(&attribute.meta)
}

fn of_meta(meta: &syn::Meta) -> Option<(Kind, TokenStream)> {
    let segments: Vec<_> = meta.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    let arguments = match meta {
        syn::Meta::List(list) => list.tokens.clone(),
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => TokenStream::new(),
    };
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["onloop", word] => {
            let kind =
                [Kind::Callback, Kind::Coroutine, Kind::Blocking].into_iter().find(|kind| kind.word() == word)?;
            Some((kind, arguments))
        }
        // `cfg_attr(onloop, onloop::callback)`
        ["cfg_attr"] => {
            let list = syn::parse::Parser::parse2(
                syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated,
                arguments,
            );
            let list = list.ok()?;
            let mut list = list.iter();
            if !list.next()?.path().is_ident("onloop") {
                return None;
            }
            list.find_map(of_meta)
        }
        _ => None,
    }
}

/// Takes the attribute away that the function is looked at for, as the compiler does.
fn without_marker(attributes: &[syn::Attribute], item: TokenStream) -> TokenStream {
    let outer = attributes.iter().filter(|attribute| matches!(attribute.style, syn::AttrStyle::Outer));
    match outer.map(marker).position(|marker| marker.is_some()) {
        // Each is two tokens: `#` and brackets.
        Some(at) => item.into_iter().enumerate().filter(|(n, _)| n / 2 != at).map(|(_, token)| token).collect(),
        None => item,
    }
}

/// Whether a function may hand an async block to a spawner.
fn starts_tasks(item: &TokenStream) -> bool {
    fn look(tokens: TokenStream, spawn: &mut bool, asynchronous: &mut bool) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    *asynchronous |= ident == "async";
                    *spawn |= ident.to_string().starts_with("spawn");
                }
                TokenTree::Group(group) => look(group.stream(), spawn, asynchronous),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let (mut spawn, mut asynchronous) = (false, false);
    look(item.clone(), &mut spawn, &mut asynchronous);
    spawn && asynchronous
}

fn holds_async_function(tokens: TokenStream) -> bool {
    let mut previous = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            let found = previous && ident == "fn";
            previous = ident == "async";
            found
        }
        TokenTree::Group(group) => holds_async_function(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use onloop_analysis::Cfg;

    use super::{How, walk};

    fn names(text: &str, with_tests: bool) -> Vec<String> {
        let file = syn::parse_file(text).unwrap();
        let held = walk(&file, &Cfg { test: with_tests, ..Cfg::default() });
        let name = |function: &super::Function| {
            let text = function.item.to_string();
            let name = text.split("fn ").nth(1).unwrap().split([' ', '(']).next().unwrap().to_owned();
            match &function.how {
                How::Kind(kind, arguments) => format!("{} {name} {arguments}", kind.word()).trim().to_owned(),
                How::Tasks => format!("tasks {name}"),
            }
        };
        held.functions.iter().map(name).collect()
    }

    #[test]
    fn functions_that_run_on_a_loop() {
        let text = "
            async fn a() { async fn inner() {} fn plain() {} }
            fn b() {}
            #[onloop::callback(strict(lock))] fn c() {}
            #[cfg_attr(onloop, onloop::blocking)] fn d() {}
            impl S { pub async fn e(&self) {} }
            trait T { async fn f(); async fn g() {} }
            mod m { fn h() { tokio::spawn(async {}); } fn i() { spawn(j); } }
        ";
        let expected =
            ["coroutine a", "coroutine inner", "callback c strict (lock)", "blocking d", "coroutine e", "coroutine g"];
        assert_eq!(names(text, false)[..6], expected);
        assert_eq!(names(text, false)[6..], ["tasks h"]);
    }

    #[test]
    fn what_is_polled_runs_on_a_loop() {
        let text = "
            impl Future for A { type Output = u8; fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u8> {} }
            impl Stream for B { fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context) -> Poll<Option<u8>> {} }
            impl tower::Service<u8> for C { type Future = F; fn call(&mut self, request: u8) -> F {} fn other(&self) {} }
            impl Service for D { fn call(&mut self, request: u8) -> u8 {} }
            impl Future for E { fn poll(&self) {} }
            impl F { fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) {} }
        ";
        assert_eq!(names(text, false), ["callback poll", "callback poll_next", "callback call"]);
    }

    #[test]
    fn tests_only_where_they_are_asked_for() {
        let text = "
            #[tokio::test] async fn a() {}
            #[cfg(test)] mod tests { async fn b() {} }
            #[cfg(not(test))] async fn c() {}
        ";
        assert_eq!(names(text, false), ["coroutine c"]);
        assert_eq!(names(text, true), ["coroutine a", "coroutine b"]);
    }

    #[test]
    fn what_cannot_be_seen_through_is_noted() {
        let file = syn::parse_file("include!(\"x.rs\");\ncfg_rt! { async fn a() {} }\nplain! { fn a() {} }").unwrap();
        let held = walk(&file, &Cfg::default());
        assert_eq!((held.includes, held.macros), (vec![1], vec![2]));
    }
}
