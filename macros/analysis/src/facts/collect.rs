//! The only walker over syntax: from a parsed body to the [`Model`].
//!
//! It follows where code runs. What a closure holds runs on the loop, unless the closure is handed to something that
//! runs it elsewhere, at once or through a variable.

mod branches;
mod calls;
mod capture;
mod chains;
mod cloning;
mod closure_args;
mod dead;
mod diverge;
mod falls;
mod live;
mod loops;
mod macros;
mod places;
mod points;
mod ready;
mod render;
mod seen;
mod spin;
mod tasks;

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote};

use self::calls::{is_lazy, is_wrapper};
use self::capture::{Taken, takes};
use self::chains::Chains;
use self::cloning::Cloning;
use self::diverge::{Diverges, diverges};
use self::live::{Exit, Live, State, Value};
use self::loops::Around;
use self::ready::{Ready, asks_finished};
use self::render::{render, render_chain, written};
use crate::facts::closures::Closures;
use crate::facts::locks::LockPlace;
use crate::facts::model::{Await, Callee, Context, Dropped, Event, Fate, Form, Happens, Model, Of, RunsOn, Use};
use crate::knowledge::keepers::Ends;
use crate::source::{Cfg, Edition};
use crate::syntax::exemption::{self, Exemption, Level};
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::path::path_of;
use crate::syntax::tokens::any_token;
use crate::syntax::type_ref::TypeRef;
use crate::syntax::{mark, point, rule_id};
use crate::types::guards::{self, Guarded};
use crate::types::infer::{self, Method};
use crate::types::iterate;
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
use crate::types::ty::Type;

/// Walks one body and fills the model.
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(crate) struct Collector<'m, 'i> {
    scope: Scope<'i>,
    model: &'m mut Model,
    exemptions: &'m mut Vec<Exemption>,
    /// Test code is not looked at, not even in a test build.
    cfg: Cfg,
    place: RunsOn,
    may_await: bool,
    /// Inside a closure that is not async.
    in_closure: bool,
    context: Context,
    live: Live,
    /// The loops and labelled blocks around, innermost last.
    loops: Vec<Around>,
    /// A loop is gone through once more.
    again: bool,
    /// Closures that are held in variables or given to functions of the crate.
    closures: Closures,
    /// Places for probes, the innermost last.
    points: Vec<points::Open>,
    /// Where that runs around of which clippy spares, the innermost last.
    lint_allowed_around: Vec<RunsOn>,
    /// How many macros are around.
    in_macros: usize,
    /// How many of them may do anything with the statements that they are given: await each, or wait where it yields.
    in_strange_macros: usize,
    chains: Chains,
    ready: Ready,
    /// Nothing names the variable of the `let` that is walked next.
    is_forgotten: bool,
    /// Where code runs that hands a variable on to run elsewhere.
    from: Option<RunsOn>,
    /// Where closures run that are given to the iterator that is walked next.
    lazy: Option<RunsOn>,
    /// What the closure that is walked next is given.
    given: Vec<Type>,
    /// Variables that are other names for a place, by how many were bound before each.
    aliases: HashMap<usize, LockPlace>,
    /// Variables that stand for something else by now.
    reassigned: HashSet<usize>,
    /// The places, as written, that something was asked of.
    looked_into: HashSet<String>,
    /// The variables of the parameters.
    parameters: Vec<Option<usize>>,
    /// Whether tasks that are started here are models of their own.
    has_tasks: bool,
}

impl<'m, 'i> Collector<'m, 'i> {
    pub(crate) fn new(
        scope: Scope<'i>,
        model: &'m mut Model,
        exemptions: &'m mut Vec<Exemption>,
        may_await: bool,
    ) -> Self {
        let cfg = Cfg { test: false, ..scope.cfg().clone() };
        // The exemptions of the function itself are around everything.
        let context = model.context.clone();
        let lint_allowed_around = if model.kind == Kind::Blocking { vec![RunsOn::Elsewhere] } else { Vec::new() };
        Collector {
            scope,
            model,
            exemptions,
            cfg,
            place: RunsOn::Loop,
            may_await,
            in_closure: false,
            context,
            live: Live::default(),
            loops: Vec::new(),
            again: false,
            closures: Closures::default(),
            points: Vec::new(),
            lint_allowed_around,
            in_macros: 0,
            in_strange_macros: 0,
            chains: Chains::default(),
            is_forgotten: false,
            ready: Ready::default(),
            from: None,
            lazy: None,
            given: Vec::new(),
            aliases: HashMap::new(),
            reassigned: HashSet::new(),
            looked_into: HashSet::new(),
            parameters: Vec::new(),
            has_tasks: false,
        }
    }

