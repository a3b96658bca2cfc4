//! Calls that have nothing to wait for, as the code around them shows: the thread has ended, the duration is zero, the
//! socket is non-blocking.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse as _, Parser as _};

use super::Collector;
use super::diverge::{Diverges, diverges};
use super::macro_args::Matches;
use super::shape::root_of;
use crate::facts::model::{Callee, RunsOn, Use};
use crate::knowledge::catalogue::{Category, Certainty, Entry};
use crate::syntax::path::{Path, path_of};
use crate::syntax::tokens::{any_token, is_punct, is_word};
use crate::syntax::waits::may_wait;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;

/// What says `WouldBlock` where it has nothing to read, or no room to write.
const MAY_WOULD_BLOCK: &[&str] = &[
    "accept",
    "fill_buf",
    "flush",
    "peek",
    "peek_from",
    "read",
    "read_exact",
    "read_line",
    "read_to_end",
    "read_to_string",
    "read_until",
    "read_vectored",
    "recv",
    "recv_from",
    "send",
    "send_to",
    "write",
    "write_all",
    "write_vectored",
];

/// Methods that say of one thread, or of all, that they have ended, if they deny that one has not.
const OVER_ALL: &[&str] = &["any", "is_some_and", "map_or"];

/// The method that asks whether a thread has ended.
pub(super) const FINISHED: &str = "is_finished";

impl Collector<'_, '_> {
    /// Whether a method has nothing to wait for.
    pub(super) fn is_at_once(&self, callee: &Callee, call: &syn::ExprMethodCall) -> bool {
        let is_suspect = matches!(callee, Callee::Suspect(_));
        let category = callee.entry(&self.scope.known().project).map(|entry| entry.category);
        let joins = call.method == "join" && (is_suspect || category == Some(Category::Thread));
        let is_known = |root: String| self.ready.nonblocking.contains(&root);
        joins && self.ready.finished > 0
            || (is_suspect || category.is_some() || self.is_helper(callee)) && call.args.iter().any(is_no_time)
            || (is_suspect || category.is_some())
                && !self.ready.nonblocking.is_empty()
                && root_of(&call.receiver).is_some_and(is_known)
    }

    /// Whether a function of the catalogue is given no time to wait.
    pub(super) fn has_no_time(&self, callee: &Callee, name: &str, call: &syn::ExprCall) -> bool {
        let polls = matches!(
            name,
            "GetQueuedCompletionStatus"
                | "WSAPoll"
                | "WaitForMultipleObjects"
                | "WaitForSingleObject"
                | "epoll_pwait"
                | "epoll_wait"
                | "poll"
        );
        let no_time = call.args.iter().any(is_no_time) || polls && call.args.last().is_some_and(is_zero);
        // Who sleeps for nothing still says that it sleeps.
        no_time
            && !name.contains("sleep")
            && (callee.entry(&self.scope.known().project).is_some() || self.is_helper(callee))
    }

    /// A function of the crate that passes on the time it is given.
    fn is_helper(&self, callee: &Callee) -> bool {
        matches!(callee, Callee::Local(None, Some(function)) if !self.scope.index().function(*function).is_async)
    }

    /// Who expects `WouldBlock` reads from, or writes to, something that does not wait; but for a time limit. And who
    /// polls before finds something to read.
    pub(super) fn has_asked_before(&mut self, body: &[syn::Stmt]) {
        let may_tell = |found: &Use| {
            let words = found.tokens.clone().into_iter().filter(|token| matches!(token, TokenTree::Ident(_)));
            words.last().is_some_and(|last| MAY_WOULD_BLOCK.iter().any(|name| is_word(&last, name)))
        };
        if !self.model.uses.iter().any(may_tell) {
            return;
        }
        let says =
            |word| body.iter().any(|statement| any_token(&statement.to_token_stream(), &|token| is_word(token, word)));
        let expects = says("WouldBlock") && !says("set_read_timeout") && !says("set_write_timeout");
        let polls = says("poll");
        for found in self.model.uses.iter_mut().filter(|found| may_tell(found)) {
            if expects || polls && found.callee.is_any(&["crossterm::event::read"]) {
                found.place = RunsOn::Elsewhere;
            }
        }
    }
}

