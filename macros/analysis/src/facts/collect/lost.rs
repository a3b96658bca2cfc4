//! Work that is lost: tasks whose handle is thrown away, and futures that are never polled.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;

use super::Collector;
use super::live::member;
use super::render::{written, written_method};
use crate::facts::model::{Callee, Fate, Happens, LostTask, RunsOn};
use crate::knowledge::catalogue;
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::syntax::waits::{may_leave, mentions_any, waits_itself};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
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

const SET: &str = "tokio::task::JoinSet";

const ABORT: &str = "abort_handle";

/// Functions that run a closure away from the loop and give what it gives.
const JOBS: &[&str] = &["std::thread::spawn", "tokio::task::spawn_blocking"];

/// Methods that give what is in a `Result`.
const UNWRAPPING: &[&str] = &["expect", "ok", "unwrap"];

/// How messages name the future that such a closure makes.
const OFFLOADED: &str = "|| async { .. }";

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

/// What ends its task when it is dropped.
const ENDING: &[&str] = &["tokio_util::task::AbortOnDropHandle", "tokio_util::task::abort_on_drop::AbortOnDropHandle"];

/// Whether a method of that name may lose a task.
pub(crate) fn may_lose_task(method: &str) -> bool {
    matches!(method, "abort_handle" | "spawn" | "spawn_blocking" | "spawn_local")
}

/// Whether a statement that ends with a method of that name may throw away a future which stands before it.
pub(crate) fn may_drop_future(method: &str) -> bool {
    matches!(method, "collect" | "for_each") || ADAPTORS.contains(&method)
}

/// Whether a function may lose a task: it makes a set of them, or what ends one.
pub(crate) fn makes_set(path: &str) -> bool {
    matches!(path, "tokio::task::JoinSet::default" | "tokio::task::JoinSet::new") || makes_ending(path)
}

