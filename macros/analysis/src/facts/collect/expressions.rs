//! Expressions: what they do, and what is done with their values.

use super::Collector;
use super::cloning::Cloning;
use super::live::{Exit, Live, Value, member};
use super::parts::is_around_future;
use super::render::render;
use super::shape::{attributes_of, is_assignment, is_lazy, is_run_where_called, is_wrapper, mark_of, unwrapped};
use crate::facts::model::{Await, Callee, Fate, Form, RunsOn};
use crate::syntax::point;
use crate::types::drops;
use crate::types::guards;
use crate::types::infer;
use quote::ToTokens;

impl Collector<'_, '_> {
    /// What is only looked at: a variable is not moved by it. The value is that of what is not a variable.
    pub(super) fn operand(&mut self, expression: &syn::Expr) -> Value {
        match expression {
            syn::Expr::Path(path) => {
                self.path(path, Form::Value, Fate::Used);
                Value::default()
            }
            syn::Expr::Paren(inner) => self.operand(&inner.expr),
            syn::Expr::Group(inner) => self.operand(&inner.expr),
            syn::Expr::Field(inner) if inner.attrs.is_empty() => {
                let value = self.operand(&inner.base);
                self.looks_into(inner);
                value
            }
            syn::Expr::Unary(inner) if inner.attrs.is_empty() && matches!(inner.op, syn::UnOp::Deref(_)) => {
                let value = self.operand(&inner.expr);
                self.operates_alone(inner);
                value
            }
            syn::Expr::Index(inner) if inner.attrs.is_empty() => self.index(inner),
            _ => self.expression(expression, Fate::Used),
        }
    }

    pub(super) fn index(&mut self, index: &syn::ExprIndex) -> Value {
        let value = self.operand(&index.expr);
        self.consumed(&index.index, Fate::Used);
        self.indexes(index);
        value
    }

    /// A variable or field that stands alone where a value is taken is moved.
    pub(super) fn moves(&mut self, expression: &syn::Expr) -> Value {
        let Some(place_expr) = self.live.place_expr(expression) else { return Value::default() };
        // A field that holds nothing of what blocks when dropped leaves the rest as it is.
        if matches!(expression, syn::Expr::Field(_)) && self.live.is_part_of_falling(&place_expr) {
            let is = infer::type_of(&mut self.scope, expression);
            if drops::destructors(&mut self.scope, &is).is_empty() {
                return Value::default();
            }
        }
        self.live.take(&place_expr)
    }

    /// An expression whose value is passed on. If that is a closure or a function, it runs at `place`; what is
    /// computed on the way to it runs here.
    pub(super) fn value(&mut self, expression: &syn::Expr, place: RunsOn, fate: Fate) -> Value {
        if matches!(place, RunsOn::Held(_)) && is_around_future(expression) {
            return self.around_future(expression, place, fate);
        }
        self.value_at(expression, place, fate)
    }

