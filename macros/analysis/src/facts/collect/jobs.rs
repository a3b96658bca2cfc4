//! Jobs of the executor that are awaited one after the other, though none needs what another gave.
//!
//! Looked for only where somebody asks for the rule. What a job needs is judged by names: a word that stands in it, in
//! whatever meaning, counts as needed.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use crate::facts::model::{Happens, Queued};
use crate::knowledge::catalogue::Category;
use crate::syntax::path::path_of;
use crate::syntax::quick::HashSet;
use crate::syntax::waits::{has_unknown_macro, is_plain_macro};
use crate::types::infer;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// Functions that run a closure in the executor and give a future of what it returns.
const EXECUTORS: &[&str] = &[
    "actix_rt::task::spawn_blocking",
    "actix_web::rt::task::spawn_blocking",
    "actix_web::web::block",
    "async_std::task::spawn_blocking",
    "blocking::unblock",
    "gio::spawn_blocking",
    "smol::unblock",
    "tauri::async_runtime::spawn_blocking",
    "tokio::task::spawn_blocking",
];

/// Types of which the method `spawn_blocking` does.
const RUNTIMES: &[&str] = &["tokio::runtime::Handle", "tokio::runtime::LocalRuntime", "tokio::runtime::Runtime"];

/// Methods that leave what they are called on as it is.
const READERS: &[&str] = &["as_ref", "as_str", "clone", "is_empty", "iter", "len", "to_owned", "to_string", "to_vec"];

/// What leaves a block, and what ends a loop.
const LEAVES: &[&str] = &["bail", "break", "continue", "ensure", "return"];
const ENDS: &[&str] = &["bail", "break", "ensure", "return"];

/// Stands for whatever a method of `self` changes.
const OWN: &str = "self()";

/// Whether a function runs a closure in the executor.
pub(crate) fn is_executor(path: &str) -> bool {
    EXECUTORS.contains(&path)
}

/// Whether a method of that name may do so.
pub(crate) fn may_be_executor(method: &str) -> bool {
    matches!(method, "add_executor_job" | "spawn_blocking")
}

/// A job that is awaited.
#[derive(Clone)]
struct Job {
    /// What to point at.
    at: TokenStream,
    /// The words that stand in it.
    words: HashSet<String>,
}

/// Jobs that have been started, and are awaited by their names.
#[derive(Default)]
struct Started {
    jobs: Vec<(String, Job)>,
    /// One was started before another was awaited.
    overlap: bool,
}

impl Collector<'_, '_> {
    /// Tells of jobs in the statements of a block that follow one another.
    pub(super) fn jobs_in_block(&mut self, statements: &[syn::Stmt]) {
        if !self.asks_about_jobs() {
            return;
        }
        // The words that depend on what a job before gave; nothing where none is before.
        let mut given: Option<HashSet<String>> = None;
        let mut started = Started::default();
        for statement in statements {
            let mut jobs = Vec::new();
            self.jobs_of_statement(statement, false, &mut started, &mut jobs);
            let bare = without_jobs(statement.to_token_stream());
            let is_plain = count_of(bare.clone(), "await") == jobs.len() && !has_unknown_macro(bare.clone());
            if started.overlap {
                return;
            }
            for job in &jobs {
                if given.as_ref().is_some_and(|given| given.is_disjoint(&job.words)) {
                    self.happens(Happens::Queues(Queued::Behind), job.at.clone());
                } else {
                    given = Some(HashSet::default());
                }
            }
            let is_harmless = !jobs.is_empty() || is_harmless(statement, given.as_ref());
            if !is_plain || !is_harmless || leaves_otherwise(statement, LEAVES) {
                given = None;
            }
            if let Some(given) = &mut given
                && (!jobs.is_empty() || !given.is_disjoint(&words_of(bare.clone())))
            {
                given.extend(bound_by(statement, bare));
            }
        }
    }