fn makes_ending(path: &str) -> bool {
    path.strip_suffix("::new").is_some_and(|of| ENDING.contains(&of))
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
        // `name.map(|n| work(n));`: what the closure makes is thrown away with the value of the method.
        // A type of the crate, or one that is not known, may do something else with what it is given.
        let is_lazy =
            of.bare().is_any(&["std::option::Option", "std::result::Result"]) || of.bare().element().is_known();
        if fate == Fate::Discarded && name == "map" && is_lazy {
            self.drops_what_is_made(call);
        }
        let is_spawn = matches!(name.as_str(), "spawn" | "spawn_blocking" | "spawn_local");
        let tokens = || call.method.to_token_stream();
        let gives_handle = is_spawn && of.bare().is_any(SPAWNERS);
        let lost =
            if gives_handle { Some(LostTask::Handle) } else { callee.and_then(|callee| self.gives_task(callee)) };
        let lost = lost.filter(|lost| *lost != LostTask::Ended || fate != Fate::Forgotten);
        let owner = matches!(fate, Fate::Discarded | Fate::Dropped).then_some(callee).flatten().is_some_and(
            |callee| matches!(callee, Callee::Local(_, Some(own)) if gives_owner_of_task(&mut self.scope, *own)),
        );
        if let (true, Some(lost)) = (is_lost, lost) {
            self.happens(Happens::LosesTask(lost), tokens());
        } else if owner {
            self.happens(Happens::LosesTask(LostTask::Handle), tokens());
        } else if name == ABORT && call.args.is_empty() && self.is_spawn(&call.receiver) {
            self.happens(Happens::LosesTask(LostTask::Aborting), tokens());
        }
    }

    /// A function is called whose value nobody takes.
    pub(super) fn loses_by_call(&mut self, callee: Option<&Callee>, fate: Fate, tokens: TokenStream) {
        let is_lost = matches!(fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten);
        let is_ending = matches!(callee, Some(Callee::External(paths)) if paths.iter().any(|path| makes_ending(path)));
        if is_ending && matches!(fate, Fate::Discarded | Fate::Dropped) {
            self.happens(Happens::LosesTask(LostTask::Ended), tokens);
        } else if let Some(lost) = callee.filter(|_| is_lost).and_then(|callee| self.gives_task(callee)) {
            // What is bound ends with the block, and may be there for just that.
            if fate != Fate::Forgotten || lost != LostTask::Ended {
                self.happens(Happens::LosesTask(lost), tokens);
            }
        } else if let Some(Callee::Local(_, Some(function))) = callee
            && matches!(fate, Fate::Discarded | Fate::Dropped)
            && gives_owner_of_task(&mut self.scope, *function)
        {
            self.happens(Happens::LosesTask(LostTask::Handle), tokens);
        }
    }

    /// `start().await;` of an async function that gives the handle of a task.
    pub(super) fn loses_awaited_task(&mut self, awaited: &syn::Expr, fate: Fate) {
        if !matches!(fate, Fate::Discarded | Fate::Dropped | Fate::Forgotten) {
            return;
        }
        let (function, tokens) = match awaited {
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return };
                match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::Function(function)) => (function, path.to_token_stream()),
                    _ => return,
                }
            }
            syn::Expr::MethodCall(call) => match self.method_of_crate(call) {
                Some(function) => (function, call.method.to_token_stream()),
                None => return,
            },
            _ => return,
        };
        if !self.scope.index().function(function).is_async || self.scope.returns_reference(function) {
            return;
        }
        let is = self.scope.type_of_output(function);
        if let Some(lost) = lost_with(&is).filter(|lost| *lost != LostTask::Ended || fate != Fate::Forgotten) {
            self.happens(Happens::LosesTask(lost), tokens);
        }
    }

    fn method_of_crate(&mut self, call: &syn::ExprMethodCall) -> Option<FunctionId> {
        let receiver = infer::type_of(&mut self.scope, &call.receiver);
        match lookup::method(&mut self.scope, &receiver, &call.method.unraw().to_string()) {
            Method::Local(function) | Method::Declared(function) => Some(function),
            _ => None,
        }
    }

    /// What is lost with the value of a function of the crate that returns the handle of a task, or a set of tasks.
    fn gives_task(&mut self, callee: &Callee) -> Option<LostTask> {
        let Callee::Local(_, Some(function)) = callee else { return None };
        if self.scope.index().function(*function).is_async || self.scope.returns_reference(*function) {
            return None;
        }
        lost_with(&self.scope.type_of_output(*function))
    }

    fn is_spawn(&mut self, expression: &syn::Expr) -> bool {
        if self.owned(expression).is_some_and(|is| is.is_any(HANDLES)) {
            return true;
        }
        if let syn::Expr::MethodCall(call) = expression {
            let of = infer::type_of(&mut self.scope, &call.receiver).bare();
            return call.method.to_string().starts_with("spawn") && of.is_any(SPAWNERS);
        }
        let syn::Expr::Call(call) = expression else { return false };
        let syn::Expr::Path(path) = &*call.func else { return false };
        match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
            Name::Def(Def::External(paths)) => paths.iter().any(|path| SPAWNS.contains(&path.as_str())),
            _ => false,
        }
    }

    /// `let (sender, _) = start();` where nothing in the rest of the block looks at the handle.
    pub(super) fn loses_part(&mut self, statement: &syn::Stmt, rest: &[syn::Stmt]) {
        let syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) = statement else { return };
        if self.place == RunsOn::Elsewhere || matches!(*init.expr, syn::Expr::Tuple(_)) {
            return;
        }
        if let syn::Expr::Field(field) = &*init.expr {
            let Some(Type::Tuple(parts)) = self.owned(&field.base) else { return };
            let kept = member(&field.member);
            let others = parts.iter().enumerate().filter(|(n, _)| n.to_string() != kept);
            if let Some(lost) = others.into_iter().find_map(|(_, part)| lost_with(part)) {
                self.happens(Happens::LosesTask(lost), field.member.to_token_stream());
            }
            return;
        }
        let syn::Pat::Tuple(pattern) = pat else { return };
        let Some(Type::Tuple(parts)) = self.owned(&init.expr) else { return };
        let skipped = pattern.elems.iter().position(|element| matches!(element, syn::Pat::Rest(_)));
        for (n, part) in parts.iter().enumerate() {
            let Some(lost) = lost_with(part) else { continue };
            let element = match skipped {
                Some(at) if n >= at && parts.len() - n >= pattern.elems.len() - at => pattern.elems.get(at),
                Some(at) if n >= at => pattern.elems.get(n + pattern.elems.len() - parts.len()),
                _ => pattern.elems.get(n),
            };
            let is_lost = match element {
                Some(syn::Pat::Wild(_) | syn::Pat::Rest(_)) => true,
                Some(syn::Pat::Ident(name)) => {
                    let name = name.ident.to_string();
                    name.starts_with('_') && !rest.iter().any(|behind| mentions_any(behind.to_token_stream(), &[&name]))
                }
                _ => false,
            };
            if let Some(element) = element.filter(|_| is_lost) {
                self.happens(Happens::LosesTask(lost), element.to_token_stream());
            }
        }
    }

    /// `let task = tokio::spawn(..);` of which the rest of the block keeps only what can abort it.
    pub(super) fn loses_handle(&mut self, statement: &syn::Stmt, rest: &[syn::Stmt]) {
        let syn::Stmt::Local(syn::Local { pat: syn::Pat::Ident(name), init: Some(init), .. }) = statement else {
            return;
        };
        if self.place == RunsOn::Elsewhere || !self.scope.may_name(&[ABORT]) {
            return;
        }
        let name = name.ident.unraw().to_string();
        let mut uses = Uses::default();
        for statement in rest {
            uses.of(&name, statement.to_token_stream());
        }
        let aborts = !uses.others && !uses.methods.is_empty() && uses.methods.iter().all(|method| method == ABORT);
        if aborts && self.is_spawn(&init.expr) {
            self.happens(Happens::LosesTask(LostTask::Aborting), name_of_call(&init.expr));
        }
    }

    /// `spawn_blocking(|| async { .. }).await.unwrap();`, `spawn(async { f() }).await.unwrap();`: the job or task has
    /// made a future, and nobody polls it.
    pub(super) fn loses_future_of_job(&mut self, expression: &syn::Expr) {
        let (mut at, mut awaits) = (expression, 0);
        loop {
            at = match at {
                syn::Expr::Await(inner) => {
                    awaits += 1;
                    &inner.base
                }
                syn::Expr::Try(inner) => &inner.expr,
                syn::Expr::Paren(inner) => &inner.expr,
                syn::Expr::MethodCall(call) if UNWRAPPING.iter().any(|name| call.method == name) => &call.receiver,
                _ => break,
            };
        }
        let (arguments, runs) = match at {
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return };
                let name = self.scope.resolve(&path_of(&path.path), Namespace::Value);
                let is_any = |of: &[&str]| matches!(&name, Name::Def(Def::External(paths)) if paths.iter().any(|path| of.contains(&path.as_str())));
                (&call.args, is_any(JOBS) || is_any(SPAWNS))
            }
            syn::Expr::MethodCall(call) => {
                let of = infer::type_of(&mut self.scope, &call.receiver).bare();
                let spawns = matches!(call.method.to_string().as_str(), "spawn" | "spawn_blocking" | "spawn_local");
                (&call.args, call.method == "add_executor_job" || spawns && of.is_any(SPAWNERS))
            }
            _ => return,
        };
        if awaits > 1 || !runs {
            return;
        }
        match arguments.first() {
            Some(syn::Expr::Closure(closure)) if self.gives_future(closure) => {
                self.drops(Some(OFFLOADED.to_owned()), first_token(closure));
            }
            Some(syn::Expr::Async(task)) => {
                if let Some(syn::Stmt::Expr(last, None)) = task.block.stmts.last()
                    && let Some((shown, tokens)) = self.future_given(last)
                {
                    self.drops(shown, tokens);
                }
            }
            _ => {}
        }
    }

    /// The future that an expression gives, as messages show it.
    fn future_given(&mut self, expression: &syn::Expr) -> Option<(Option<String>, TokenStream)> {
        match expression {
            syn::Expr::Async(inner) => Some((None, inner.async_token.to_token_stream())),
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                let is_future = match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::Function(function)) => {
                        self.scope.index().function(function).is_async || self.scope.returns_future(function)
                    }
                    Name::Def(Def::External(paths)) => paths.iter().any(|path| catalogue::is_async(path)),
                    _ => false,
                };
                is_future.then(|| (Some(format!("{}(..)", written(path))), path.to_token_stream()))
            }
            syn::Expr::MethodCall(call) => {
                let own = self.method_of_crate(call)?;
                let is_future = self.scope.index().function(own).is_async || self.scope.returns_future(own);
                is_future.then(|| (Some(format!("{}(..)", written_method(call))), call.method.to_token_stream()))
            }
            _ => None,
        }
    }

    /// Whether a closure gives a future: it is async itself, or ends in an async block or a call of an async function.
    fn gives_future(&mut self, closure: &syn::ExprClosure) -> bool {
        let mut end = &*closure.body;
        while let syn::Expr::Block(inner) = end {
            let Some(syn::Stmt::Expr(last, None)) = inner.block.stmts.last() else { return false };
            end = last;
        }
        if closure.asyncness.is_some() || matches!(end, syn::Expr::Async(_)) {
            return true;
        }
        let syn::Expr::Call(call) = end else { return false };
        let syn::Expr::Path(path) = &*call.func else { return false };
        match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
            Name::Def(Def::Function(function)) => self.scope.index().function(function).is_async,
            _ => false,
        }
    }

    /// `let mut set = JoinSet::new();` where the rest of the block only starts tasks in it.
    pub(super) fn loses_set(&mut self, statement: &syn::Stmt, rest: &[syn::Stmt]) {
        let syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) = statement else { return };
        let pat = if let syn::Pat::Type(typed) = pat { &*typed.pat } else { pat };
        let (syn::Pat::Ident(name), syn::Expr::Call(call)) = (pat, &*init.expr) else { return };
        if !infer::type_of(&mut self.scope, &init.expr).is(SET) {
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
        let spawns = uses.methods.iter().any(|method| method.starts_with("spawn"));
        let is_harmless =
            |method: &String| method.starts_with("spawn") || ["is_empty", "len"].contains(&method.as_str());
        if spawns && !uses.others && uses.methods.iter().all(is_harmless) && !rest.iter().any(is_endless) {
            self.happens(Happens::LosesTask(LostTask::Set), call.func.to_token_stream());
        }
    }

    /// The fate of what a method is called on whose value has that fate: a future that an adaptor takes shares its own.
    pub(super) fn fate_of_receiver(call: &syn::ExprMethodCall, fate: Fate) -> Fate {
        let is_made_here =
            matches!(*call.receiver, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Async(_));
        let is_adaptor = ADAPTORS.iter().chain(UNWRAPPING).any(|adaptor| call.method == adaptor);
        if fate == Fate::Discarded && is_made_here && is_adaptor { Fate::Discarded } else { Fate::Used }
    }

    /// `.map(|n| work(n)).for_each(drop)`, `let _ = names.map(|n| work(n)).collect::<Vec<_>>();`: what the closure makes
    /// is thrown away.
    pub(super) fn drops_each(&mut self, call: &syn::ExprMethodCall, fate: Fate) {
        let is_drop = matches!(call.args.first(), Some(syn::Expr::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == "drop"));
        let syn::Expr::MethodCall(inner) = &*call.receiver else { return };
        let throws_away = call.method == "for_each" && is_drop || call.method == "collect" && fate == Fate::Discarded;
        if throws_away && inner.method == "map" {
            self.drops_what_is_made(inner);
        }
    }

    fn drops_what_is_made(&mut self, map: &syn::ExprMethodCall) {
        self.drops_each = match map.args.first() {
            Some(syn::Expr::Closure(closure)) => Some(std::ptr::from_ref(closure)),
            _ => None,
        };
        // `.map(work).for_each(drop)`
        if let Some(syn::Expr::Path(path)) = map.args.first()
            && let Name::Def(Def::Function(function)) = self.scope.resolve(&path_of(&path.path), Namespace::Value)
            && self.scope.index().function(function).is_async
        {
            self.drops(Some(format!("{}(..)", written(path))), path.to_token_stream());
        }
    }
}