    /// Binds generic parameters and arguments, then walks the body. What is in closures has no place yet: that is
    /// for [`Closures::settle`].
    pub(crate) fn function(
        mut self,
        generics: &syn::Generics,
        inputs: &mut dyn Iterator<Item = &syn::FnArg>,
        body: &[syn::Stmt],
    ) -> Closures {
        self.scope.open();
        self.scope.bind_types(generics);
        for input in inputs {
            let syn::FnArg::Typed(input) = input else {
                self.closures.has_receiver = true;
                self.owned_receiver(input);
                continue;
            };
            let is = self.scope.type_of_written(&TypeRef::of(&input.ty));
            let mut value = self.declared(&input.ty, &is, input.pat.to_token_stream());
            if value.is_empty() && !refers(&input.ty) && matches!(&*input.pat, syn::Pat::Ident(_)) {
                value = self.falling(&is, input.pat.to_token_stream());
            }
            let context = self.next_context();
            self.live.bind(&input.pat, value, &context);
            match &*input.pat {
                syn::Pat::Ident(name) => {
                    let held = self.closures.parameter(true);
                    self.parameters.push(Some(self.scope.now().bound));
                    self.scope.bind(&name.ident, held, is);
                }
                pattern => {
                    self.closures.parameter(false);
                    self.parameters.push(None);
                    self.scope.bind_pattern(pattern, &is);
                }
            }
        }
        // What is returned runs somewhere else, if it is a closure.
        self.block_with(body, RunsOn::Elsewhere, Fate::Used);
        self.live.close(0);
        self.tell_fallen();
        self.closures
    }

    fn block(&mut self, statements: &[syn::Stmt], fate: Fate) -> Value {
        self.block_with(statements, self.place, fate)
    }

    /// A block of which the value is handed on, to run at `place` if it is a closure.
    fn block_with(&mut self, statements: &[syn::Stmt], place: RunsOn, fate: Fate) -> Value {
        self.live.begin();
        let value = self.open_block(statements, place, fate);
        self.live.end(value)
    }

    /// A block that is an expression of its own. Before edition 2024 the temporaries at its end outlive it.
    fn plain_block(
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

    fn open_block(&mut self, statements: &[syn::Stmt], place: RunsOn, fate: Fate) -> Value {
        let count = self.live.count();
        let mut value = Value::default();
        self.scope.open();
        self.scope.declare(statements);
        let finished = self.ready.finished;
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
            value = match statement {
                syn::Stmt::Expr(last, None) if is_last && place != self.place => {
                    self.at_point(statement, true, |this| this.value(last, place, fate))
                }
                _ => self.statement(statement, if is_last { fate } else { Fate::Used }, is_last),
            };
            is_dead |= self.ends_block(statement);
            self.ready.finished += usize::from(leaves_unless_finished(statement));
        }
        self.ready.finished = finished;
        self.scope.close();
        self.live.close(count);
        value
    }