    /// Tells of a job that each turn of a loop waits for, where no turn needs what another one gave.
    pub(super) fn jobs_in_loop(&mut self, pattern: Option<&syn::Pat>, head: TokenStream, body: &syn::Block) {
        if !self.asks_about_jobs() {
            return;
        }
        let (mut started, mut jobs) = (Started::default(), Vec::new());
        for statement in &body.stmts {
            self.jobs_of_statement(statement, true, &mut started, &mut jobs);
        }
        let bare = without_jobs(body.stmts.iter().map(quote::ToTokens::to_token_stream).collect());
        let waits_for_more = count_of(bare.clone(), "await") != jobs.len() || count_of(head.clone(), "await") > 0;
        let is_open =
            has_unknown_macro(bare.clone()) || body.stmts.iter().any(|statement| leaves_otherwise(statement, ENDS));
        let Some(first) = jobs.first().filter(|_| !waits_for_more && !is_open && !started.overlap) else { return };
        let mut needed = words_of(head);
        needed.extend(jobs.iter().flat_map(|job| job.words.iter().cloned()));
        // A variable of the turn is gone in the next one. What it is made of counts.
        let mut own = pattern.map(|pattern| words_of(pattern.to_token_stream())).unwrap_or_default();
        for statement in body.stmts.iter().rev() {
            if let syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) = statement {
                let bound = words_of(pat.to_token_stream());
                if !needed.is_disjoint(&bound) {
                    needed.extend(words_of(init.expr.to_token_stream()));
                }
                own.extend(bound);
            }
        }
        let changed: HashSet<_> = changed_by(bare).difference(&own).cloned().collect();
        let changes_self = changed.contains(OWN) && needed.iter().any(|name| name.starts_with("self"));
        if needed.is_disjoint(&changed) && !changes_self {
            self.happens(Happens::Queues(Queued::EachTurn), first.at.clone());
        }
    }

    fn asks_about_jobs(&self) -> bool {
        self.model.strict.contains(&Category::Jobs) && !self.again && self.in_strange_macros == 0
    }

    /// The jobs that a statement awaits. `deep`: those of branches as well.
    fn jobs_of_statement(&mut self, statement: &syn::Stmt, deep: bool, started: &mut Started, jobs: &mut Vec<Job>) {
        match statement {
            syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) => {
                let pat = if let syn::Pat::Type(typed) = pat { &*typed.pat } else { pat };
                if let (syn::Pat::Ident(name), Some(job)) = (pat, self.job(&init.expr)) {
                    started.overlap |= !started.jobs.is_empty();
                    started.jobs.push((name.ident.unraw().to_string(), job));
                } else {
                    self.jobs_of(&init.expr, deep, started, jobs);
                }
            }
            syn::Stmt::Expr(expression, _) => self.jobs_of(expression, deep, started, jobs),
            syn::Stmt::Local(_) | syn::Stmt::Item(_) | syn::Stmt::Macro(_) => {}
        }
    }

    fn jobs_of(&mut self, expression: &syn::Expr, deep: bool, started: &mut Started, jobs: &mut Vec<Job>) {
        use syn::Expr;
        let mut each = |inner: &syn::Expr| self.jobs_of(inner, deep, started, jobs);
        match expression {
            Expr::Await(inner) => {
                let job = match &*inner.base {
                    Expr::Path(path) => path.path.get_ident().and_then(|name| {
                        let at = started.jobs.iter().position(|(known, _)| name == known)?;
                        Some(started.jobs.remove(at).1)
                    }),
                    base => self.job(base).inspect(|_| started.overlap |= !started.jobs.is_empty()),
                };
                jobs.extend(job);
            }
            Expr::Array(inner) => inner.elems.iter().for_each(each),
            Expr::Assign(inner) => each(&inner.right),
            Expr::Binary(inner) if !matches!(inner.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                each(&inner.left);
                each(&inner.right);
            }
            Expr::Block(inner) => {
                for statement in &inner.block.stmts {
                    self.jobs_of_statement(statement, deep, started, jobs);
                }
            }
            Expr::Call(inner) => inner.args.iter().for_each(each),
            Expr::Cast(inner) => each(&inner.expr),
            Expr::Field(inner) => each(&inner.base),
            Expr::Group(inner) => each(&inner.expr),
            Expr::If(inner) => {
                each(&inner.cond);
                let branches = inner.then_branch.stmts.iter().filter(|_| deep);
                branches.for_each(|statement| self.jobs_of_statement(statement, deep, started, jobs));
                if let Some((_, other)) = inner.else_branch.as_ref().filter(|_| deep) {
                    self.jobs_of(other, deep, started, jobs);
                }
            }
            Expr::Let(inner) => each(&inner.expr),
            Expr::Match(inner) => {
                each(&inner.expr);
                inner.arms.iter().filter(|_| deep).for_each(|arm| each(&arm.body));
            }
            Expr::MethodCall(inner) => {
                each(&inner.receiver);
                inner.args.iter().for_each(each);
            }
            Expr::Paren(inner) => each(&inner.expr),
            Expr::Reference(inner) => each(&inner.expr),
            Expr::Return(inner) => inner.expr.as_deref().into_iter().for_each(each),
            Expr::Struct(inner) => inner.fields.iter().for_each(|field| each(&field.expr)),
            Expr::Try(inner) => each(&inner.expr),
            Expr::Tuple(inner) => inner.elems.iter().for_each(each),
            Expr::Unary(inner) => each(&inner.expr),
            // The others run later, or not for certain.
            _ => {}
        }
    }

    /// The job that a call gives to the executor.
    fn job(&mut self, expression: &syn::Expr) -> Option<Job> {
        let (at, arguments) = match expression {
            syn::Expr::Paren(inner) => return self.job(&inner.expr),
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                let Name::Def(Def::External(paths)) = self.scope.resolve(&path_of(&path.path), Namespace::Value) else {
                    return None;
                };
                let is_known = paths.iter().any(|path| is_executor(path));
                (is_known.then(|| path.to_token_stream())?, &call.args)
            }
            syn::Expr::MethodCall(call) if may_be_executor(&call.method.to_string()) => {
                let of = infer::type_of(&mut self.scope, &call.receiver).bare();
                let is_known = match &of {
                    Type::External(paths, _) if call.method == "add_executor_job" => {
                        paths.iter().all(|path| path.starts_with("onloop::"))
                    }
                    Type::Unknown => call.method == "add_executor_job",
                    of => of.is_any(RUNTIMES),
                };
                (is_known.then(|| call.method.to_token_stream())?, &call.args)
            }
            _ => return None,
        };
        Some(Job { at, words: words_of(arguments.to_token_stream()) })
    }
}

