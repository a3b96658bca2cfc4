//! Futures that have a time limit, race with others, or are tasks that somebody waits for.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::macro_args::SelectArm;
use super::render::render;
use crate::facts::model::{Callee, Fate, Futile, Happens};
use crate::source::FunctionId;
use crate::syntax::path::{Path, path_of};
use crate::syntax::waits::{always_leaves, always_returns, may_leave, may_wait, mentions_any, works};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
use crate::types::ty::Type;

/// What ends a future after a time: the function, and the number of the argument that is the future.
pub(super) const LIMITS: &[(&str, usize)] = &[
    ("async_std::future::timeout", 1),
    ("compio::time::timeout", 1),
    ("monoio::time::timeout", 1),
    ("onloop::timeout", 1),
    ("tokio::time::timeout", 1),
    ("tokio::time::timeout_at", 1),
];

/// Functions that make a future of a closure, which is run when that is polled.
const LAZY: &[&str] = &["futures::future::lazy", "futures_util::future::lazy"];

/// Methods of futures that make another one which waits where they do.
pub(super) const ADAPTORS: &[&str] = &["boxed", "boxed_local", "fuse", "in_current_span", "instrument", "map"];

/// Whether a function may be a time limit.
pub(crate) fn is_limit(path: &str) -> bool {
    LIMITS.iter().any(|(known, _)| *known == path)
}

/// Whether a macro polls futures until one of them is done.
pub(crate) fn is_race(path: &str) -> bool {
    let (of, name) = path.rsplit_once("::").unwrap_or_default();
    matches!(name, "select" | "select_biased")
        && matches!(of, "tokio" | "futures" | "futures_util" | "futures_lite" | "smol")
}

/// Whether a method of that name may start a task that somebody waits for, or wait for a set of them.
pub(crate) fn is_about_tasks(method: &str) -> bool {
    matches!(method, "create_task" | "create_task_named" | "join_all" | "join_next" | "join_next_with_id")
}

impl Collector<'_, '_> {
    /// A function is called that may be a time limit.
    pub(super) fn limits(&mut self, callee: Option<&Callee>, call: &syn::ExprCall, tokens: TokenStream) {
        let limit = LIMITS.iter().find(|(path, _)| callee.is_some_and(|callee| callee.is_any(&[path])));
        if let Some(future) = limit.and_then(|(_, number)| call.args.get(*number))
            && let Some(future) = self.never_waits(future)
        {
            self.happens(Happens::Futile(Futile { future, is_race: false }), tokens);
        }
    }

