//! Where a probe can stand, and for which calls.
//!
//! A probe repeats the receiver of a call in dead code. It stands in front of a statement, or at the head of a closure
//! or match arm that is not a block, at the innermost place that satisfies two conditions:
//!
//! 1. every variable that the receiver names is bound there;
//! 2. it is in the closure or async block in which the receiver's variable is bound: inside another one, the probe
//!    would change its captures.

use std::rc::Rc;

use quote::ToTokens;
use syn::ext::IdentExt as _;

use super::Collector;
use super::around::Open;
use crate::facts::model::{Callee, RunsOn};
use crate::facts::question::Probe;
use crate::knowledge::catalogue::{self, Entry};
use crate::syntax::kind::Kind;
use crate::syntax::point;
use crate::syntax::point::Point;
use crate::types::infer;

impl Collector<'_, '_> {
    /// Walks a statement, or an expression that can be put in braces: a place for probes.
    pub(super) fn at_point<R>(
        &mut self,
        code: &impl ToTokens,
        is_statement: bool,
        walk: impl FnOnce(&mut Self) -> R,
    ) -> R {
        // What a macro makes of its arguments is not known.
        if self.in_macros > 0 {
            return walk(self);
        }
        self.points.push(Open { since: self.scope.now(), point: None, is_exempt: false });
        let value = walk(self);
        let Some(Open { point, is_exempt, .. }) = self.points.pop() else { return value };
        if is_exempt {
            let point = if is_statement { point::statement(code) } else { point::around(code) };
            self.allow_lint(RunsOn::Elsewhere, || point);
        }
        if let Some(point) = point {
            let mut tokens = code.to_token_stream().into_iter();
            if let Some(first) = tokens.next() {
                let last = if is_statement { None } else { Some(tokens.last().unwrap_or_else(|| first.clone())) };
                point.get_or_init(|| Point { first, last });
            }
        }
        value
    }

    /// Clippy's lints are allowed in what runs at that place, if it is not the loop. Nothing is noted where clippy is not looking.
    pub(super) fn allow_lint(&mut self, place: RunsOn, point: impl FnOnce() -> Option<Point>) {
        if let (Some(lint_allowed), RunsOn::Elsewhere | RunsOn::Held(_)) = (&mut self.model.lint_allowed, place) {
            lint_allowed.extend(point().map(|point| (place, point)));
        }
    }

    /// Clippy's lints are denied in a job for the loop, though they are allowed around it.
    pub(super) fn deny_lint(&mut self, kind: Kind, point: impl FnOnce() -> Option<Point>) {
        let is_allowed = self.model.lint_allowed.is_some() && !self.lint_allowed_around.is_empty();
        let is_exempt =
            |this: &Self| this.context.exemptions.iter().any(|&index| this.exemptions[index].is_for_clippy());
        if kind != Kind::Blocking && is_allowed && !is_exempt(self) {
            let around = self.lint_allowed_around.clone();
            self.model.lint_denied.extend(point().map(|point| (around, point)));
        }
    }

    /// A function that is passed on as a value. Anything but a variable is one, or something that clippy does not
    /// check.
    pub(super) fn allow_lint_in_value(&mut self, path: &syn::ExprPath, place: RunsOn) {
        let last = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        let is_variable =
            path.path.get_ident().is_some_and(|name| self.scope.since(&name.unraw().to_string()).is_some());
        if last != "self" && !is_variable && last.starts_with(|first: char| !first.is_uppercase()) {
            self.allow_lint(place, || point::around(path));
        }
    }

    /// The innermost statement around holds an exemption.
    pub(super) fn is_exempt(&mut self) {
        if let Some(point) = self.points.last_mut() {
            point.is_exempt = true;
        }
    }

    /// A method call on a receiver of unknown type, if it is worth a question.
    pub(super) fn suspect(&mut self, method: &str, receiver: &syn::Expr, arguments: usize) -> Option<Callee> {
        let project = &self.scope.known().project;
        let in_std = project.is_suspect(method, arguments);
        let in_crates = project.asked_types(method, |krate| self.scope.index().names_crate(krate));
        if in_std || !in_crates.is_empty() { self.asked(method, receiver, in_std, in_crates) } else { None }
    }

    /// Taking from an iterator created from a receiver of unknown type.
    pub(super) fn suspect_iterator(&mut self, iterator: &syn::Expr) -> Option<Callee> {
        let made = infer::made_of_unknown(&mut self.scope, iterator)?;
        self.asked(catalogue::ITERATION, made, true, Vec::new())
    }

    fn asked(
        &mut self,
        method: &str,
        receiver: &syn::Expr,
        in_std: bool,
        in_crates: Vec<(&'static str, &'static str, Entry)>,
    ) -> Option<Callee> {
        let mut names = Vec::new();
        // The second time it is known.
        if self.again || !can_be_repeated(receiver, &mut names) {
            return None;
        }
        let bound = names.iter().filter_map(|name| self.scope.since(name)).map(|since| since.bound).max();
        let body = match variable_of(receiver) {
            Some(name) if name == "self" => 0,
            Some(name) => self.scope.since(&name)?.body,
            None => self.scope.now().body,
        };
        let fits = |point: &Open| point.since.body == body && bound.is_none_or(|bound| bound < point.since.bound);
        let point = self.points.iter().rposition(fits)?;
        let point = Rc::clone(self.points[point].point.get_or_insert_default());
        let receiver = receiver.to_token_stream();
        Some(Callee::Suspect(Probe { method: method.to_owned(), receiver, in_std, in_crates, point }))
    }
}