impl Collector<'_, '_> {
    /// `select!` of channels of threads, as a call; nothing where it has another arm to take at once.
    pub(super) fn selecting(&self, callee: Callee, arms: &TokenStream) -> Option<Callee> {
        let arms = channel_arms(arms.clone());
        let is_at_once = |time: &TokenStream| {
            time.is_empty() || syn::parse2::<syn::Expr>(time.clone()).is_ok_and(|time| is_no_time(&time))
        };
        if arms.iter().any(|(name, given)| name == "default" && is_at_once(given)) {
            return None;
        }
        // A channel mostly has room for what is sent.
        let receives = arms.iter().any(|(name, _)| name == "recv") && arms.iter().all(|(name, _)| name != "send");
        Some(match callee.entry(&self.scope.known().project).filter(|_| receives) {
            Some(entry) => Callee::Method(Entry { certainty: Certainty::Always, ..entry }),
            None => callee,
        })
    }
}

/// The arms of a `select!` of channels of threads, by what they wait for and what that is given: `recv(requests) -> r`,
/// `send(replies, reply) -> r`, `default(time)`.
fn channel_arms(tokens: TokenStream) -> Vec<(String, TokenStream)> {
    let mut arms = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else { continue };
        let given = match tokens.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group.stream(),
            _ => TokenStream::new(),
        };
        let mut after = tokens.clone().skip_while(|token| matches!(token, TokenTree::Group(_)));
        let begins = after.next().is_some_and(|sign| is_punct(&sign, '=') || is_punct(&sign, '-'))
            && after.next().is_some_and(|sign| is_punct(&sign, '>'));
        if begins {
            arms.push((name.to_string(), given));
        }
    }
    arms
}

/// Whether the flags that a function of the operating system is given say that it waits: it is listed as one that may.
pub(super) fn is_told_to_wait(path: &str, call: &syn::ExprCall) -> bool {
    let (krate, name) = (path.split("::").next().unwrap_or_default(), path.rsplit("::").next().unwrap_or_default());
    let last = call.args.last();
    let names_any = |names: &[&str]| match last {
        Some(syn::Expr::Path(path)) => {
            path.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
        }
        _ => false,
    };
    match (krate, name) {
        ("libc", "wait4") => call.args.iter().nth(2).is_some_and(is_zero),
        ("libc", "waitpid") => last.is_some_and(is_zero),
        ("nix", "waitpid") => names_any(&["None"]),
        ("libc" | "nix" | "rustix", "flock") => {
            names_any(&["LOCK_EX", "LOCK_SH", "LockExclusive", "LockShared"])
        }
        ("libc", "lockf") => call.args.iter().nth(1).is_some_and(
            |how| matches!(how, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "F_LOCK")),
        ),
        _ => false,
    }
}