    fn value_at(&mut self, expression: &syn::Expr, place: RunsOn, fate: Fate) -> Value {
        match expression {
            syn::Expr::Closure(closure) if is_run_where_called(closure) => {
                self.under(&closure.attrs, |this| this.running(place, |this| this.closure(closure)))
            }
            syn::Expr::Closure(closure) => {
                let place = self.closures.future(self.place, place);
                self.under(&closure.attrs, |this| this.running(place, |this| this.closure(closure)))
            }
            syn::Expr::Path(path) => {
                self.path_value(path, place, fate);
                if mark_of(&path.attrs).is_none() {
                    self.allow_lint_in_value(path, place);
                }
                self.moves(expression)
            }
            syn::Expr::MethodCall(call) if call.args.is_empty() && call.method == "clone" => {
                match &*call.receiver {
                    syn::Expr::Path(path) => {
                        // It is copied here, wherever the copy goes.
                        self.fills(path);
                        self.running(place, |this| this.operand(&call.receiver))
                    }
                    receiver => self.value(receiver, place, Fate::Used),
                };
                self.clones(call);
                Value::default()
            }
            syn::Expr::Paren(inner) => self.value(&inner.expr, place, fate),
            syn::Expr::Group(inner) => self.value(&inner.expr, place, fate),
            syn::Expr::Reference(inner) if matches!(*inner.expr, syn::Expr::Path(_)) => {
                self.running(place, |this| this.reference(inner))
            }
            syn::Expr::Reference(inner)
                if !matches!(
                    *inner.expr,
                    syn::Expr::Field(_) | syn::Expr::Index(_) | syn::Expr::MethodCall(_) | syn::Expr::Unary(_)
                ) =>
            {
                self.value(&inner.expr, place, Fate::Used).referred()
            }
            syn::Expr::Cast(inner) => self.value(&inner.expr, place, Fate::Used),
            // `clone!(#[weak] window, move |_| ..)`
            syn::Expr::Macro(inner) if inner.attrs.is_empty() => match Cloning::of(&inner.mac) {
                Some(cloning) => self.cloning(&cloning, place, fate),
                None => self.expression(expression, fate),
            },
            // `Box::new(|| ..)`, `Some(|| ..)`
            syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => self.wraps(call, place, fate),
            syn::Expr::Async(inner) if matches!(place, RunsOn::Held(_)) => {
                let place = self.closures.future(self.place, place);
                self.under(&inner.attrs, |this| this.running(place, |this| this.bare_expression(expression, fate)))
            }
            syn::Expr::MethodCall(call) if call.attrs.is_empty() && self.may_run_later(place) && is_lazy(call) => {
                // As a future, it does something where it is used.
                let later = match place {
                    RunsOn::Held(_) => self.closures.future(self.place, place),
                    _ => place,
                };
                self.lazy = Some(later);
                self.method_call(call, fate)
            }
            syn::Expr::Call(_) | syn::Expr::MethodCall(_) if matches!(place, RunsOn::Held(_)) => {
                let value = self.expression(expression, fate);
                self.future_goes(expression, place);
                value
            }
            syn::Expr::Block(inner) if inner.attrs.is_empty() => {
                self.plain_block(inner.label.as_ref(), &inner.block.stmts, place, fate)
            }
            syn::Expr::Unsafe(inner) if inner.attrs.is_empty() => {
                self.plain_block(None, &inner.block.stmts, place, fate)
            }
            syn::Expr::If(inner) if inner.attrs.is_empty() => self.branches(inner, place, fate),
            syn::Expr::Match(inner) if inner.attrs.is_empty() => self.arms(inner, place, fate),
            _ => self.expression(expression, fate),
        }
    }

    /// The future that an async function of the crate gives goes to a place: what the function does, it does there.
    fn future_goes(&mut self, expression: &syn::Expr, place: RunsOn) {
        let Some(used) = self.last_in(expression).and_then(|last| self.model.uses.get_mut(last)) else { return };
        let Callee::Local(_, Some(function)) = used.callee else { return };
        if used.fate != Fate::Awaited && self.scope.index().function(function).is_async {
            used.place = self.closures.future(used.place, place);
        }
    }

    /// Whether what goes to a place may run there, and not where it is made: in a variable, or at the caller's.
    pub(super) fn may_run_later(&self, place: RunsOn) -> bool {
        match place {
            RunsOn::Held(number) => self.closures.is_variable(number),
            RunsOn::Elsewhere => true,
            RunsOn::Loop | RunsOn::Likely => false,
        }
    }

    /// `&value`, `&mut value`
    pub(super) fn reference(&mut self, reference: &syn::ExprReference) -> Value {
        if reference.mutability.is_some() {
            self.changes(&reference.expr);
        }
        let value = self.operand(&reference.expr);
        if reference.mutability.is_some()
            && let Some(place_expr) = self.live.place_expr(&reference.expr)
        {
            self.live.lent(&place_expr);
        }
        value.referred()
    }

    /// A value that goes where nobody follows it.
    pub(super) fn consumed(&mut self, expression: &syn::Expr, fate: Fate) {
        let value = self.expression(expression, fate);
        self.live.consume(&value);
    }