/// Whether a statement between two jobs could as well stand behind both: it binds or keeps something, or logs.
fn is_harmless(statement: &syn::Stmt, given: Option<&HashSet<String>>) -> bool {
    let keeps = |tokens: TokenStream| given.is_some_and(|given| !given.is_disjoint(&words_of(tokens)));
    match statement {
        syn::Stmt::Local(_) | syn::Stmt::Item(_) | syn::Stmt::Expr(syn::Expr::Assign(_) | syn::Expr::Binary(_), _) => {
            true
        }
        syn::Stmt::Macro(inner) => inner.mac.path.segments.last().is_some_and(|last| is_plain_macro(&last.ident)),
        // `list.push(a)`
        syn::Stmt::Expr(syn::Expr::MethodCall(call), _) => keeps(call.args.to_token_stream()),
        syn::Stmt::Expr(..) => false,
    }
}

/// What depends on a statement: what it binds or assigns to, else all that stands in it.
fn bound_by(statement: &syn::Stmt, bare: TokenStream) -> HashSet<String> {
    let mut bound = match statement {
        syn::Stmt::Local(local) => words_of(local.pat.to_token_stream()),
        syn::Stmt::Expr(syn::Expr::Assign(assign), _) => words_of(assign.left.to_token_stream()),
        _ => words_of(bare),
    };
    if bound.iter().any(|name| name.starts_with("self.")) {
        bound.insert("self".to_owned());
    }
    bound
}

/// Whether a statement may leave the block or the turn for another reason than that something failed.
fn leaves_otherwise(statement: &syn::Stmt, by: &[&str]) -> bool {
    let leaves = |tokens: TokenStream| by.iter().any(|word| count_of(tokens.clone(), word) > 0);
    let is_failure = |pattern: TokenStream| words_of(pattern).contains("Err");
    match statement {
        syn::Stmt::Local(syn::Local { pat, init: Some(init), .. }) => {
            let otherwise = init.diverge.as_ref().is_some_and(|_| !words_of(pat.to_token_stream()).contains("Ok"));
            otherwise || expression_leaves(&init.expr, &leaves, &is_failure)
        }
        syn::Stmt::Expr(expression, _) => expression_leaves(expression, &leaves, &is_failure),
        syn::Stmt::Local(_) | syn::Stmt::Item(_) => false,
        syn::Stmt::Macro(inner) => leaves(inner.to_token_stream()),
    }
}

fn expression_leaves(
    expression: &syn::Expr,
    leaves: &dyn Fn(TokenStream) -> bool,
    is_failure: &dyn Fn(TokenStream) -> bool,
) -> bool {
    match expression {
        syn::Expr::Match(inner) => {
            let mut arms = inner.arms.iter().filter(|arm| !is_failure(arm.pat.to_token_stream()));
            arms.any(|arm| leaves(arm.body.to_token_stream()))
        }
        syn::Expr::If(inner) if is_failure(inner.cond.to_token_stream()) => {
            inner.else_branch.as_ref().is_some_and(|(_, other)| leaves(other.to_token_stream()))
        }
        _ => leaves(without_jobs(expression.to_token_stream())),
    }
}