    /// Takes in the attributes of a statement or expression for as long as `walk` runs. Does not run it where the
    /// attributes say that the code is not part of the build.
    fn under(&mut self, attributes: &[syn::Attribute], walk: impl FnOnce(&mut Self) -> Value) -> Value {
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
    fn gated(&mut self, gate: TokenStream, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.cfg.holds(&gate.to_string()) == Some(false) {
            return Value::default();
        }
        self.context.gates.push(gate);
        let value = walk(self);
        self.context.gates.pop();
        value
    }

    /// Only the last of a block has a value, and temporaries that live on.
    fn statement(&mut self, statement: &syn::Stmt, fate: Fate, is_last: bool) -> Value {
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

    fn open_statement(&mut self, statement: &syn::Stmt, fate: Fate) -> Value {
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

    fn local(&mut self, local: &syn::Local) {
        let is_forgotten = std::mem::take(&mut self.is_forgotten);
        let mut held = None;
        let mut value = Value::default();
        if let Some(init) = &local.init {
            let discarded = matches!(local.pat, syn::Pat::Wild(_));
            if discarded {
                self.falls_at_once(&init.expr);
            }
            let fate = match discarded {
                true => Fate::Discarded,
                false if is_forgotten => Fate::Forgotten,
                false => Fate::Used,
            };
            let mut place = RunsOn::Elsewhere;
            if self.place != RunsOn::Elsewhere {
                let closure = self.closures.held();
                (held, place) = (Some(closure), RunsOn::Held(closure));
            }
            value = match self.live.spot(&init.expr) {
                // A pattern may leave it there.
                Some(spot) if !matches!(local.pat, syn::Pat::Ident(_) | syn::Pat::Type(_)) => {
                    self.operand(&init.expr);
                    self.live.look(&spot)
                }
                _ => self.value(&init.expr, place, fate),
            };
            if let Some((_, diverge)) = &init.diverge {
                let before = self.live.states();
                self.live.fall_asleep(&value);
                self.live.end_temporaries();
                self.expression(diverge, Fate::Used);
                self.live.go_back(&before);
            }
        }
        let mut is = local.init.as_ref().map_or(Type::Unknown, |init| infer::type_of(&mut self.scope, &init.expr));
        let mut pattern = &local.pat;
        while let syn::Pat::Type(typed) = pattern {
            is = self.scope.type_of_written(&TypeRef::of(&typed.ty));
            // `Option` and `Result` may be empty.
            if local.init.is_some() && value.is_empty() && guards::is_guard(self.scope.known(), &is) {
                value = self.declared(&typed.ty, &is, typed.pat.to_token_stream());
            }
            pattern = &typed.pat;
        }
        if let (Some(init), syn::Pat::Ident(_), true) = (&local.init, pattern, value.is_plain()) {
            value = self.falling_of(&init.expr, pattern.to_token_stream());
        }
        self.live.extend(&value);
        let context = self.next_context();
        self.live.bind(pattern, value, &context);
        let place = local.init.as_ref().filter(|_| matches!(pattern, syn::Pat::Ident(_)));
        let place = place.and_then(|init| self.place_behind(&init.expr));
        if let Some(place) = place {
            self.aliases.insert(self.scope.now().bound, place);
        }
        match pattern {
            syn::Pat::Ident(ident) => self.scope.bind(&ident.ident, held, is),
            _ => self.scope.bind_pattern(pattern, &is),
        }
    }

    /// The guard in a variable of which the type is written.
    fn declared(&mut self, written: &syn::Type, is: &Type, tokens: TokenStream) -> Value {
        let Some(guard) = guards::guarded(self.scope.known(), is).filter(|_| !refers(written)) else {
            return Value::default();
        };
        let context = self.next_context();
        self.live.take_up(guard, tokens, context)
    }

    /// Binds the variables of a pattern that a value is matched with.
    fn bind_pattern(&mut self, pattern: &syn::Pat, is: &Type, value: Value) {
        let context = self.next_context();
        self.live.bind(pattern, value, &context);
        self.scope.bind_pattern(pattern, is);
    }

    /// What is only looked at: a variable is not moved by it. The value is that of what is not a variable.
    fn operand(&mut self, expression: &syn::Expr) -> Value {
        match expression {
            syn::Expr::Path(path) => {
                self.path(path, Form::Value, Fate::Used);
                Value::default()
            }
            syn::Expr::Paren(inner) => self.operand(&inner.expr),
            syn::Expr::Group(inner) => self.operand(&inner.expr),
            syn::Expr::Field(inner) if inner.attrs.is_empty() => self.operand(&inner.base),
            syn::Expr::Unary(inner) if inner.attrs.is_empty() && matches!(inner.op, syn::UnOp::Deref(_)) => {
                self.operand(&inner.expr)
            }
            syn::Expr::Index(inner) if inner.attrs.is_empty() => self.index(inner),
            _ => self.expression(expression, Fate::Used),
        }
    }

    fn index(&mut self, index: &syn::ExprIndex) -> Value {
        let value = self.operand(&index.expr);
        self.consumed(&index.index, Fate::Used);
        value
    }

    /// A closure or async block may take along what it names.
    fn takes_along(&mut self, code: &impl ToTokens, by_move: bool) -> Vec<(String, Guarded, State)> {
        let mut taken = Vec::new();
        for (name, is_plain) in self.live.holders() {
            match takes(code.to_token_stream(), &name) {
                Some(Taken::Looked) if is_plain && !by_move => {}
                Some(Taken::Named) => drop(self.live.captured(&name)),
                Some(Taken::Looked | Taken::Given) => taken.extend(self.live.captured(&name)),
                None => {}
            }
        }
        taken
    }

    /// A variable or field that stands alone where a value is taken is moved.
    fn moves(&mut self, expression: &syn::Expr) -> Value {
        self.live.spot(expression).map_or_else(Value::default, |spot| self.live.take(&spot))
    }

    /// Something is awaited here.
    fn crosses(&mut self, awaited: &str) {
        if self.place != RunsOn::Elsewhere {
            let is_ours = |&&index: &&usize| self.exemptions[index].rule == rule_id::GUARD_ACROSS_AWAIT;
            let exemptions = self.context.exemptions.iter().filter(is_ours).copied().collect();
            let here = Context { gates: self.context.gates.clone(), exemptions, order: self.context.order };
            let crossed = self.live.cross(awaited, &here);
            self.model.crossings.extend(crossed);
            self.model.places.crossings.resize(self.model.crossings.len(), self.place);
        }
    }

    /// Every loop around has a way out here.
    fn leaves(&mut self) {
        self.loops.iter_mut().for_each(|around| around.leaves = true);
    }

    /// Another body: of what is alive only `live` reaches into it.
    fn apart(&mut self, live: Live, walk: impl FnOnce(&mut Self)) {
        let live = std::mem::replace(&mut self.live, live);
        let loops = std::mem::take(&mut self.loops);
        walk(self);
        self.tell_fallen();
        (self.live, self.loops) = (live, loops);
    }

    /// The body of a closure or async block, with its parameters.
    fn in_body(&mut self, walk: impl FnOnce(&mut Self)) {
        let body = self.scope.now().body;
        self.scope.in_body(body + 1);
        walk(self);
        self.scope.in_body(body);
    }

    /// The body of a closure or match arm. A block has statements of its own for what is to stand in front of them.
    fn headed(&mut self, body: &syn::Expr, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        match body {
            syn::Expr::Block(_) | syn::Expr::Async(_) | syn::Expr::Unsafe(_) => walk(self),
            _ => self.at_point(body, false, walk),
        }
    }

    fn running<R>(&mut self, place: RunsOn, walk: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.place, place);
        let value = walk(self);
        self.place = before;
        value
    }

    fn awaiting(&mut self, may_await: bool, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.may_await, may_await);
        walk(self);
        self.may_await = before;
    }

    /// An expression of which the value is handed on. If that is a closure or a function, it runs at `place`; what is
    /// computed on the way to it runs here.
    fn value(&mut self, expression: &syn::Expr, place: RunsOn, fate: Fate) -> Value {
        match expression {
            syn::Expr::Closure(closure) if is_run_where_called(closure) => {
                self.under(&closure.attrs, |this| this.running(place, |this| this.closure(closure)))
            }
            syn::Expr::Closure(closure) => self.under(&closure.attrs, |this| this.closure(closure)),
            syn::Expr::Path(path) => {
                self.path_value(path, place, fate);
                if mark_of(&path.attrs).is_none() {
                    self.allow_lint_in_value(path, place);
                }
                self.moves(expression)
            }
            syn::Expr::MethodCall(call) if call.args.is_empty() && call.method == "clone" => {
                match &*call.receiver {
                    syn::Expr::Path(_) => self.running(place, |this| this.operand(&call.receiver)),
                    receiver => self.value(receiver, place, Fate::Used),
                };
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
            syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => self.wraps(call, place),
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

    /// Whether what goes to a place may run there, and not where it is made: in a variable, or at the caller's.
    fn may_run_later(&self, place: RunsOn) -> bool {
        match place {
            RunsOn::Held(number) => self.closures.is_variable(number),
            RunsOn::Elsewhere => true,
            RunsOn::Loop | RunsOn::Likely => false,
        }
    }

    /// `&value`, `&mut value`
    fn reference(&mut self, reference: &syn::ExprReference) -> Value {
        let value = self.operand(&reference.expr);
        if reference.mutability.is_some()
            && let Some(spot) = self.live.spot(&reference.expr)
        {
            self.live.lent(&spot);
        }
        value.referred()
    }

    /// A value that goes where nobody follows it.
    fn consumed(&mut self, expression: &syn::Expr, fate: Fate) {
        let value = self.expression(expression, fate);
        self.live.consume(&value);
    }

    fn expression(&mut self, expression: &syn::Expr, fate: Fate) -> Value {
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
                operands.push((&*binary.right, is_lazy, is_lazy && self.is_cut_short(binary)));
                left = &binary.left;
            }
            self.live.begin();
            self.expression(left, Fate::Used);
            for (operand, is_lazy, is_dead) in operands.into_iter().rev() {
                // The operands of `&&` and `||` keep no temporaries.
                if is_lazy {
                    self.live.end_temporaries();
                }
                if is_dead {
                    self.allow_lint(RunsOn::Elsewhere, || point::around(operand));
                    continue;
                }
                self.expression(operand, Fate::Used);
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
    fn bare_expression(&mut self, expression: &syn::Expr, fate: Fate) -> Value {
        use syn::Expr;
        match expression {
            Expr::Array(inner) => return self.elements(inner.elems.iter()),
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
                return self.moves(expression);
            }
            Expr::ForLoop(inner) => {
                let count = self.live.count();
                self.live.begin();
                self.consumed(&inner.expr, Fate::Used);
                let of = infer::type_of(&mut self.scope, &inner.expr);
                self.iterates(&inner.expr, &of);
                self.scope.open();
                let element = of.bare().element();
                let value = self.held_by_element(&element, &inner.expr);
                self.bind_pattern(&inner.pat, &element, value);
                self.looping(inner.label.as_ref(), true, &inner.body, |this| this.live.states());
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
                    let value = self.value(returned, RunsOn::Elsewhere, Fate::Used);
                    self.live.consume(&value);
                }
                self.leaves();
            }
            Expr::Struct(inner) => {
                let mut whole = Value::default();
                for field in &inner.fields {
                    let value = self.expression(&field.expr, Fate::Used);
                    whole = whole.and(self.live.inside(value, &live::member(&field.member)));
                }
                self.maybe(inner.rest.as_deref());
                return whole;
            }
            Expr::Try(inner) => {
                let value = self.expression(&inner.expr, Fate::Used);
                self.leaves();
                return self.live.unwrapped(value);
            }
            Expr::TryBlock(inner) => {
                let value = self.block(&inner.block.stmts, Fate::Used);
                self.live.consume(&value);
            }
            Expr::Tuple(inner) => return self.elements(inner.elems.iter()),
            Expr::Unary(inner) => {
                self.operand(&inner.expr);
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
                self.live.begin();
                self.scope.open();
                let (leaves, _) = self
                    .looping(inner.label.as_ref(), !is_endless, &inner.body, |this| this.condition(&inner.cond).before);
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
    fn task(&mut self, code: &impl ToTokens, by_move: bool, statements: &[syn::Stmt]) {
        let captured = self.takes_along(code, by_move);
        let before = std::mem::replace(&mut self.in_closure, false);
        let live = if by_move { Live::of_captured(captured) } else { Live::default() };
        self.apart(live, |this| {
            this.in_body(|this| {
                this.awaiting(true, |this| {
                    this.block(statements, Fate::Used);
                });
            });
        });
        self.in_closure = before;
    }

    /// The elements of a tuple or array.
    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e syn::Expr>) -> Value {
        let mut whole = Value::default();
        for (n, element) in elements.enumerate() {
            let value = self.expression(element, Fate::Used);
            whole = whole.and(self.live.inside(value, &n.to_string()));
        }
        whole
    }

    /// What a variable had before is dropped.
    fn assign(&mut self, assign: &syn::ExprAssign) {
        let value = self.expression(&assign.right, Fate::Used);
        if let Some(spot) = self.live.spot(&assign.left) {
            self.operand(&assign.left);
            if !self.live.is_falling(&spot) {
                self.falls_by_assignment(assign);
            }
            self.reassigns(&assign.left);
            let context = self.next_context();
            self.live.assign(&spot, &value, &assign.left.to_token_stream(), &context);
        } else {
            self.expression(&assign.left, Fate::Used);
            self.falls_by_assignment(assign);
            self.reassigns(&assign.left);
            self.live.consume(&value);
        }
    }

    fn loops_for_ever(&mut self, leaves: bool, tokens: TokenStream) {
        if !leaves && self.place != RunsOn::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.loops.push((tokens, context));
            self.model.places.loops.push(self.place);
        }
    }

    /// A loop only looks at something.
    fn spun(&mut self, looked_at: Option<String>, tokens: TokenStream) {
        if let Some(looked_at) = looked_at.filter(|_| self.in_strange_macros == 0) {
            self.happens(Happens::Spins(looked_at), tokens);
        }
    }

    fn happens(&mut self, what: Happens, tokens: TokenStream) {
        if self.place != RunsOn::Elsewhere {
            let context = self.next_context();
            self.model.events.push(Event { what, place: self.place, tokens, context });
        }
    }

    /// A future is made and thrown away.
    fn drops(&mut self, written: Option<String>, tokens: TokenStream) {
        self.drops_what(None, written, tokens);
    }

    fn drops_what(&mut self, ends: Option<Ends>, written: Option<String>, tokens: TokenStream) {
        if self.place != RunsOn::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.dropped.push(Dropped { ends, written, tokens, context });
            self.model.places.dropped.push(self.place);
        }
    }

    /// What a loop goes through may hold each part locked for as long as it is there.
    fn held_by_element(&mut self, element: &Type, iterated: &syn::Expr) -> Value {
        let Some(guard) = guards::guarded(self.scope.known(), element).filter(|(what, _)| *what == Guarded::Shard)
        else {
            return Value::default();
        };
        let context = self.next_context();
        let value = self.live.take_up(guard, iterated.to_token_stream(), context);
        if let Some(held) = self.held_by_iteration(iterated) {
            self.live.hold(&value, &held);
        }
        value
    }

    /// `for x in receiver` waits for each.
    fn iterates(&mut self, iterated: &syn::Expr, of: &Type) {
        let received = |this: &mut Self| match infer::method(&mut this.scope, of, "recv") {
            Method::Blocks(entry) if of.bare().is_receiver() => Some(entry),
            _ => None,
        };
        let entry = iterate::next_in_loop(&self.scope, of).or_else(|| received(self));
        let callee = entry.map(Callee::Method).or_else(|| self.suspect_iterator(iterated));
        if let Some(callee) = callee {
            let written = format!("for .. in {}", render_chain(iterated));
            let before = self.last_in(iterated);
            self.found(callee, Form::Called, Fate::Used, written, iterated.to_token_stream());
            self.last_follows(before);
        }
    }

    fn maybe(&mut self, expression: Option<&syn::Expr>) {
        if let Some(expression) = expression {
            self.consumed(expression, Fate::Used);
        }
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> Value {
        match mark_of(&closure.attrs) {
            Some((kind, mark)) => self.as_job(|this| this.marked_closure(closure, kind, mark)),
            None => self.bare_closure(closure),
        }
    }

    /// A job is run later and by somebody else: what says here why it may block says nothing of it.
    fn as_job<R>(&mut self, walk: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.context.exemptions.clone();
        self.context.exemptions.retain(|&index| self.exemptions[index].level != Level::Call);
        let value = walk(self);
        self.context.exemptions = before;
        value
    }

    fn marked_closure(&mut self, closure: &syn::ExprClosure, kind: Kind, mark: &syn::Attribute) -> Value {
        self.deny_lint(kind, || point::around(&closure.body));
        let marked = Model {
            form: Of::Closure,
            name: "this closure".to_owned(),
            at: mark.to_token_stream(),
            asyncness: closure.asyncness.as_ref().map(ToTokens::to_token_stream),
            output: Output::of_closure(closure),
            context: self.next_context(),
            strict: self.model.strict.clone(),
            tools: self.model.tools,
            lint_allowed: self.model.lint_allowed.as_ref().map(|_| Vec::new()),
            seen: self.model.seen.as_ref().map(|_| Vec::new()),
            ..Model::of_helper(kind)
        };
        let around = std::mem::replace(self.model, marked);
        let lint_allowed_around = std::mem::take(&mut self.lint_allowed_around);
        let value = self.running(place_of_kind(kind), |this| this.bare_closure(closure));
        self.lint_allowed_around = lint_allowed_around;
        let marked = std::mem::replace(self.model, around);
        self.model.marked.push(marked);
        value
    }

    fn bare_closure(&mut self, closure: &syn::ExprClosure) -> Value {
        let place = self.place;
        let given = std::mem::take(&mut self.given);
        self.allow_lint(place, || point::around(&closure.body));
        let lint_allowed_around = self.lint_allowed_around.len();
        if let RunsOn::Elsewhere | RunsOn::Held(_) = place {
            self.lint_allowed_around.push(place);
        }
        self.takes_along(closure, closure.capture.is_some());
        self.scope.open();
        self.in_body(|this| {
            for (n, input) in closure.inputs.iter().enumerate() {
                this.scope.bind_pattern(input, given.get(n).unwrap_or(&Type::Unknown));
            }
            this.running(place, |this| {
                let is_async = closure.asyncness.is_some();
                let before = std::mem::replace(&mut this.in_closure, !is_async);
                // A closure that is only returned is called by somebody who is not in sight.
                this.apart(Live::default(), |this| {
                    closure.inputs.iter().for_each(|input| this.live.bind_names(input));
                    this.awaiting(is_async, |this| {
                        this.headed(&closure.body, |this| this.value(&closure.body, RunsOn::Elsewhere, Fate::Used));
                    });
                });
                this.in_closure = before;
            });
        });
        self.scope.close();
        self.lint_allowed_around.truncate(lint_allowed_around);
        Value::default()
    }

    /// A path that is handed on, to run at `place` if it is not marked.
    fn path_value(&mut self, path: &syn::ExprPath, place: RunsOn, fate: Fate) {
        let Some((kind, _)) = mark_of(&path.attrs) else {
            self.from = Some(self.place);
            self.running(place, |this| this.path(path, Form::Value, fate));
            self.from = None;
            return;
        };
        let place = place_of_kind(kind);
        self.as_job(|this| {
            this.running(place, |this| this.path(path, Form::Job, fate));
            this.deny_lint(kind, || point::around(path));
        });
        self.allow_lint_in_value(path, place);
    }

    fn path(&mut self, path: &syn::ExprPath, form: Form, fate: Fate) {
        if let Some(callee) = self.callee(path, Namespace::Value) {
            self.found(callee, form, fate, written(path), path.to_token_stream());
        }
    }

    /// What a path leads to; nothing if no rule asks about it. A variable is noted as used here.
    fn callee(&mut self, path: &syn::ExprPath, namespace: Namespace) -> Option<Callee> {
        let written = path_of(&path.path);
        let name = match &path.qself {
            None => self.scope.resolve(&written, namespace),
            // `<Type as Trait>::name` is looked up on the type.
            Some(qself) => {
                let (of_trait, name) = (qself.position.checked_sub(1), written.segments.last()?);
                let via = of_trait.and_then(|at| written.segments.get(at)).map(String::as_str);
                match self.scope.type_of_written(&TypeRef::of(&qself.ty)) {
                    Type::External(types, _) => {
                        Name::Def(Def::External(types.iter().map(|of| format!("{of}::{name}")).collect()))
                    }
                    Type::Local(module, of, _) => {
                        let function = self.scope.method(module, &of, name, via)?;
                        Name::Def(Def::Function(function))
                    }
                    _ => return None,
                }
            }
        };
        match name {
            Name::Variable(held) => {
                if let Some(held) = held {
                    self.closures.used(held, self.place, self.from.unwrap_or(self.place));
                }
                None
            }
            Name::Nested(marker) => Some(Callee::Local(marker, None)),
            Name::Def(Def::Function(id)) => match self.scope.known().function(id) {
                Some(entry) => Some(Callee::Method(entry)),
                None => Some(Callee::Local(self.scope.index().function(id).marker, Some(id))),
            },
            Name::Def(Def::External(paths)) => Some(Callee::External(paths)),
            Name::Def(_) | Name::Unknown => None,
        }
    }

    fn found(&mut self, callee: Callee, form: Form, fate: Fate, written: String, tokens: TokenStream) {
        let context = self.next_context();
        let entry = callee.entry(&self.scope.known().project);
        self.model.uses.push(Use {
            callee,
            entry,
            form,
            fate,
            place: self.place,
            may_await: self.may_await,
            written,
            tokens,
            context,
            has_arguments: false,
            chain: None,
            follows: None,
        });
    }

    fn last_has_arguments(&mut self, has_arguments: bool) {
        if let Some(last) = self.model.uses.last_mut() {
            last.has_arguments = has_arguments;
        }
    }

    fn next_context(&mut self) -> Context {
        self.context.order += 1;
        self.context.clone()
    }
}

/// Whether a `let` binds a variable of which the name says that it is not used, and nothing uses it.
fn is_forgotten(statement: &syn::Stmt, behind: &[syn::Stmt]) -> bool {
    let syn::Stmt::Local(local) = statement else { return false };
    let mut pattern = &local.pat;
    while let syn::Pat::Type(typed) = pattern {
        pattern = &typed.pat;
    }
    let syn::Pat::Ident(name) = pattern else { return false };
    let is_name =
        |token: &proc_macro2::TokenTree| matches!(token, proc_macro2::TokenTree::Ident(ident) if *ident == name.ident);
    name.ident.to_string().starts_with('_')
        && !behind.iter().any(|statement| any_token(&statement.to_token_stream(), &is_name))
}

/// Whether nothing behind a statement is reached unless a thread has ended: `if !thread.is_finished() { return }`.
fn leaves_unless_finished(statement: &syn::Stmt) -> bool {
    match statement {
        syn::Stmt::Expr(syn::Expr::If(inner), _) => {
            let leaves = diverges(&inner.then_branch.stmts) == Diverges::Always && inner.else_branch.is_none();
            leaves && asks_finished(&inner.cond) == Some(false)
        }
        syn::Stmt::Expr(syn::Expr::While(inner), _) => asks_finished(&inner.cond) == Some(false),
        _ => false,
    }
}

/// Whether a type that is a guard, maybe in `Option` or the like, is one behind a reference.
fn refers(written: &syn::Type) -> bool {
    match written {
        syn::Type::Reference(_) => true,
        syn::Type::Paren(inner) => refers(&inner.elem),
        syn::Type::Group(inner) => refers(&inner.elem),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let is_around = ["Option", "Result"].iter().any(|name| last.ident == name);
            match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) if is_around => arguments
                    .args
                    .iter()
                    .any(|argument| matches!(argument, syn::GenericArgument::Type(inner) if refers(inner))),
                _ => false,
            }
        }),
        _ => false,
    }
}