    pub(super) fn expression(&mut self, expression: &syn::Expr, fate: Fate) -> Value {
        use syn::Expr;
        let attributes = attributes_of(expression);
        if !attributes.is_empty() {
            return self.under(attributes, |this| this.bare_expression(expression, fate));
        }
        // Long sums are deep trees: go down their left side without recursion, then up again in the order of the text.
        if let Expr::Binary(_) = expression {
            let mut operands = Vec::new();
            let mut left = expression;
            while let Expr::Binary(binary) = left {
                let is_lazy = matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_));
                operands.push((binary, is_lazy, is_lazy && self.is_cut_short(binary)));
                if is_assignment(&binary.op) {
                    self.changes(&binary.left);
                }
                left = &binary.left;
            }
            self.live.begin();
            self.expression(left, Fate::Used);
            for (binary, is_lazy, is_dead) in operands.into_iter().rev() {
                let operand = &*binary.right;
                // The operands of `&&` and `||` keep no temporaries.
                if is_lazy {
                    self.live.end_temporaries();
                }
                if is_dead {
                    self.allow_lint(RunsOn::Elsewhere, || point::around(operand));
                    continue;
                }
                let has_finished = is_lazy
                    && matches!(binary.op, syn::BinOp::And(_))
                    && self.asks_finished(&binary.left) == Some(true);
                self.ready.finished += usize::from(has_finished);
                self.expression(operand, Fate::Used);
                self.ready.finished -= usize::from(has_finished);
                self.operates(binary);
                if is_lazy {
                    self.live.end_temporaries();
                }
            }
            self.live.end_without_drop();
            return Value::default();
        }
        self.bare_expression(expression, fate)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of expression")]
    pub(super) fn bare_expression(&mut self, expression: &syn::Expr, fate: Fate) -> Value {
        use syn::Expr;
        match expression {
            Expr::Array(inner) => return self.elements(inner.elems.iter(), fate),
            // `_ = f();`
            Expr::Assign(inner) if matches!(*inner.left, Expr::Infer(_)) => {
                self.consumed(&inner.right, Fate::Discarded);
            }
            Expr::Assign(inner) => self.assign(inner),
            Expr::Async(inner) => {
                if fate == Fate::Discarded {
                    self.drops(None, inner.async_token.to_token_stream());
                }
                self.task(inner, inner.capture.is_some(), &inner.block.stmts);
            }
            Expr::Await(inner) => {
                // In a closure that is not async it is wrong wherever that runs.
                if !self.may_await && (self.place != RunsOn::Elsewhere || self.in_closure) {
                    let tokens = inner.await_token.to_token_stream();
                    let context = self.next_context();
                    self.model.awaits.push(Await { in_closure: self.in_closure, tokens, context });
                }
                self.waits_for_set(&inner.base);
                self.loses_awaited_task(&inner.base, fate);
                self.consumed(&inner.base, Fate::Awaited);
                self.crosses(&render(&inner.base));
                self.leaves();
                return self.awaited_guard(&inner.base);
            }
            Expr::Binary(inner) => {
                self.expression(&inner.left, Fate::Used);
                self.expression(&inner.right, Fate::Used);
            }
            Expr::Block(inner) => {
                return self.plain_block(inner.label.as_ref(), &inner.block.stmts, self.place, fate);
            }
            Expr::Break(inner) => {
                let value = inner.expr.as_deref().map(|value| self.expression(value, Fate::Used)).unwrap_or_default();
                let states = self.live.states();
                if let Some(target) = self.target(inner.label.as_ref()) {
                    // A `break` with a label leaves every loop up to that one.
                    self.loops[target..].iter_mut().for_each(|around| around.leaves = true);
                    self.loops[target].breaks.push(Exit { states, is_sure: true });
                    let known = std::mem::take(&mut self.loops[target].value);
                    self.loops[target].value = known.and(value.clone());
                }
                self.live.consume(&value);
            }
            Expr::Call(inner) => return self.call(inner, fate),
            Expr::Cast(inner) => self.consumed(&inner.expr, Fate::Used),
            // So is a closure.
            Expr::Closure(inner) => return self.running(RunsOn::Elsewhere, |this| this.closure(inner)),
            Expr::Const(inner) => return self.block(&inner.block.stmts, Fate::Used),
            Expr::Continue(inner) => {
                let states = self.live.states();
                if let Some(target) = self.target(inner.label.as_ref()) {
                    // A `continue` with a label leaves the loops inside that one.
                    self.loops[target + 1..].iter_mut().for_each(|around| around.leaves = true);
                    self.loops[target].continues.push(Exit { states, is_sure: true });
                }
            }
            Expr::Field(inner) => {
                self.operand(&inner.base);
                self.looks_into(inner);
                return self.moves(expression);
            }
            Expr::ForLoop(inner) => {
                let count = self.live.count();
                self.live.begin();
                let owned = self.owned_elements(&inner.expr);
                self.consumed(&inner.expr, Fate::Used);
                let of = infer::type_of(&mut self.scope, &inner.expr);
                self.iterates(&inner.expr, &of);
                self.loops_over(&inner.expr, &of);
                self.scope.open();
                let element = guards::of_each(&of.bare()).unwrap_or_else(|| of.bare().element());
                let mut value = self.held_by_element(&element, &inner.expr);
                if let Some(owned) = owned.filter(|_| value.is_plain()) {
                    value = self.falling(&owned, inner.pat.to_token_stream());
                }
                self.bind_pattern(&inner.pat, &element, value);
                self.jobs_in_loop(Some(&inner.pat), inner.expr.to_token_stream(), &inner.body);
                let has_finished = usize::from(self.gives_finished(&inner.expr));
                self.ready.finished += has_finished;
                self.looping(inner.label.as_ref(), true, &inner.body, |this| this.live.states());
                self.ready.finished -= has_finished;
                self.scope.close();
                self.live.close(count);
                self.live.end(Value::default());
            }
            Expr::Group(inner) => return self.expression(&inner.expr, fate),
            Expr::If(inner) => return self.branches(inner, self.place, fate),
            Expr::Index(inner) => {
                self.index(inner);
            }
            Expr::Let(_) => {
                self.condition(expression);
            }
            Expr::Loop(inner) => {
                let looked_at = self.spins(None, &inner.body);
                let (leaves, value) = self.looping(inner.label.as_ref(), false, &inner.body, |this| this.live.states());
                self.spun(looked_at.filter(|_| leaves), inner.loop_token.to_token_stream());
                self.loops_for_ever(leaves, inner.loop_token.to_token_stream());
                return value;
            }
            Expr::Macro(inner) => return self.macro_call(&inner.mac, fate),
            Expr::Match(inner) => return self.arms(inner, self.place, fate),
            Expr::MethodCall(inner) => return self.method_call(inner, fate),
            Expr::Paren(inner) => return self.expression(&inner.expr, fate),
            // A function that is stored is called by somebody who is not in sight.
            Expr::Path(inner) => {
                self.path_value(inner, RunsOn::Elsewhere, fate);
                return self.moves(expression);
            }
            Expr::Range(inner) => {
                self.maybe(inner.start.as_deref());
                self.maybe(inner.end.as_deref());
            }
            Expr::RawAddr(inner) => self.consumed(&inner.expr, Fate::Used),
            Expr::Reference(inner) => return self.reference(inner),
            Expr::Repeat(inner) => self.consumed(&inner.expr, Fate::Used),
            Expr::Return(inner) => {
                if let Some(returned) = inner.expr.as_deref() {
                    self.expects(returned, &self.returns.clone());
                    let value = self.value(returned, self.place_of_returned(), Fate::Used);
                    self.live.consume(&value);
                    if self.takes_returned {
                        self.takes_from(Some(unwrapped(returned)));
                    }
                }
                self.falls_on_return(inner.expr.as_deref());
                self.leaves();
            }
            Expr::Struct(inner) => {
                let mut whole = Value::default();
                self.expects_in_fields(inner);
                for field in &inner.fields {
                    let value = self.expression(&field.expr, Fate::Used);
                    whole = whole.and(self.live.inside(value, &member(&field.member)));
                }
                self.maybe(inner.rest.as_deref());
                return whole;
            }
            Expr::Try(inner) => {
                let is_lost = fate == Fate::Discarded && matches!(*inner.expr, Expr::Call(_) | Expr::MethodCall(_));
                let value = self.expression(&inner.expr, if is_lost { fate } else { Fate::Used });
                self.converts_error(inner);
                self.leaves();
                return self.live.unwrapped(value);
            }
            Expr::TryBlock(inner) => {
                let value = self.block(&inner.block.stmts, Fate::Used);
                self.live.consume(&value);
            }
            Expr::Tuple(inner) => return self.elements(inner.elems.iter(), fate),
            Expr::Unary(inner) => {
                self.operand(&inner.expr);
                self.operates_alone(inner);
            }
            Expr::Unsafe(inner) => return self.plain_block(None, &inner.block.stmts, self.place, fate),
            Expr::While(inner) if self.known_condition(&inner.cond) == Some(false) => {
                self.allow_lint(RunsOn::Elsewhere, || point::around(&inner.body));
            }
            Expr::While(inner) => {
                let count = self.live.count();
                let is_endless =
                    matches!(&*inner.cond, Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) if value.value);
                let looked_at = self.spins(Some(&inner.cond), &inner.body);
                self.waits_for_each(inner);
                let pattern = if let Expr::Let(asked) = &*inner.cond { Some(&*asked.pat) } else { None };
                self.jobs_in_loop(pattern, inner.cond.to_token_stream(), &inner.body);
                self.live.begin();
                self.scope.open();
                let has_finished = usize::from(self.asks_finished(&inner.cond) == Some(true));
                self.ready.finished += has_finished;
                let (leaves, _) = self
                    .looping(inner.label.as_ref(), !is_endless, &inner.body, |this| this.condition(&inner.cond).before);
                self.ready.finished -= has_finished;
                self.spun(looked_at.filter(|_| leaves), inner.while_token.to_token_stream());
                self.loops_for_ever(leaves, inner.while_token.to_token_stream());
                self.scope.close();
                self.live.close(count);
                self.live.end(Value::default());
            }
            Expr::Yield(inner) => {
                self.maybe(inner.expr.as_deref());
                self.leaves();
            }
            // `_`, literals: nothing runs. What the parser does not know is left alone.
            _ => {}
        }
        Value::default()
    }

    /// An async block, or the body of a macro that makes one of it.
    pub(super) fn task(&mut self, code: &impl ToTokens, by_move: bool, statements: &[syn::Stmt]) {
        let captured = self.takes_along(code, by_move);
        let before = (std::mem::replace(&mut self.in_closure, false), std::mem::replace(&mut self.in_task, true));
        let live = if by_move { Live::of_captured(captured) } else { Live::default() };
        self.apart(live, |this| {
            this.in_body(|this| {
                this.awaiting(true, |this| {
                    this.block(statements, Fate::Used);
                });
            });
        });
        (self.in_closure, self.in_task) = before;
    }

    /// A tuple that a pattern may leave parts of.
    pub(super) fn tuple(&mut self, parts: &syn::PatTuple, values: &syn::ExprTuple) -> Value {
        let mut whole = Value::default();
        for (n, (part, element)) in parts.elems.iter().zip(&values.elems).enumerate() {
            let fate = if matches!(part, syn::Pat::Wild(_)) { Fate::Discarded } else { Fate::Used };
            let value = self.expression(element, fate);
            whole = whole.and(self.live.inside(value, &n.to_string()));
        }
        whole
    }

    /// The elements of a tuple or array.
    pub(super) fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e syn::Expr>, fate: Fate) -> Value {
        let fate = if matches!(fate, Fate::Discarded | Fate::Dropped) { fate } else { Fate::Used };
        let mut whole = Value::default();
        for (n, element) in elements.enumerate() {
            let value = self.expression(element, fate);
            whole = whole.and(self.live.inside(value, &n.to_string()));
        }
        whole
    }

    /// What a variable had before is dropped.
    pub(super) fn assign(&mut self, assign: &syn::ExprAssign) {
        self.disarms(&assign.left);
        self.changes(&assign.left);
        if let syn::Expr::MethodCall(_) | syn::Expr::Try(_) | syn::Expr::Call(_) = &*assign.right {
            let is = infer::type_of(&mut self.scope, &assign.left);
            self.expects(&assign.right, &is);
        }
        let value = self.expression(&assign.right, Fate::Used);
        if let Some(place_expr) = self.live.place_expr(&assign.left) {
            self.operand(&assign.left);
            if !self.live.is_falling(&place_expr) {
                self.falls_by_assignment(assign);
            }
            self.reassigns(&assign.left);
            self.takes_over(assign, &place_expr, &value);
        } else {
            self.expression(&assign.left, Fate::Used);
            self.falls_by_assignment(assign);
            self.reassigns(&assign.left);
            self.live.consume(&value);
        }
    }

    pub(super) fn maybe(&mut self, expression: Option<&syn::Expr>) {
        if let Some(expression) = expression {
            self.consumed(expression, Fate::Used);
        }
    }
}
