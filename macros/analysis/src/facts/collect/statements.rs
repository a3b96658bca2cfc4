//! Blocks, statements and variables.

use super::Collector;
use super::around::Around;
use super::diverge::diverges;
use super::live::Value;
use super::owned::is_none;
use super::ready::FINISHED;
use super::shape::{attributes_of, is_forgotten, refers, unwrapped};
use crate::facts::model::{Context, Fate, RunsOn};
use crate::source::Edition;
use crate::source::may_refer;
use crate::syntax::exemption::{self};

use crate::syntax::type_ref::TypeRef;
use crate::syntax::waits::may_leave;
use crate::syntax::{mark, point};
use crate::types::guards::{self};
use crate::types::infer::{self};
use crate::types::ty::Type;
use proc_macro2::{Delimiter, Group, TokenStream};
use quote::ToTokens;

impl Collector<'_, '_> {
    pub(super) fn block(&mut self, statements: &[syn::Stmt], fate: Fate) -> Value {
        self.block_with(statements, self.place, fate)
    }

    /// A block whose value is passed on, to run at `place` if it is a closure.
    pub(super) fn block_with(&mut self, statements: &[syn::Stmt], place: RunsOn, fate: Fate) -> Value {
        self.live.begin();
        let value = self.open_block(statements, place, fate);
        self.live.end(value)
    }

    /// A block that is an expression of its own. Before edition 2024 the temporaries at its end outlive it.
    pub(super) fn plain_block(
        &mut self,
        label: Option<&syn::Label>,
        statements: &[syn::Stmt],
        place: RunsOn,
        fate: Fate,
    ) -> Value {
        let Some(label) = label else {
            return match self.scope.index().edition() {
                Edition::Before2024 => self.open_block(statements, place, fate),
                Edition::Since2024 | Edition::Unknown => self.block_with(statements, place, fate),
            };
        };
        let name = Some(label.name.ident.to_string());
        self.loops.push(Around { label: name, is_block: true, leaves: true, ..Around::default() });
        let count = self.live.count();
        self.live.begin();
        let value = self.open_block(statements, place, fate);
        let mut ways: Vec<_> = self.way(diverges(statements), &value).into_iter().collect();
        let around = self.loops.pop().unwrap_or_default();
        ways.extend(around.breaks);
        self.live.join(&ways);
        self.live.close(count);
        self.live.end(value.and(around.value))
    }

    pub(super) fn open_block(&mut self, statements: &[syn::Stmt], place: RunsOn, fate: Fate) -> Value {
        let count = self.live.count();
        let mut value = Value::default();
        self.scope.open();
        self.scope.declare(statements);
        self.jobs_in_block(statements);
        let finished = self.ready.finished;
        let names_finished = self.scope.may_name(&[FINISHED]);
        let takes_last = std::mem::take(&mut self.takes_last);
        let mut is_dead = false;
        for (n, statement) in statements.iter().enumerate() {
            let is_last = n + 1 == statements.len();
            if is_dead && !matches!(statement, syn::Stmt::Item(_)) {
                // Clippy looks at it all the same.
                self.allow_lint(RunsOn::Elsewhere, || point::statement(statement));
                value = Value::default();
                continue;
            }
            self.is_forgotten = is_forgotten(statement, &statements[n + 1..]);
            self.takes_last = takes_last && is_last;
            value = match statement {
                syn::Stmt::Expr(last, None) if is_last && (place != self.place || takes_last) => {
                    self.at_point(statement, true, |this| this.value(last, place, fate))
                }
                _ => {
                    let rest = &statements[n + 1..];
                    self.loses_set(statement, rest);
                    self.loses_part(statement, rest);
                    self.loses_handle(statement, rest);
                    self.statement(statement, if is_last { fate } else { Fate::Used }, is_last)
                }
            };
            if let (true, true, syn::Stmt::Expr(last, None)) = (takes_last, is_last, statement) {
                self.takes_from(Some(unwrapped(last)));
            }
            is_dead |= self.ends_block(statement);
            if is_endless(statement) {
                self.live.never_falls();
            }
            self.ready.finished += usize::from(names_finished && self.asks_for_the_end(statement));
        }
        self.ready.finished = finished;
        self.takes_last = false;
        self.scope.close();
        self.live.close(count);
        value
    }