impl Collector<'_, '_> {
    /// Whether a condition holds only where a thread was seen to have ended (`Some(true)`), or only where none was.
    pub(super) fn asks_finished(&mut self, condition: &syn::Expr) -> Option<bool> {
        match condition {
            syn::Expr::MethodCall(call) => {
                let asks_others = OVER_ALL.iter().any(|name| call.method == name)
                    && call.args.iter().any(|asked| self.answers_unfinished(asked));
                let is_asked = call.method == FINISHED || call.args.iter().any(|asked| self.answers_finished(asked));
                if asks_others { Some(false) } else { is_asked.then_some(true) }
            }
            syn::Expr::Let(inner) => self.asks_finished(&inner.expr).filter(|asked| *asked),
            syn::Expr::Macro(call) if call.mac.path.is_ident("matches") => {
                let guard = Matches::parse.parse2(call.mac.tokens.clone()).ok()?.1?;
                self.asks_finished(&guard)
            }
            syn::Expr::Paren(inner) => self.asks_finished(&inner.expr),
            syn::Expr::Group(inner) => self.asks_finished(&inner.expr),
            syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
                self.asks_finished(&inner.expr).map(|asked| !asked)
            }
            syn::Expr::Binary(binary) => {
                let [left, right] = [&binary.left, &binary.right].map(|operand| self.asks_finished(operand));
                let wanted = match binary.op {
                    syn::BinOp::And(_) => Some(true),
                    syn::BinOp::Or(_) => Some(false),
                    _ => None,
                };
                wanted.filter(|_| left == wanted || right == wanted)
            }
            _ => None,
        }
    }

    /// Whether an iterator gives only threads that were seen to have ended:
    /// `threads.extract_if(.., |thread| thread.is_finished())`.
    pub(super) fn gives_finished(&mut self, iterator: &syn::Expr) -> bool {
        match iterator {
            syn::Expr::MethodCall(call) => {
                call.args.iter().any(|asked| self.answers_finished(asked)) || self.gives_finished(&call.receiver)
            }
            syn::Expr::Paren(inner) => self.gives_finished(&inner.expr),
            syn::Expr::Reference(inner) => self.gives_finished(&inner.expr),
            _ => false,
        }
    }

    /// Whether behind a statement it is known whether a thread has ended: `if !thread.is_finished() { return }`,
    /// `let is_over = thread.is_finished();`.
    pub(super) fn asks_for_the_end(&mut self, statement: &syn::Stmt) -> bool {
        let asks = |tokens: TokenStream| any_token(&tokens, &|token| is_word(token, FINISHED));
        match statement {
            syn::Stmt::Expr(syn::Expr::If(inner), _) => {
                let leaves = diverges(&inner.then_branch.stmts) == Diverges::Always && inner.else_branch.is_none();
                leaves && self.asks_finished(&inner.cond) == Some(false)
            }
            // One that only looks until then waits itself.
            syn::Stmt::Expr(syn::Expr::While(inner), _) => {
                self.asks_finished(&inner.cond) == Some(false) && may_wait(inner.body.to_token_stream())
            }
            // What becomes of the answer is not followed.
            syn::Stmt::Local(local) => local
                .init
                .as_ref()
                .is_some_and(|init| asks(init.expr.to_token_stream()) || self.gives_finished(&init.expr)),
            syn::Stmt::Macro(call) => {
                let name = call.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                matches!(name.as_str(), "assert" | "debug_assert" | "ensure") && asks(call.mac.tokens.clone())
            }
            _ => false,
        }
    }

    /// `|thread| !thread.is_finished()`
    fn answers_unfinished(&mut self, argument: &syn::Expr) -> bool {
        matches!(argument, syn::Expr::Closure(closure) if self.asks_finished(&closure.body) == Some(false))
    }

    /// `|thread| thread.is_finished()`, `JoinHandle::is_finished`, and the name of a function that does that.
    fn answers_finished(&mut self, argument: &syn::Expr) -> bool {
        match argument {
            syn::Expr::Closure(closure) => self.asks_finished(&closure.body) == Some(true),
            syn::Expr::Path(path) => {
                let path = path_of(&path.path);
                path.segments.last().is_some_and(|last| last == FINISHED) || self.is_function_that_asks(&path)
            }
            _ => false,
        }
    }

    /// Whether a path leads to a function of the crate that tells whether a thread has ended.
    fn is_function_that_asks(&mut self, path: &Path) -> bool {
        let Name::Def(Def::Function(function)) = self.scope.resolve(path, Namespace::Value) else { return false };
        // Most functions that are handed over ask something else. What one of them hands over is not followed: it may be
        // itself.
        if self.is_in_asked || !self.scope.mentions(function, FINISHED) {
            return false;
        }
        let body = self.scope.body_of(function, |body| syn::parse2(body).ok()).flatten();
        self.is_in_asked = true;
        let asks = body.is_some_and(|asked| self.asks_finished(&asked) == Some(true));
        self.is_in_asked = false;
        asks
    }
}

/// Whether an argument is a time of nothing: who waits for so long does not wait.
fn is_no_time(argument: &syn::Expr) -> bool {
    match argument {
        syn::Expr::Path(path) => {
            let path = path_of(&path.path);
            matches!(&path.segments[..], [.., of, zero] if (of == "Duration" || of == "PollTimeout") && zero == "ZERO")
        }
        syn::Expr::Call(call) => {
            let syn::Expr::Path(path) = &*call.func else { return false };
            let path = path_of(&path.path);
            match &path.segments[..] {
                [.., of, made] if of == "Duration" => {
                    made == "default" || !call.args.is_empty() && call.args.iter().all(is_zero)
                }
                [.., wrapper] if wrapper == "Some" => call.args.iter().all(is_no_time),
                _ => false,
            }
        }
        syn::Expr::Paren(inner) => is_no_time(&inner.expr),
        syn::Expr::Reference(inner) => is_no_time(&inner.expr),
        _ => false,
    }
}

fn is_zero(number: &syn::Expr) -> bool {
    match number {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_digits() == "0",
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(number), .. }) => {
            number.base10_parse::<f64>().is_ok_and(|number| number == 0.0)
        }
        _ => false,
    }
}