    /// The future of an expression as messages name it, if it surely never waits; nothing else is said.
    pub(super) fn never_waits(&mut self, future: &syn::Expr) -> Option<String> {
        match future {
            syn::Expr::Async(block) => {
                let tokens: TokenStream = block.block.stmts.iter().map(quote::ToTokens::to_token_stream).collect();
                let is_futile = works(tokens.clone()) && passes_through(&mut self.scope, tokens, THROUGH);
                is_futile.then(|| "this async block".to_owned())
            }
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                if super::shape::is_wrapper(&call.func)
                    || path.path.segments.last().is_some_and(|last| last.ident == "pin")
                {
                    return self.never_waits(call.args.first()?);
                }
                match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::Function(function)) if self.runs_through(function) => {
                        Some(format!("`{}`", render(future)))
                    }
                    // Its closure is run when it is polled, and has no `.await` in it.
                    Name::Def(Def::External(paths)) if paths.iter().any(|path| LAZY.contains(&path.as_str())) => {
                        Some(format!("`{}`", render(future)))
                    }
                    _ => None,
                }
            }
            syn::Expr::MethodCall(call) => {
                let name = call.method.unraw().to_string();
                if ADAPTORS.contains(&name.as_str())
                    && matches!(*call.receiver, syn::Expr::Async(_) | syn::Expr::Call(_) | syn::Expr::MethodCall(_))
                {
                    return self.never_waits(&call.receiver);
                }
                let receiver = infer::type_of(&mut self.scope, &call.receiver);
                match lookup::method(&mut self.scope, &receiver, &name) {
                    Method::Local(function) if self.runs_through(function) => Some(format!("`{}`", render(future))),
                    _ => None,
                }
            }
            syn::Expr::Path(path) => {
                let since = self.scope.since(&path.path.get_ident()?.unraw().to_string())?;
                self.futile.get(&since.bound).cloned()
            }
            syn::Expr::Reference(inner) => self.never_waits(&inner.expr),
            syn::Expr::Paren(inner) => self.never_waits(&inner.expr),
            syn::Expr::Group(inner) => self.never_waits(&inner.expr),
            _ => None,
        }
    }

    /// Whether an async function of the crate has no `.await` in it, and does something.
    fn runs_through(&mut self, function: FunctionId) -> bool {
        runs_through(&mut self.scope, function, THROUGH)
    }

    /// The futures of `select!`, one of which wins. What is polled first lets no other one win, and what comes behind
    /// runs where none of those before is ready: that is how one does something meanwhile.
    pub(super) fn races(&mut self, arms: &[SelectArm], in_order: bool) {
        // Where each branch leaves the loop there is no next round that misses anything.
        let is_in_loop = self.loops.iter().any(|around| !around.is_block)
            && !arms.iter().all(|arm| always_leaves(arm.handler.to_token_stream()));
        let futures = arms.iter().filter_map(|arm| Some((arm, arm.future.as_ref()?)));
        for (number, (arm, (_, future))) in futures.enumerate() {
            // A branch with a condition is meant to be ready at once where that holds.
            if arm.condition.is_none()
                && (number == 0 || !in_order)
                && let Some(future_shown) = self.never_waits(future)
            {
                self.happens(Happens::Futile(Futile { future: future_shown, is_race: true }), first_name(future));
            }
            // Who returns in all other branches takes nothing more.
            let others = || arms.iter().filter(|other| !std::ptr::eq(*other, arm));
            if is_in_loop
                && !(arms.len() > 1 && others().all(|other| always_returns(other.handler.to_token_stream())))
                && let Some(losing) = self.losing(future)
            {
                self.happens(Happens::Loses(losing), first_name(future));
            }
        }
    }

    /// `hub.create_task(future)`, `set.spawn(future)`: a task that somebody waits for.
    pub(super) fn starts_task(&mut self, call: &syn::ExprMethodCall, receiver: &Type, fate: Fate) {
        let name = call.method.unraw().to_string();
        let of = receiver.bare();
        let (future, is_hub) = match (name.as_str(), call.args.len()) {
            ("create_task", 1) => (&call.args[0], true),
            ("create_task_named", 2) => (&call.args[1], true),
            ("spawn" | "spawn_local", 1) => (&call.args[0], false),
            _ => return,
        };
        let is_known = match &of {
            Type::External(paths, _) if is_hub => paths.iter().all(|path| path.starts_with("onloop::")),
            Type::Unknown => is_hub,
            of => !is_hub && of.is_any(&["tokio::task::JoinSet", "tokio_util::task::TaskTracker"]),
        };
        // A handle that is kept may be cancelled.
        if !is_known || !matches!(fate, Fate::Discarded | Fate::Dropped) || !self.is_endless(future) {
            return;
        }
        if is_hub {
            self.happens(Happens::Endless { in_set: false }, call.method.to_token_stream());
        } else if let Some(set) = self.place_of(&call.receiver) {
            let set = format!("{set:?}");
            self.endless_in.push((set, call.method.to_token_stream()));
        }
    }

    /// The tasks of a set are ended.
    pub(super) fn ends_set(&mut self, call: &syn::ExprMethodCall) {
        if ["abort_all", "detach_all", "shutdown"].iter().any(|name| call.method == name) {
            self.endless_of(call);
        }
    }

    /// `set.join_all().await` waits for each task of a set. In a race somebody else may end it.
    pub(super) fn waits_for_set(&mut self, awaited: &syn::Expr) {
        if let syn::Expr::MethodCall(call) = awaited
            && ["join_all", "wait"].iter().any(|name| call.method == name)
        {
            self.waits_for_all(call);
        }
    }

    /// So does `while let Some(done) = set.join_next().await {}`; a single `join_next` waits for the first.
    pub(super) fn waits_for_each(&mut self, inner: &syn::ExprWhile) {
        let asked = match &*inner.cond {
            syn::Expr::Let(asked) => &*asked.expr,
            // `while set.join_next().await.is_some() {}`
            syn::Expr::MethodCall(call) if call.method == "is_some" => &*call.receiver,
            _ => return,
        };
        if let syn::Expr::Await(awaited) = asked
            && let syn::Expr::MethodCall(call) = &*awaited.base
            && ["join_next", "join_next_with_id"].iter().any(|name| call.method == name)
            && !may_leave(inner.body.to_token_stream())
            // A task that panics ends it.
            && !mentions_any(inner.body.to_token_stream(), &["expect", "panic", "unwrap"])
        {
            self.waits_for_all(call);
        }
    }

    fn waits_for_all(&mut self, call: &syn::ExprMethodCall) {
        if self.scope.now().body == 0 {
            for tokens in self.endless_of(call) {
                self.happens(Happens::Endless { in_set: true }, tokens);
            }
        }
    }

    /// The tasks without an end of the set that a method is called on, which are reported once.
    fn endless_of(&mut self, call: &syn::ExprMethodCall) -> Vec<TokenStream> {
        if self.endless_in.is_empty() {
            return Vec::new();
        }
        let Some(set) = self.place_of(&call.receiver).map(|set| format!("{set:?}")) else { return Vec::new() };
        let (of_set, others): (Vec<_>, _) =
            std::mem::take(&mut self.endless_in).into_iter().partition(|(of, _)| *of == set);
        self.endless_in = others;
        of_set.into_iter().map(|(_, tokens)| tokens).collect()
    }
}

