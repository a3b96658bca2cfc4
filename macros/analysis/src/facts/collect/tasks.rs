//! Async blocks that a function passes to a spawner: where the function itself does not run on the loop, only these are
//! checked.

use quote::ToTokens as _;
use syn::punctuated::Punctuated;

use super::Collector;
use super::live::Value;
use super::shape::is_wrapper;
use crate::facts::model::{Fate, Model, Of, RunsOn};
use crate::syntax::kind::Kind;

/// Whether what is called like this starts a task with the future that it is given: `tokio::spawn`, `spawn_local`,
/// `JoinSet::spawn_on`.
fn is_spawner(name: &str) -> bool {
    name == "spawn" || name.starts_with("spawn_") && name != "spawn_blocking"
}

impl Collector<'_, '_> {
    /// Tasks that are started in the body become models of their own, as marked closures do.
    pub(crate) fn with_tasks(mut self) -> Self {
        self.has_tasks = true;
        self
    }

    /// Walks the arguments of a call that are tasks, if it starts some.
    pub(super) fn tasks_in(&mut self, name: &str, arguments: &Punctuated<syn::Expr, syn::Token![,]>) {
        if self.has_tasks && is_spawner(name) {
            for code in arguments.iter().filter_map(task_in) {
                self.task_of(code);
            }
        }
    }

    fn task_of(&mut self, code: &syn::Expr) {
        let task = Model {
            form: Of::Closure,
            name: "this task".to_owned(),
            at: code.to_token_stream().into_iter().take(1).collect(),
            asyncness: Some(code.to_token_stream().into_iter().take(1).collect()),
            context: self.next_context(),
            strict: self.model.strict.clone(),
            seen: self.model.seen.as_ref().map(|_| Vec::new()),
            ..Model::of_helper(Kind::Coroutine)
        };
        let around = std::mem::replace(self.model, task);
        self.has_tasks = false;
        let value: Value = self.running(RunsOn::Loop, |this| this.value(code, RunsOn::Loop, Fate::Used));
        self.live.consume(&value);
        self.has_tasks = true;
        let task = std::mem::replace(self.model, around);
        self.model.marked.push(task);
    }
}

/// The async block, or the closure that makes one, in an argument of a spawner.
fn task_in(argument: &syn::Expr) -> Option<&syn::Expr> {
    match argument {
        syn::Expr::Async(_) => Some(argument),
        syn::Expr::Closure(closure) => {
            (closure.asyncness.is_some() || matches!(*closure.body, syn::Expr::Async(_))).then_some(argument)
        }
        syn::Expr::Paren(inner) => task_in(&inner.expr),
        syn::Expr::Group(inner) => task_in(&inner.expr),
        // `async { .. }.instrument(span)`
        syn::Expr::MethodCall(call) => task_in(&call.receiver),
        syn::Expr::Call(call) if call.args.len() == 1 && (is_wrapper(&call.func) || is_pin(&call.func)) => {
            task_in(&call.args[0])
        }
        _ => None,
    }
}

/// `Box::pin`
fn is_pin(function: &syn::Expr) -> bool {
    matches!(function, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "pin"))
}