/// What `if cfg!(..)` asks.
fn gate_of(condition: &syn::Expr) -> Option<TokenStream> {
    match condition {
        syn::Expr::Macro(asked) if asked.mac.path.is_ident("cfg") => Some(asked.mac.tokens.clone()),
        syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            gate_of(&inner.expr).map(|gate| quote! { not(#gate) })
        }
        _ => None,
    }
}

/// `|| async { .. }` only makes a future, and futures are polled on the loop.
fn is_run_where_called(closure: &syn::ExprClosure) -> bool {
    closure.asyncness.is_none() && !matches!(*closure.body, syn::Expr::Async(_))
}

macro_rules! attributes_of {
    ($expression:expr; $($kind:ident)*) => {
        match $expression {
            $(syn::Expr::$kind(inner) => &inner.attrs,)*
            // Not known to the parser.
            _ => &[],
        }
    };
}

/// The mark on a closure or path, if it bears one.
fn mark_of(attributes: &[syn::Attribute]) -> Option<(Kind, &syn::Attribute)> {
    attributes.iter().find_map(|attribute| Some((mark::kind_of(&attribute.meta)?, attribute)))
}

/// Where a function of a kind runs, whoever is given it.
fn place_of_kind(kind: Kind) -> RunsOn {
    if kind == Kind::Blocking { RunsOn::Elsewhere } else { RunsOn::Loop }
}

fn attributes_of(expression: &syn::Expr) -> &[syn::Attribute] {
    attributes_of!(expression; Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field
        ForLoop Group If Index Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat
        Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