    /// Takes in the attributes of a statement or expression for as long as `walk` runs. Does not run it where the
    /// attributes say that the code is not part of the build.
    pub(super) fn under(&mut self, attributes: &[syn::Attribute], walk: impl FnOnce(&mut Self) -> Value) -> Value {
        if attributes.is_empty() {
            return walk(self);
        }
        let before = self.context.clone();
        let mut absent = false;
        for attribute in attributes {
            let syn::Meta::List(list) = &attribute.meta else { continue };
            if list.path.is_ident("cfg") {
                absent |= self.cfg.holds(&list.tokens.to_string()) == Some(false);
                self.context.gates.push(list.tokens.clone());
            }
            let mut inside = Group::new(Delimiter::Bracket, list.to_token_stream());
            inside.set_span(attribute.bracket_token.span.join());
            // The second time they are known.
            let found = if self.again { Vec::new() } else { exemption::exemptions(&inside) };
            for found in found {
                if found.is_for_clippy() {
                    self.is_exempt();
                }
                self.context.exemptions.push(self.exemptions.len());
                self.exemptions.push(found);
            }
        }
        let value = if absent {
            // The compiler may see it all the same: this may be a test build.
            self.allow_lint(RunsOn::Elsewhere, || point::before(&attributes[0]));
            Value::default()
        } else {
            walk(self)
        };
        self.context = Context { order: self.context.order, ..before };
        value
    }

    /// A branch that is taken only where a `cfg` holds.
    pub(super) fn gated(&mut self, gate: TokenStream, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.cfg.holds(&gate.to_string()) == Some(false) {
            return Value::default();
        }
        self.context.gates.push(gate);
        let value = walk(self);
        self.context.gates.pop();
        value
    }

    /// Only the last of a block has a value, and temporaries that live on.
    pub(super) fn statement(&mut self, statement: &syn::Stmt, fate: Fate, is_last: bool) -> Value {
        let is_value = is_last
            && matches!(
                statement,
                syn::Stmt::Expr(_, None) | syn::Stmt::Macro(syn::StmtMacro { semi_token: None, .. })
            );
        self.at_point(statement, true, |this| {
            if is_value {
                return this.open_statement(statement, fate);
            }
            this.live.begin();
            let value = this.open_statement(statement, fate);
            this.live.consume(&value);
            this.live.end(Value::default())
        })
    }

    pub(super) fn open_statement(&mut self, statement: &syn::Stmt, fate: Fate) -> Value {
        match statement {
            syn::Stmt::Local(local) => self.under(&local.attrs, |this| {
                this.local(local);
                Value::default()
            }),
            syn::Stmt::Expr(expression, semicolon) => {
                let fate = if semicolon.is_some() { Fate::Discarded } else { fate };
                // The parser gives the attributes of `#[..] a = b;` to `a`.
                let mut left = expression;
                while let syn::Expr::Assign(syn::ExprAssign { left: inner, .. })
                | syn::Expr::Binary(syn::ExprBinary { left: inner, .. }) = left
                {
                    left = inner;
                }
                let attributes = if std::ptr::eq(left, expression) { &[] } else { attributes_of(left) };
                self.under(attributes, |this| {
                    if semicolon.is_some() {
                        this.falls_at_once(expression);
                        this.loses_future_of_job(expression);
                    }
                    this.expression(expression, fate)
                })
            }
            syn::Stmt::Macro(statement) => {
                let fate = if statement.semi_token.is_some() { Fate::Discarded } else { fate };
                self.under(&statement.attrs, |this| this.macro_call(&statement.mac, fate))
            }
            // Items answer for themselves.
            syn::Stmt::Item(item) => {
                if mark::is_inheriting(item) {
                    self.allow_lint(RunsOn::Elsewhere, || point::before(item));
                }
                Value::default()
            }
        }
    }

    pub(super) fn local(&mut self, local: &syn::Local) {
        self.limited_let(local);
        let is_forgotten = std::mem::take(&mut self.is_forgotten);
        if let (syn::Pat::Type(typed), Some(init)) = (&local.pat, &local.init) {
            let is = self.scope.type_of_written(&TypeRef::of(&typed.ty));
            self.expects(&init.expr, &is);
        }
        let (held, mut value) = match &local.init {
            Some(init) => self.initial(init, &local.pat, is_forgotten),
            None => (None, Value::default()),
        };
        let mut is = local.init.as_ref().map_or(Type::Unknown, |init| infer::type_of(&mut self.scope, &init.expr));
        let mut pattern = &local.pat;
        while let syn::Pat::Type(typed) = pattern {
            is = self.scope.type_of_written(&TypeRef::of(&typed.ty));
            if let Some(init) = &local.init {
                is = infer::filled(&mut self.scope, is, &init.expr);
            }
            // `Option` and `Result` may be empty.
            if local.init.is_some() && value.is_empty() && guards::is_guard(self.scope.known(), &is) {
                value = self.declared(&typed.ty, &is, typed.pat.to_token_stream());
            }
            pattern = &typed.pat;
        }
        if let (Some(init), true) = (&local.init, value.is_plain()) {
            value = match &local.pat {
                // A variable of a type that is no reference owns what it holds.
                syn::Pat::Type(typed) if !may_refer(&typed.ty) && !is_none(&init.expr) => {
                    self.falling(&is, pattern.to_token_stream())
                }
                syn::Pat::Wild(_) => value,
                _ => self.falling_of(&init.expr, pattern.to_token_stream()),
            };
        }
        self.live.extend(&value);
        let context = self.next_context();
        let (value, moved) = self.falls_apart(pattern, value);
        self.live.bind(pattern, value, &context);
        self.falls_with(moved);
        if let (Some(init), syn::Pat::Ident(_)) = (&local.init, pattern) {
            self.begins_empty(pattern, &init.expr);
            self.stands_for(&init.expr);
            self.keeps_of(&init.expr);
        }
        match pattern {
            syn::Pat::Ident(ident) => self.scope.bind(&ident.ident, held, is),
            _ => self.scope.bind_pattern(pattern, &is),
        }
    }