/// Whether a function of the crate gives a struct that owns the handle of a task, and that has no `Drop` which could do
/// something with it.
pub(crate) fn gives_owner_of_task(scope: &mut Scope<'_>, function: FunctionId) -> bool {
    if scope.index().function(function).is_async || !scope.returns_named_type(function) {
        return false;
    }
    let Type::Local(module, name, arguments) = scope.type_of_output(function) else { return false };
    let owned = scope.types_of_owned_fields(module, &name, &arguments, None);
    owned.iter().any(|field| field.is_any(HANDLES))
        && !scope.returns_reference(function)
        && scope.method(module, &name, "drop", Some("Drop")).is_none()
}

/// What is lost with a value of a type.
fn lost_with(is: &Type) -> Option<LostTask> {
    match is.unwrapped() {
        Type::Tuple(parts) => parts.iter().find_map(lost_with),
        is if is.is_any(HANDLES) => Some(LostTask::Handle),
        is if is.is(SET) => Some(LostTask::Set),
        is if is.is_any(ENDING) => Some(LostTask::Ended),
        is if is.is_any(&["std::collections::VecDeque", "std::vec::Vec"]) => lost_with(&is.argument(0)),
        _ => None,
    }
}

fn first_token(of: &impl ToTokens) -> TokenStream {
    of.to_token_stream().into_iter().take(1).collect()
}

/// What to point at where a task is started.
fn name_of_call(expression: &syn::Expr) -> TokenStream {
    match expression {
        syn::Expr::MethodCall(call) => call.method.to_token_stream(),
        syn::Expr::Call(call) => call.func.to_token_stream(),
        _ => expression.to_token_stream(),
    }
}

/// How a variable is used.
#[derive(Default)]
struct Uses {
    /// The methods that are called on it.
    methods: Vec<String>,
    /// In some other way.
    others: bool,
}

impl Uses {
    fn of(&mut self, name: &str, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut before = ' ';
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Ident(ident) if ident == name && before != '.' => {
                    let is_dot = tokens.next_if(|token| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.'));
                    match is_dot.and_then(|_| tokens.next()) {
                        Some(TokenTree::Ident(method)) => self.methods.push(method.to_string()),
                        _ => self.others = true,
                    }
                    before = ' ';
                }
                TokenTree::Group(group) => {
                    self.of(name, group.stream());
                    before = ' ';
                }
                // A message may show it.
                TokenTree::Literal(text) => self.others |= text.to_string().contains(&format!("{{{name}")),
                TokenTree::Punct(sign) => before = sign.as_char(),
                TokenTree::Ident(_) => before = ' ',
            }
        }
    }
}