/// The variable of a place, `self.files[0]` for instance; nothing for a value.
fn variable_of(place: &syn::Expr) -> Option<String> {
    match place {
        syn::Expr::Path(path) => path.path.get_ident().map(|name| name.unraw().to_string()),
        syn::Expr::Field(field) => variable_of(&field.base),
        syn::Expr::Index(index) => variable_of(&index.expr),
        syn::Expr::Paren(inner) => variable_of(&inner.expr),
        syn::Expr::Reference(inner) => variable_of(&inner.expr),
        syn::Expr::Unary(inner) => variable_of(&inner.expr),
        _ => None,
    }
}

/// Whether an expression means the same when it is written a second time, and nothing of it is a body of its own: no
/// closure, macro, block or `.await`. Gives the names in it.
fn can_be_repeated(expression: &syn::Expr, names: &mut Vec<String>) -> bool {
    match expression {
        syn::Expr::Path(path) => {
            names.extend(path.path.get_ident().map(|name| name.unraw().to_string()));
            true
        }
        syn::Expr::Lit(_) => true,
        syn::Expr::Field(inner) => can_be_repeated(&inner.base, names),
        syn::Expr::Index(inner) => can_be_repeated(&inner.expr, names) && can_be_repeated(&inner.index, names),
        syn::Expr::Paren(inner) => can_be_repeated(&inner.expr, names),
        syn::Expr::Reference(inner) => can_be_repeated(&inner.expr, names),
        syn::Expr::Try(inner) => can_be_repeated(&inner.expr, names),
        syn::Expr::Unary(inner) => can_be_repeated(&inner.expr, names),
        syn::Expr::Call(inner) => {
            can_be_repeated(&inner.func, names) && inner.args.iter().all(|argument| can_be_repeated(argument, names))
        }
        syn::Expr::MethodCall(inner) => {
            can_be_repeated(&inner.receiver, names)
                && inner.args.iter().all(|argument| can_be_repeated(argument, names))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::kind::Kind;
    use crate::testing::probes_in;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(probes_in(Kind::Coroutine, text), expected, "in\n{text}");
    }

    #[test]
    fn a_probe_stands_in_front_of_the_statement() {
        check("async fn f(x: Unknown) { let y = x.recv().len(); }", &["recv of x before `let`"]);
        check(
            "async fn f() { let x = g(); if y { x.recv() } else { x.wait() } }",
            &["recv of x before `x`", "wait of x before `x`"],
        );
        check("async fn f(&mut self) { self.a.b[0].read(&mut buf)?; }", &["read of self . a . b [0] before `self`"]);
        check("async fn f(x: T) { writeln!(x, \"{}\", y)?; }", &["write_fmt of x before `writeln`"]);
        check("async fn f(x: T) { println!(\"{}\", x.recv()); }", &["recv of x before `println`"]);
        check("async fn f() { std::io::Read::read(&mut g()?, &mut buf)?; }", &["read of g () ? before `std`"]);
    }

    #[test]
    fn it_stands_where_the_variable_is_bound() {
        check("async fn f() { match g() { Some(x) => x.recv(), None => 1 } }", &["recv of x around `x` to `()`"]);
        check("async fn f() { match g() { Some(x) => { h(); x.recv() } } }", &["recv of x before `x`"]);
        check(
            "async fn f() { match g() { Ok(mut x) => x.recv().unwrap_or_default(), Err(_) => 0 }; }",
            &["recv of x around `x` to `()`"],
        );
        check("async fn f() { if let Some(x) = g() { x.recv(); } }", &["recv of x before `x`"]);
        check("async fn f() { if let Some(x) = g() && x.recv() {} }", &[]);
        check("async fn f(x: X) { let x = x.recv(); }", &["recv of x before `let`"]);
        check("async fn f() { let all = g().map(|x| x.recv() + 1); }", &["recv of x around `x` to `1`"]);
        check("async fn f() { let all = g().map(|x| { x.recv() }); }", &["recv of x before `x`"]);
        check("async fn f() { tokio::select! { x = g() => { x.recv(); } } }", &[]);
    }

    #[test]
    fn it_does_not_change_what_a_closure_captures() {
        check("async fn f() { let x = g(); h(move || x.recv()); }", &["recv of x before `h`"]);
        check("async fn f() { let x = g(); let y = async { x.recv() }; y.await }", &["recv of x before `let`"]);
        check("async fn f() { let x = g(); h(|| { let x = x; x.recv() }); }", &["recv of x before `x`"]);
    }

    #[test]
    fn a_receiver_that_cannot_be_repeated_is_left_alone() {
        for receiver in ["g(|| 1)", "{ g() }", "g!()", "g().await", "(if y { a } else { b })"] {
            check(&format!("async fn f() {{ {receiver}.recv(); }}"), &[]);
        }
        check("async fn f() { g(a, &b[0]).h()?.recv(); }", &["recv of g (a , & b [0]) . h () ? before `g`"]);
    }

    #[test]
    fn what_is_known_or_awaited_or_elsewhere_is_not_asked_about() {
        for body in [
            "let x = String::new(); x.write(1);",
            "x.recv().await;",
            "let y = names.join(\",\"); state.read(); iter.next();",
            "hub.add_executor_job(move || x.recv()).await",
            "#[onloop::allow(blocking_call, reason = \"full\")] x.recv();",
            "let y = move || x.recv(); std::thread::spawn(y).join_later();",
        ] {
            check(&format!("async fn f(x: X) {{ {body} }}"), &[]);
        }
    }
}