/// Through how many functions a future is followed that never waits.
const THROUGH: usize = 4;

/// Whether the future of a function of the crate never waits, and does something.
fn runs_through(scope: &mut Scope<'_>, function: FunctionId, depth: usize) -> bool {
    let is_async = scope.index().function(function).is_async;
    if !is_async && !scope.returns_future(function) {
        return false;
    }
    let Some(body) = scope.body_of(function, |body| body.to_string()) else { return false };
    let Ok(body) = body.parse::<TokenStream>() else { return false };
    let body = if is_async { Some(body) } else { only_block(body) };
    body.is_some_and(|body| {
        works(body.clone()) && scope.in_function(function, |scope| passes_through(scope, body, depth))
    })
}

/// What a function does that returns nothing but an async block: `Box::pin(async move { .. })`.
fn only_block(body: TokenStream) -> Option<TokenStream> {
    match syn::parse2::<syn::Expr>(body).ok()? {
        syn::Expr::Async(block) => Some(block.block.stmts.iter().map(quote::ToTokens::to_token_stream).collect()),
        syn::Expr::Call(call) if call.args.len() == 1 => only_block(call.args[0].to_token_stream()),
        _ => None,
    }
}

/// Whether code awaits nothing, or only futures of the crate that never wait.
fn passes_through(scope: &mut Scope<'_>, body: TokenStream, depth: usize) -> bool {
    if !may_wait(body.clone()) {
        return true;
    }
    let Some(awaited) = awaited_calls(body).filter(|_| depth > 0) else { return false };
    awaited.into_iter().all(|path| match scope.resolve(&path, Namespace::Value) {
        Name::Def(Def::Function(function)) => runs_through(scope, function, depth - 1),
        _ => false,
    })
}

/// The functions whose futures code awaits, if it waits for nothing else: `work(3).await`.
fn awaited_calls(body: TokenStream) -> Option<Vec<Path>> {
    let tokens: Vec<_> = body.into_iter().collect();
    let (mut found, mut bare) = (Vec::new(), TokenStream::new());
    for (n, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(awaited_calls(group.stream())?),
            TokenTree::Ident(word) if word == "await" => {
                let [.., TokenTree::Ident(name), TokenTree::Group(_), TokenTree::Punct(_)] = &tokens[..n] else {
                    return None;
                };
                // A method, or a function by a longer path.
                let before = n.checked_sub(4).map(|at| &tokens[at]);
                if matches!(before, Some(TokenTree::Punct(sign)) if matches!(sign.as_char(), '.' | ':')) {
                    return None;
                }
                found.push(Path { absolute: false, segments: vec![name.to_string()] });
            }
            other => bare.extend([other.clone()]),
        }
    }
    (!may_wait(bare)).then_some(found)
}

/// What to point at.
pub(super) fn first_name(future: &syn::Expr) -> TokenStream {
    match future {
        syn::Expr::Call(call) => call.func.to_token_stream(),
        syn::Expr::MethodCall(call) => call.method.to_token_stream(),
        syn::Expr::Async(block) => block.async_token.to_token_stream(),
        syn::Expr::Reference(inner) => first_name(&inner.expr),
        syn::Expr::Paren(inner) => first_name(&inner.expr),
        _ => future.to_token_stream(),
    }
}