/// Code without what stands between the parentheses of jobs: that runs elsewhere.
fn without_jobs(tokens: TokenStream) -> TokenStream {
    const NAMES: &[&str] = &["add_executor_job", "block", "spawn_blocking", "unblock"];
    let mut is_named = false;
    let each = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let inside = if std::mem::take(&mut is_named) { TokenStream::new() } else { without_jobs(group.stream()) };
            TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inside))
        }
        token => {
            is_named = matches!(&token, TokenTree::Ident(name) if NAMES.iter().any(|known| name == known));
            token
        }
    };
    tokens.into_iter().map(each).collect()
}

fn count_of(tokens: TokenStream, word: &str) -> usize {
    let count = |token: TokenTree| match token {
        TokenTree::Group(group) => count_of(group.stream(), word),
        TokenTree::Ident(ident) => usize::from(ident == word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.into_iter().map(count).sum()
}

/// The names in code, those that a text shows included. `self.field` is one.
fn words_of(tokens: TokenStream) -> HashSet<String> {
    let mut words = HashSet::default();
    each_name(tokens, &mut |name, _| {
        words.insert(name);
    });
    words
}

/// The variables and fields that code changes, or may: by assigning to them, lending them, calling their methods.
fn changed_by(tokens: TokenStream) -> HashSet<String> {
    let mut changed = HashSet::default();
    each_name(tokens, &mut |name, use_of| {
        if use_of == UseOf::Changes {
            changed.insert(name);
        }
    });
    changed
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UseOf {
    Looks,
    Changes,
}

fn each_name(tokens: TokenStream, found: &mut dyn FnMut(String, UseOf)) {
    let mut tokens = tokens.into_iter().peekable();
    // Between `let` and `=` nothing changes.
    let (mut binds, mut is_lent, mut before) = (false, false, ' ');
    while let Some(token) = tokens.next() {
        let is_field = std::mem::replace(&mut before, ' ') == '.';
        match token {
            TokenTree::Group(group) => each_name(group.stream(), found),
            TokenTree::Punct(sign) => {
                before = sign.as_char();
                binds &= before != '=';
            }
            TokenTree::Literal(text) => {
                let text = text.to_string();
                // `"{name:?}"`
                let names = text.split('{').skip(1).filter_map(|rest| rest.split([':', '}']).next());
                names.for_each(|name| found(name.to_owned(), UseOf::Looks));
            }
            TokenTree::Ident(ident) if ident == "let" => binds = true,
            TokenTree::Ident(ident) if ident == "mut" => {
                is_lent = true;
                continue;
            }
            TokenTree::Ident(ident) => {
                let mut name = ident.unraw().to_string();
                let mut rest = tokens.clone();
                let mut member = field(&mut rest);
                if let ("self", Some(inner)) = (name.as_str(), &member)
                    && !is_called(&mut rest.clone())
                {
                    name = format!("self.{inner}");
                    tokens = rest.clone();
                    member = field(&mut rest);
                }
                let is_changed = match member {
                    Some(method) => !READERS.contains(&method.as_str()) && method != "await",
                    None => is_assigned(tokens.clone()),
                };
                match (is_changed || is_lent) && !binds {
                    _ if is_field => {}
                    true if name == "self" => found(OWN.to_owned(), UseOf::Changes),
                    true => found(name, UseOf::Changes),
                    false => found(name, UseOf::Looks),
                }
            }
        }
        is_lent = false;
    }
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// The name behind a dot.
fn field(tokens: &mut Tokens) -> Option<String> {
    tokens.next_if(|token| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.'))?;
    match tokens.next() {
        Some(TokenTree::Ident(name)) => Some(name.unraw().to_string()),
        _ => None,
    }
}

fn is_called(tokens: &mut Tokens) -> bool {
    matches!(tokens.next(), Some(TokenTree::Group(group)) if group.delimiter() == proc_macro2::Delimiter::Parenthesis)
}

/// `=`, `+=`, but not `==` or `=>`.
fn is_assigned(tokens: Tokens) -> bool {
    let sign = |token| if let TokenTree::Punct(sign) = token { Some(sign.as_char()) } else { None };
    let signs: Vec<_> = tokens.map_while(sign).take(2).collect();
    match signs[..] {
        ['=', '=' | '>', ..] | [] => false,
        ['=', ..] | ['+' | '-' | '*' | '/' | '%' | '|' | '&' | '^', '=', ..] => true,
        _ => false,
    }
}