    /// What a variable is bound to: the closure that it holds, by its number, and the guards.
    fn initial(&mut self, init: &syn::LocalInit, pattern: &syn::Pat, is_forgotten: bool) -> (Option<usize>, Value) {
        let discarded = match pattern {
            syn::Pat::Type(typed) => matches!(*typed.pat, syn::Pat::Wild(_)),
            pattern => matches!(pattern, syn::Pat::Wild(_)),
        };
        if discarded {
            self.falls_at_once(&init.expr);
            self.loses_future_of_job(&init.expr);
        }
        let fate = match discarded {
            true => Fate::Discarded,
            false if is_forgotten => Fate::Forgotten,
            false => Fate::Used,
        };
        let (mut held, mut place) = (None, RunsOn::Elsewhere);
        if self.place != RunsOn::Elsewhere {
            let closure = self.closures.held();
            (held, place) = (Some(closure), RunsOn::Held(closure));
        }
        let value = match self.live.place_expr(&init.expr) {
            // A pattern may leave it there.
            Some(place_expr) if !matches!(pattern, syn::Pat::Ident(_) | syn::Pat::Type(_)) => {
                self.operand(&init.expr);
                self.live.look(&place_expr)
            }
            _ => match (pattern, &*init.expr) {
                (syn::Pat::Tuple(parts), syn::Expr::Tuple(values)) if parts.elems.len() == values.elems.len() => {
                    self.tuple(parts, values)
                }
                _ => self.value(&init.expr, place, fate),
            },
        };
        if let Some((_, diverge)) = &init.diverge {
            let before = self.live.states();
            self.live.leave_in_error(&value);
            self.live.end_temporaries();
            self.expression(diverge, Fate::Used);
            self.live.go_back(&before);
        }
        (held, value)
    }

    /// The variable that is bound next is another name for a place, or holds a future that never waits.
    fn stands_for(&mut self, init: &syn::Expr) {
        if let Some(place) = self.place_behind(init) {
            self.aliases.insert(self.scope.now().bound, place);
        }
        if let syn::Expr::Async(_) | syn::Expr::Call(_) = init
            && let Some(shown) = self.never_waits(init)
        {
            self.futile.insert(self.scope.now().bound, shown);
        }
    }

    /// The variable that is bound next holds a guard or a reference: `let mut slot = self.slot.lock().unwrap();`.
    fn keeps_of(&mut self, init: &syn::Expr) {
        let held = match init {
            syn::Expr::Reference(inner) => self.held_at(&inner.expr),
            _ => self.lent_by(init),
        };
        if let Some(held) = held {
            self.keeps(held);
        }
    }

    /// The guard in a variable with a written type.
    pub(super) fn declared(&mut self, written: &syn::Type, is: &Type, tokens: TokenStream) -> Value {
        let Some(guard) = self.guarded(is).filter(|_| !refers(written)) else {
            return Value::default();
        };
        let context = self.next_context();
        self.live.take_up(guard, tokens, context)
    }

    /// Binds the variables of a pattern that a value is matched with.
    pub(super) fn bind_pattern(&mut self, pattern: &syn::Pat, is: &Type, value: Value) {
        let context = self.next_context();
        let (value, moved) = self.falls_apart(pattern, value);
        self.live.bind(pattern, value, &context);
        self.falls_with(moved);
        self.scope.bind_pattern(pattern, is);
    }
}

/// Whether a statement goes on for ever.
fn is_endless(statement: &syn::Stmt) -> bool {
    matches!(statement, syn::Stmt::Expr(syn::Expr::Loop(inner), _) if !may_leave(inner.body.to_token_stream()))
}
