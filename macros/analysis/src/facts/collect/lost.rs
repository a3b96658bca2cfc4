//! Work that is lost: tasks whose handle is thrown away, and futures that are never polled.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use crate::facts::model::{Callee, Fate, Happens, LostTask};
use crate::syntax::path::path_of;
use crate::syntax::waits::{may_leave, waits_itself};
use crate::types::infer;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// Types with methods that start a task and return its handle.
const SPAWNERS: &[&str] =
    &["tokio::runtime::Handle", "tokio::runtime::LocalRuntime", "tokio::runtime::Runtime", "tokio::task::LocalSet"];

/// Functions that start a task and return its handle.
const SPAWNS: &[&str] = &[
    "std::thread::spawn",
    "tokio::spawn",
    "tokio::task::spawn",
    "tokio::task::spawn_blocking",
    "tokio::task::spawn_local",
];

/// What holds a task that goes on where it is dropped.
const HANDLES: &[&str] = &["std::thread::JoinHandle", "tokio::task::JoinHandle"];

/// Methods of futures that do nothing before theirs is polled.
const ADAPTORS: &[&str] = &[
    "and_then",
    "boxed",
    "boxed_local",
    "fuse",
    "in_current_span",
    "inspect",
    "instrument",
    "into_stream",
    "left_future",
    "map",
    "map_err",
    "map_ok",
    "now_or_never",
    "or_else",
    "right_future",
    "shared",
    "then",
    "timeout",
    "unwrap_or_else",
];

/// Whether a method of that name may lose a task.
pub(crate) fn may_lose_task(method: &str) -> bool {
    matches!(method, "abort_handle" | "spawn" | "spawn_blocking" | "spawn_local")
}

/// Whether a statement that ends with a method of that name may throw away a future which stands before it.
pub(crate) fn may_drop_future(method: &str) -> bool {
    method == "for_each" || ADAPTORS.contains(&method)
}

/// Whether a function may lose a task: it makes a set of them.
pub(crate) fn makes_set(path: &str) -> bool {
    path == "tokio::task::JoinSet::new"
}

impl Collector<'_, '_> {
    /// A method is called whose value nobody takes.
    pub(super) fn loses_by_method(
        &mut self,
        call: &syn::ExprMethodCall,
        of: &Type,
        callee: Option<&Callee>,
        fate: Fate,
    ) {
        let is_lost = matches!(fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten);
        let name = call.method.unraw().to_string();
        let is_spawn = matches!(name.as_str(), "spawn" | "spawn_blocking" | "spawn_local");
        let tokens = || call.method.to_token_stream();
        let gives_handle = is_spawn && of.bare().is_any(SPAWNERS);
        if is_lost && (gives_handle || callee.is_some_and(|callee| self.gives_handle(callee))) {
            self.happens(Happens::LosesTask(LostTask::Handle), tokens());
        } else if name == "abort_handle" && call.args.is_empty() && self.is_spawn(&call.receiver) {
            self.happens(Happens::LosesTask(LostTask::Aborting), tokens());
        }
    }

    /// A function is called whose value nobody takes.
    pub(super) fn loses_by_call(&mut self, callee: Option<&Callee>, fate: Fate, tokens: TokenStream) {
        let is_lost = matches!(fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten);
        if is_lost && callee.is_some_and(|callee| self.gives_handle(callee)) {
            self.happens(Happens::LosesTask(LostTask::Handle), tokens);
        }
    }

    /// Whether a function of the crate returns the handle of a task, or a set of tasks.
    fn gives_handle(&mut self, callee: &Callee) -> bool {
        let Callee::Local(_, Some(function)) = callee else { return false };
        if self.scope.index().function(*function).is_async || self.scope.returns_reference(*function) {
            return false;
        }
        let is = self.scope.type_of_output(*function);
        is.is_any(HANDLES)
    }

    fn is_spawn(&mut self, expression: &syn::Expr) -> bool {
        let syn::Expr::Call(call) = expression else { return false };
        let syn::Expr::Path(path) = &*call.func else { return false };
        match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
            Name::Def(Def::External(paths)) => paths.iter().any(|path| SPAWNS.contains(&path.as_str())),
            _ => false,
        }
    }

    /// `let mut set = JoinSet::new();` where the rest of the block only starts tasks in it.
    pub(super) fn loses_set(&mut self, statement: &syn::Stmt, rest: &[syn::Stmt]) {
        let syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) = statement else { return };
        let pat = if let syn::Pat::Type(typed) = pat { &*typed.pat } else { pat };
        let (syn::Pat::Ident(name), syn::Expr::Call(call)) = (pat, &*init.expr) else { return };
        if !infer::type_of(&mut self.scope, &init.expr).is("tokio::task::JoinSet") {
            return;
        }
        let name = name.ident.unraw().to_string();
        let mut uses = Uses::default();
        for statement in rest {
            uses.of(&name, statement.to_token_stream());
        }
        // While the block waits for something else its tasks run, and that they end with it may be what is wanted.
        if rest.iter().any(|statement| waits_itself(statement.to_token_stream())) {
            return;
        }
        // Where the block ends in a loop without end, the set is never dropped.
        let is_endless = |statement: &syn::Stmt| match statement {
            syn::Stmt::Expr(syn::Expr::Loop(inner), _) => !may_leave(inner.body.to_token_stream()),
            _ => false,
        };
        if uses.spawns && !uses.others && !rest.iter().any(is_endless) {
            self.happens(Happens::LosesTask(LostTask::Set), call.func.to_token_stream());
        }
    }

    /// The fate of what a method is called on whose value has that fate: a future that an adaptor takes shares its own.
    pub(super) fn fate_of_receiver(call: &syn::ExprMethodCall, fate: Fate) -> Fate {
        let is_made_here =
            matches!(*call.receiver, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Async(_));
        let is_adaptor = ADAPTORS.iter().any(|adaptor| call.method == adaptor);
        if fate == Fate::Discarded && is_made_here && is_adaptor { Fate::Discarded } else { Fate::Used }
    }

    /// `.map(|n| work(n)).for_each(drop)`: what the closure makes is thrown away.
    pub(super) fn drops_each(&mut self, call: &syn::ExprMethodCall) {
        let is_drop = matches!(call.args.first(), Some(syn::Expr::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == "drop"));
        let syn::Expr::MethodCall(inner) = &*call.receiver else { return };
        self.drops_each = call.method == "for_each" && is_drop && inner.method == "map";
    }
}

/// How a set of tasks is used.
#[derive(Default)]
struct Uses {
    spawns: bool,
    others: bool,
}

impl Uses {
    fn of(&mut self, name: &str, tokens: TokenStream) {
        const HARMLESS: &[&str] = &["is_empty", "len"];
        let mut tokens = tokens.into_iter().peekable();
        let mut before = ' ';
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Ident(ident) if ident == name && before != '.' => {
                    let is_dot = tokens.next_if(|token| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.'));
                    match is_dot.and_then(|_| tokens.next()) {
                        Some(TokenTree::Ident(method)) => {
                            let method = method.to_string();
                            self.spawns |= method.starts_with("spawn");
                            self.others |= !method.starts_with("spawn") && !HARMLESS.contains(&method.as_str());
                        }
                        _ => self.others = true,
                    }
                    before = ' ';
                }
                TokenTree::Group(group) => {
                    self.of(name, group.stream());
                    before = ' ';
                }
                TokenTree::Punct(sign) => before = sign.as_char(),
                _ => before = ' ',
            }
        }
    }
}
