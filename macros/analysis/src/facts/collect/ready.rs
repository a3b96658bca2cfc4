//! Calls that have nothing to wait for, as the code around them shows: the thread has ended, the duration is zero, the
//! socket is non-blocking.

use super::Collector;
use super::shape::root_of;
use crate::facts::model::Callee;
use crate::knowledge::catalogue::Category;
use crate::syntax::path::path_of;

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
            || (is_suspect || category.is_some()) && call.args.iter().any(is_no_time)
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
        no_time && !name.contains("sleep") && callee.entry(&self.scope.known().project).is_some()
    }
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

/// Whether a condition holds only where a thread was seen to have ended (`Some(true)`), or only where none was.
pub(super) fn asks_finished(condition: &syn::Expr) -> Option<bool> {
    match condition {
        syn::Expr::MethodCall(call) => {
            let asks_others = call.method == "any" && call.args.iter().any(answers_unfinished);
            let is_asked = call.method == FINISHED || call.args.iter().any(answers_finished);
            if asks_others { Some(false) } else { is_asked.then_some(true) }
        }
        syn::Expr::Let(inner) => asks_finished(&inner.expr).filter(|asked| *asked),
        syn::Expr::Paren(inner) => asks_finished(&inner.expr),
        syn::Expr::Group(inner) => asks_finished(&inner.expr),
        syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            asks_finished(&inner.expr).map(|asked| !asked)
        }
        syn::Expr::Binary(binary) => {
            let [left, right] = [&binary.left, &binary.right].map(|operand| asks_finished(operand));
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
pub(super) fn gives_finished(iterator: &syn::Expr) -> bool {
    match iterator {
        syn::Expr::MethodCall(call) => call.args.iter().any(answers_finished) || gives_finished(&call.receiver),
        syn::Expr::Paren(inner) => gives_finished(&inner.expr),
        syn::Expr::Reference(inner) => gives_finished(&inner.expr),
        _ => false,
    }
}

/// `|thread| !thread.is_finished()`
fn answers_unfinished(argument: &syn::Expr) -> bool {
    matches!(argument, syn::Expr::Closure(closure) if asks_finished(&closure.body) == Some(false))
}

/// `|thread| thread.is_finished()`, `JoinHandle::is_finished`
fn answers_finished(argument: &syn::Expr) -> bool {
    match argument {
        syn::Expr::Closure(closure) => asks_finished(&closure.body) == Some(true),
        syn::Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == FINISHED),
        _ => false,
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
