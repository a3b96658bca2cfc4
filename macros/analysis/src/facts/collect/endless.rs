//! Futures that never end: a loop without an end in them, or in what they wait for.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use super::Collector;
use super::shape::is_wrapper;
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::syntax::waits::{has_unknown_macro, may_leave, mentions_any};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};

/// Through how many futures one is followed.
const DEPTH: usize = 4;

/// Functions that wait for each of the futures that they are given.
const JOINING: &[&str] = &["join", "join3", "join4", "join5"];

/// Methods that give a future which ends when the one that they are called on does.
const ADAPTORS: &[&str] =
    &["boxed", "boxed_local", "fuse", "in_current_span", "instrument", "left_future", "map", "right_future", "then"];

impl Collector<'_, '_> {
    /// Whether a future never ends, and waits on its way.
    pub(super) fn is_endless(&mut self, future: &syn::Expr) -> bool {
        is_endless(&mut self.scope, future, DEPTH)
    }
}

fn is_endless(scope: &mut Scope<'_>, future: &syn::Expr, depth: usize) -> bool {
    match future {
        syn::Expr::Async(block) => is_endless_body(scope, &block.block.stmts, depth),
        syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => {
            is_endless(scope, &call.args[0], depth)
        }
        syn::Expr::Call(call) => {
            let syn::Expr::Path(path) = &*call.func else { return false };
            match scope.resolve(&path_of(&path.path), Namespace::Value) {
                Name::Def(Def::Function(function)) => is_endless_function(scope, function, depth),
                Name::Def(Def::External(paths)) if paths.iter().any(|path| path == "std::future::pending") => true,
                Name::Def(Def::External(paths)) if paths.iter().any(|path| joins(path)) => {
                    call.args.iter().any(|argument| is_endless(scope, argument, depth))
                }
                _ => false,
            }
        }
        syn::Expr::MethodCall(call) => {
            let name = call.method.unraw().to_string();
            if ADAPTORS.contains(&name.as_str()) && is_endless(scope, &call.receiver, depth) {
                return true;
            }
            let receiver = infer::type_of(scope, &call.receiver);
            match lookup::method(scope, &receiver, &name) {
                Method::Local(function) => is_endless_function(scope, function, depth),
                _ => false,
            }
        }
        syn::Expr::Paren(inner) => is_endless(scope, &inner.expr, depth),
        _ => false,
    }
}

/// `futures::future::join`
fn joins(path: &str) -> bool {
    let of_futures = ["futures::future::", "futures_util::future::"];
    of_futures.iter().any(|module| path.strip_prefix(module).is_some_and(|name| JOINING.contains(&name)))
}

fn is_endless_function(scope: &mut Scope<'_>, function: FunctionId, depth: usize) -> bool {
    if depth == 0 || !scope.index().function(function).is_async {
        return false;
    }
    let Some(body) = scope.body_of(function, |body| body.to_string()) else { return false };
    let Ok(body) = body.parse::<TokenStream>() else { return false };
    let Ok(body) = syn::Block::parse_within.parse2(body) else { return false };
    scope.in_function(function, |scope| is_endless_body(scope, &body, depth - 1))
}

/// Whether one of the statements is a loop without an end, or awaits a future that never ends before another may leave
/// the body.
fn is_endless_body(scope: &mut Scope<'_>, statements: &[syn::Stmt], depth: usize) -> bool {
    if statements.iter().any(is_endless_loop) {
        return true;
    }
    for statement in statements {
        let awaited = match statement {
            syn::Stmt::Expr(expression, _) => expression,
            syn::Stmt::Local(syn::Local { init: Some(init), .. }) => &init.expr,
            syn::Stmt::Macro(call) => {
                if is_endless_join(scope, &call.mac, depth) {
                    return true;
                }
                continue;
            }
            _ => continue,
        };
        let is_endless = match awaited {
            syn::Expr::Await(inner) => is_endless(scope, &inner.base, depth),
            syn::Expr::Macro(call) => is_endless_join(scope, &call.mac, depth),
            _ => false,
        };
        if is_endless {
            return true;
        }
        if may_leave(statement.to_token_stream()) {
            return false;
        }
    }
    false
}

/// `join!(watch(), serve())`, where one of them never ends.
fn is_endless_join(scope: &mut Scope<'_>, call: &syn::Macro, depth: usize) -> bool {
    if call.path.segments.last().is_none_or(|last| last.ident != "join") {
        return false;
    }
    let futures = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated.parse2(call.tokens.clone());
    futures.is_ok_and(|futures| futures.iter().any(|future| is_endless(scope, future, depth)))
}

/// Whether a statement is a loop without an end in which something is awaited.
fn is_endless_loop(statement: &syn::Stmt) -> bool {
    let syn::Stmt::Expr(expression, _) = statement else { return false };
    let body = match expression {
        syn::Expr::Loop(inner) => &inner.body,
        syn::Expr::While(inner) if matches!(&*inner.cond, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(yes), .. }) if yes.value) => {
            &inner.body
        }
        // `for n in 0.. {}`
        syn::Expr::ForLoop(inner) if matches!(&*inner.expr, syn::Expr::Range(syn::ExprRange { end: None, .. })) => {
            &inner.body
        }
        _ => return false,
    };
    let tokens = || body.to_token_stream();
    !may_leave(tokens()) && !has_unknown_macro(tokens()) && mentions_any(tokens(), &["await", "select"])
}
