//! Branches, and which guards are alive after them: `if`, `match`, `select!`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;

use super::Collector;
use super::diverge::{Diverges, diverges, expression_diverges};
use super::live::{Exit, State, Value};
use super::macro_args::SelectArms;
use super::shape::{AWAITING_MACROS, gate_of};
use crate::facts::model::{Fate, RunsOn};
use crate::source::Edition;
use crate::syntax::point;
use crate::types::infer;
use crate::types::ty::Type;

/// What a condition looked at.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) value: Value,
    /// What was alive before a pattern took any of it.
    pub(super) before: Vec<State>,
}

impl Collector<'_, '_> {
    /// `if` and `else`. What is gone after each branch that goes on is gone after both.
    pub(super) fn branches(&mut self, inner: &syn::ExprIf, place: RunsOn, fate: Fate) -> Value {
        self.limited_if(inner);
        // Before edition 2024 what `if let` looks at lives through `else`, to the end of the statement.
        let is_scope = !has_pattern(&inner.cond) || self.scope.index().edition() != Edition::Before2024;
        let count = self.live.count();
        if is_scope {
            self.live.begin();
        }
        self.scope.open();
        let matched = self.condition(&inner.cond);
        let is_decided = self.asks_parameter(&inner.cond);
        self.decided += usize::from(is_decided);
        let mut ways = Vec::new();
        let gate = gate_of(&inner.cond);
        let known = self.known_condition(&inner.cond);
        let has_finished = self.asks_finished(&inner.cond);
        let then = &inner.then_branch.stmts;
        self.ready.finished += usize::from(has_finished == Some(true));
        let value = match gate.clone() {
            _ if known == Some(false) => self.never(&inner.then_branch),
            Some(gate) => self.gated(gate, |this| this.block_with(then, place, fate)),
            None => self.block_with(then, place, fate),
        };
        self.ready.finished -= usize::from(has_finished == Some(true));
        self.live.close(count);
        if known != Some(false) {
            ways.extend(self.way(diverges(&inner.then_branch.stmts), &value));
        }
        self.live.go_back(&matched.before);
        self.live.leave_in_error(&matched.value);
        let value = if is_scope { self.live.end(value) } else { value };
        self.scope.close();
        self.ready.finished += usize::from(has_finished == Some(false));
        let other_value = match (&inner.else_branch, gate) {
            (Some((_, other)), _) if known == Some(true) => self.never(other),
            (Some((_, other)), Some(gate)) => self.gated(quote! { not(#gate) }, |this| this.value(other, place, fate)),
            (Some((_, other)), None) => self.value(other, place, fate),
            (None, _) => Value::default(),
        };
        let end = inner.else_branch.as_ref().map_or(Diverges::No, |(_, other)| expression_diverges(other));
        self.ready.finished -= usize::from(has_finished == Some(false));
        if known != Some(true) {
            ways.extend(self.way(end, &other_value));
        }
        let leaves = [diverges(then), end].contains(&Diverges::Always);
        self.decided -= usize::from(is_decided && !leaves);
        self.live.join(&ways);
        self.live.close(count);
        let value = value.and(other_value);
        if is_scope {
            self.live.begin();
            return self.live.end(value);
        }
        value
    }

    /// A branch that is never taken. Clippy looks at it all the same.
    fn never(&mut self, branch: &impl quote::ToTokens) -> Value {
        self.allow_lint(RunsOn::Elsewhere, || point::around(branch));
        Value::default()
    }

    /// A way through a branch, unless it does not go on.
    pub(super) fn way(&self, end: Diverges, value: &Value) -> Option<Exit> {
        let way = Exit { states: self.live.states(), is_sure: end == Diverges::No || !value.is_empty() };
        (end != Diverges::Always).then_some(way)
    }

    /// What `if` and `while` ask. Temporaries of `if let` live as long as the block, others do not.
    pub(super) fn condition(&mut self, condition: &syn::Expr) -> Matched {
        match condition {
            // From left to right: each part sees what the ones before it bind.
            syn::Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                let mut matched = self.condition(&binary.left);
                if self.is_cut_short(binary) {
                    self.allow_lint(RunsOn::Elsewhere, || point::around(&binary.right));
                    return matched;
                }
                let has_finished = self.asks_finished(&binary.left) == Some(true);
                self.ready.finished += usize::from(has_finished);
                matched.value = matched.value.and(self.condition(&binary.right).value);
                self.ready.finished -= usize::from(has_finished);
                matched
            }
            // The scope was opened by the `if` or `while` around it.
            syn::Expr::Let(inner) => {
                let (is, value) = self.matched(&inner.expr);
                let before = self.live.states();
                self.bind_pattern(&inner.pat, &is, value.clone());
                Matched { value, before }
            }
            _ => {
                self.live.begin();
                self.expression(condition, Fate::Used);
                self.live.end(Value::default());
                Matched { value: Value::default(), before: self.live.states() }
            }
        }
    }

    pub(super) fn arms(&mut self, inner: &syn::ExprMatch, place: RunsOn, fate: Fate) -> Value {
        self.limited_match(inner);
        let count = self.live.count();
        let (is, matched) = self.matched(&inner.expr);
        let is_decided = self.asks_parameter(&inner.expr);
        self.decided += usize::from(is_decided);
        let before = self.live.states();
        let mut ways = Vec::new();
        let mut values = Value::default();
        let known_value = self.known_condition(&inner.expr);
        let gives_finished = self.asks_finished(&inner.expr) == Some(true) && known_value.is_none();
        for arm in &inner.arms {
            self.live.go_back(&before);
            let value = self.under(&arm.attrs, |this| {
                this.live.begin();
                this.scope.open();
                this.bind_pattern(&arm.pat, &is, matched.clone());
                if let syn::Pat::Guard(guarded) = &arm.pat {
                    this.live.begin();
                    this.expression(&guarded.guard, Fate::Used);
                    this.live.end(Value::default());
                }
                let (known, has_finished) = match &arm.pat {
                    syn::Pat::Guard(guarded) => {
                        (this.known_condition(&guarded.guard), this.asks_finished(&guarded.guard) == Some(true))
                    }
                    _ => (None, gives_finished),
                };
                let known = if Self::is_never_matched(known_value, &arm.pat) { Some(false) } else { known };
                this.ready.finished += usize::from(has_finished);
                let value = match known {
                    Some(false) => this.never(&arm.body),
                    _ => this.headed(&arm.body, |this| this.value(&arm.body, place, fate)),
                };
                this.ready.finished -= usize::from(has_finished);
                this.scope.close();
                this.live.end(value)
            });
            self.live.close(count);
            ways.extend(self.way(expression_diverges(&arm.body), &value));
            values = values.and(value);
        }
        let leaves = inner.arms.iter().any(|arm| expression_diverges(&arm.body) == Diverges::Always);
        self.decided -= usize::from(is_decided && !leaves);
        self.live.join(&ways);
        self.live.close(count);
        values
    }

    /// Whether it is up to the caller how a condition turns out.
    fn asks_parameter(&self, condition: &syn::Expr) -> bool {
        fn any(tokens: TokenStream, is_parameter: &dyn Fn(&str) -> bool) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(name) => is_parameter(&name.unraw().to_string()),
                TokenTree::Group(group) => any(group.stream(), is_parameter),
                _ => false,
            })
        }
        let is_parameter =
            |name: &str| self.scope.since(name).is_some_and(|since| self.parameters.contains(&Some(since.bound)));
        any(condition.to_token_stream(), &is_parameter)
    }

    /// What a pattern is matched with. What a variable holds is left there, unless the pattern takes it.
    pub(super) fn matched(&mut self, expression: &syn::Expr) -> (Type, Value) {
        let is = infer::type_of(&mut self.scope, expression);
        // `if let Some(session) = &self.session { .. }` says nothing about the place behind it.
        if !is.is("std::option::Option") {
            self.looked_into(expression);
        }
        if let Some(place_expr) = self.live.place_expr(expression) {
            self.operand(expression);
            return (is, self.live.look(&place_expr));
        }
        let value = self.expression(expression, Fate::Used);
        let value = if value.is_plain() { self.falling_of(expression, expression.to_token_stream()) } else { value };
        (is, value)
    }

    /// The arms of `select!` are ways that join again.
    pub(super) fn select(&mut self, name: &str, arms: &SelectArms) {
        if name.starts_with("select") {
            self.races(&arms.arms, arms.is_biased || name == "select_biased");
        }
        self.live.begin();
        for arm in &arms.arms {
            if let Some(condition) = &arm.condition {
                self.consumed(condition, Fate::Used);
            }
            if let Some((_, future)) = &arm.future {
                self.consumed(future, Fate::Awaited);
            }
        }
        self.live.end(Value::default());
        if AWAITING_MACROS.contains(&name) {
            self.crosses(&format!("{name}!(..)"));
        }
        let before = self.live.states();
        let mut ways = Vec::new();
        for arm in &arms.arms {
            let count = self.live.count();
            self.live.go_back(&before);
            self.live.begin();
            self.scope.open();
            if let Some((pattern, future)) = &arm.future {
                let is = infer::awaited(&mut self.scope, future);
                self.bind_pattern(pattern, &is, Value::default());
            }
            self.consumed(&arm.handler, Fate::Used);
            self.scope.close();
            self.live.close(count);
            self.live.end(Value::default());
            ways.extend(self.way(expression_diverges(&arm.handler), &Value::default()));
        }
        self.live.join(&ways);
    }
}

/// Whether a condition matches a pattern.
fn has_pattern(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(chain) => has_pattern(&chain.left) || has_pattern(&chain.right),
        _ => false,
    }
}
