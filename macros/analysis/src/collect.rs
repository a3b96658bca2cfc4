//! The only walker over syntax: from a parsed body to the [`Model`].
//!
//! It follows where code runs. What a closure holds runs on the loop, unless the closure is handed to something that
//! runs it elsewhere, at once or through a variable.

mod ends;
mod handed;
mod macros;
mod points;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, Parser as _};
use syn::punctuated::Punctuated;

use self::ends::{End, end_of, end_of_expression};
use self::handed::{Handed, handed};
use self::macros::{MacroArgument, Repeat, SelectArms};
use crate::Kind;
use crate::catalogue;
use crate::closures::{Argument, Closures};
use crate::exemption::{self, Exemption};
use crate::guards::{self, Live, Way};
use crate::infer::{self, Method};
use crate::model::{Await, Callee, Context, Dropped, Fate, Form, Model, Place, Use};
use crate::names::{Def, Namespace};
use crate::scope::{Name, Scope, path_of};
use crate::source::Cfg;
use crate::source::outline::Path;
use crate::types::{Type, Written};

/// Walks one body and fills the model.
pub(crate) struct Collector<'m, 'i> {
    scope: Scope<'i>,
    model: &'m mut Model,
    exemptions: &'m mut Vec<Exemption>,
    /// Test code is not looked at, not even in a test build.
    cfg: Cfg,
    place: Place,
    may_await: bool,
    /// Inside a closure that is not async.
    in_closure: bool,
    context: Context,
    live: Live,
    /// The loops around, innermost last: label, and whether there is a way out.
    loops: Vec<(Option<String>, bool)>,
    /// Closures that are held in variables or given to functions of the crate.
    closures: Closures,
    /// Places for probes, the innermost last.
    points: Vec<points::Open>,
    /// How many macros are around.
    in_macros: usize,
}

/// Macros that poll the futures among their arguments.
const AWAITING_MACROS: &[&str] = &["join", "try_join", "select", "select_biased"];

/// Functions that do not return.
const EXITS: &[&str] =
    &["std::panic::panic_any", "std::panic::resume_unwind", "std::process::abort", "std::process::exit"];

/// Macros behind which the code goes on. Any other may panic, return or await.
const RETURNING_MACROS: &[&str] =
    &["dbg", "eprint", "eprintln", "format", "matches", "print", "println", "vec", "write", "writeln"];

/// Macros whose arguments are not code that runs here.
const QUOTING_MACROS: &[&str] = &[
    "asm",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "env",
    "file",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "macro_rules",
    "module_path",
    "offset_of",
    "option_env",
    "parse_quote",
    "parse_quote_spanned",
    "quote",
    "quote_spanned",
    "stringify",
    "thread_local",
];

impl<'m, 'i> Collector<'m, 'i> {
    pub(crate) fn new(
        scope: Scope<'i>,
        model: &'m mut Model,
        exemptions: &'m mut Vec<Exemption>,
        may_await: bool,
    ) -> Self {
        let cfg = Cfg { test: false, ..scope.index().cfg().clone() };
        // The exemptions of the function itself are around everything.
        let context = Context::of(model);
        Collector {
            scope,
            model,
            exemptions,
            cfg,
            place: Place::Loop,
            may_await,
            in_closure: false,
            context,
            live: Live::default(),
            loops: Vec::new(),
            closures: Closures::default(),
            points: Vec::new(),
            in_macros: 0,
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
                continue;
            };
            let is = self.scope.type_of_written(&Written::of(&input.ty));
            match &*input.pat {
                syn::Pat::Ident(name) => {
                    let held = self.closures.parameter(true);
                    self.scope.bind(&name.ident, held, is);
                }
                pattern => {
                    self.closures.parameter(false);
                    self.scope.bind_pattern(pattern, &is);
                }
            }
        }
        self.block(body, Fate::Used);
        self.closures
    }

    fn block(&mut self, statements: &[syn::Stmt], fate: Fate) {
        self.block_with(statements, self.place, fate);
    }

    /// A block of which the value is handed on, to run at `place` if it is a closure.
    fn block_with(&mut self, statements: &[syn::Stmt], place: Place, fate: Fate) {
        let alive = self.live.count();
        self.scope.open();
        self.scope.declare(statements);
        for (n, statement) in statements.iter().enumerate() {
            match statement {
                syn::Stmt::Expr(last, None) if n + 1 == statements.len() && place != self.place => {
                    self.at_point(statement, true, |this| this.value(last, place, fate));
                }
                _ => self.statement(statement, if n + 1 == statements.len() { fate } else { Fate::Used }),
            }
        }
        self.scope.close();
        self.live.end(alive);
    }

    /// Takes in the attributes of a statement or expression for as long as `walk` runs. Does not run it where the
    /// attributes say that the code is not part of the build.
    fn under(&mut self, attributes: &[syn::Attribute], walk: impl FnOnce(&mut Self)) {
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
            let mut inside = Group::new(proc_macro2::Delimiter::Bracket, list.to_token_stream());
            inside.set_span(attribute.bracket_token.span.join());
            for found in exemption::exemptions(&inside) {
                self.context.exemptions.push(self.exemptions.len());
                self.exemptions.push(found);
            }
        }
        if !absent {
            walk(self);
        }
        self.context = Context { order: self.context.order, ..before };
    }

    /// A branch that is taken only where a `cfg` holds.
    fn gated(&mut self, gate: TokenStream, walk: impl FnOnce(&mut Self)) {
        if self.cfg.holds(&gate.to_string()) != Some(false) {
            self.context.gates.push(gate);
            walk(self);
            self.context.gates.pop();
        }
    }

    fn statement(&mut self, statement: &syn::Stmt, fate: Fate) {
        self.at_point(statement, true, |this| this.bare_statement(statement, fate));
    }

    fn bare_statement(&mut self, statement: &syn::Stmt, fate: Fate) {
        match statement {
            syn::Stmt::Local(local) => self.under(&local.attrs, |this| this.local(local)),
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
                let alive = self.live.count();
                self.under(attributes, |this| this.expression(expression, fate));
                self.live.end(alive);
            }
            syn::Stmt::Macro(statement) => {
                let fate = if statement.semi_token.is_some() { Fate::Discarded } else { fate };
                self.under(&statement.attrs, |this| this.macro_call(&statement.mac, fate));
            }
            // Items answer for themselves.
            syn::Stmt::Item(_) => {}
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let mut held = None;
        let alive = self.live.count();
        if let Some(init) = &local.init {
            let discarded = matches!(local.pat, syn::Pat::Wild(_));
            let fate = if discarded { Fate::Discarded } else { Fate::Used };
            let mut place = Place::Elsewhere;
            if self.place != Place::Elsewhere {
                let closure = self.closures.held();
                (held, place) = (Some(closure), Place::Held(closure));
            }
            self.value(&init.expr, place, fate);
            if let Some((_, diverge)) = &init.diverge {
                self.live.end(alive);
                self.expression(diverge, Fate::Used);
            }
        }
        let mut is = local.init.as_ref().map_or(Type::Unknown, |init| infer::type_of(&mut self.scope, &init.expr));
        let mut pattern = &local.pat;
        while let syn::Pat::Type(typed) = pattern {
            is = self.scope.type_of_written(&Written::of(&typed.ty));
            pattern = &typed.pat;
        }
        self.live.end(alive);
        // A reference to a guard is none.
        if !local.init.as_ref().is_some_and(|init| matches!(*init.expr, syn::Expr::Reference(_))) {
            self.hold_in(pattern, &is);
        }
        match pattern {
            syn::Pat::Ident(ident) => self.scope.bind(&ident.ident, held, is),
            _ => self.scope.bind_pattern(pattern, &is),
        }
    }

    /// A pattern takes a guard over.
    fn hold_in(&mut self, pattern: &syn::Pat, is: &Type) {
        if guards::guarded(is).is_none() {
            return;
        }
        match pattern {
            syn::Pat::Ident(ident) => {
                let context = self.next_context();
                self.live.hold(Some(ident.ident.unraw().to_string()), is, ident.ident.to_token_stream(), context);
            }
            syn::Pat::TupleStruct(inner) if inner.elems.len() == 1 => self.hold_in(&inner.elems[0], &is.unwrapped()),
            syn::Pat::Paren(inner) => self.hold_in(&inner.pat, is),
            _ => {}
        }
    }

    /// What is only looked at: a variable is not moved by it.
    fn operand(&mut self, expression: &syn::Expr) {
        match expression {
            syn::Expr::Path(path) => self.path(path, Form::Value, Fate::Used),
            syn::Expr::Paren(inner) => self.operand(&inner.expr),
            _ => self.expression(expression, Fate::Used),
        }
    }

    /// A closure or async block may take along what it names.
    fn takes_along(&mut self, code: &impl ToTokens) {
        fn names(tokens: TokenStream, name: &str) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(ident) => ident == name,
                TokenTree::Group(group) => names(group.stream(), name),
                TokenTree::Punct(_) => false,
                // `"{guard}"`
                TokenTree::Literal(literal) => literal.to_string().contains(name),
            })
        }
        for name in self.live.names() {
            if names(code.to_token_stream(), &name) {
                self.live.moved(&name);
            }
        }
    }

    /// A variable that stands alone where a value is taken is moved.
    fn moves(&mut self, expression: &syn::Expr) {
        if let syn::Expr::Path(path) = expression
            && let Some(name) = path.path.get_ident()
        {
            self.live.moved(&name.unraw().to_string());
        }
    }

    /// Something is awaited here.
    fn crosses(&mut self, awaited: &str) {
        if self.place != Place::Elsewhere {
            let crossed = self.live.cross(awaited);
            self.model.crossings.extend(crossed);
            self.closures.crossings.resize(self.model.crossings.len(), self.place);
        }
    }

    /// Every loop around has a way out here.
    fn leaves(&mut self) {
        self.loops.iter_mut().for_each(|(_, leaves)| *leaves = true);
    }

    /// Another body: what is alive and around does not reach into it.
    fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let live = std::mem::take(&mut self.live);
        let loops = std::mem::take(&mut self.loops);
        walk(self);
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
    fn headed(&mut self, body: &syn::Expr, walk: impl FnOnce(&mut Self)) {
        match body {
            syn::Expr::Block(_) | syn::Expr::Async(_) | syn::Expr::Unsafe(_) => walk(self),
            _ => self.at_point(body, false, walk),
        }
    }

    fn running(&mut self, place: Place, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        walk(self);
        self.place = before;
    }

    fn awaiting(&mut self, may_await: bool, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.may_await, may_await);
        walk(self);
        self.may_await = before;
    }

    /// An expression of which the value is handed on. If that is a closure or a function, it runs at `place`; what is
    /// computed on the way to it runs here.
    fn value(&mut self, expression: &syn::Expr, place: Place, fate: Fate) {
        match expression {
            // `|| async { .. }` only makes a future, and futures are polled on the loop.
            syn::Expr::Closure(closure)
                if closure.asyncness.is_none() && !matches!(*closure.body, syn::Expr::Async(_)) =>
            {
                self.under(&closure.attrs, |this| this.running(place, |this| this.closure(closure)));
            }
            syn::Expr::Closure(closure) => self.under(&closure.attrs, |this| this.closure(closure)),
            syn::Expr::Path(path) => {
                self.running(place, |this| this.path(path, Form::Value, fate));
                self.moves(expression);
            }
            syn::Expr::MethodCall(call) if call.args.is_empty() && call.method == "clone" => {
                self.value(&call.receiver, place, Fate::Used);
            }
            syn::Expr::Paren(inner) => self.value(&inner.expr, place, fate),
            syn::Expr::Group(inner) => self.value(&inner.expr, place, fate),
            syn::Expr::Reference(inner) if matches!(*inner.expr, syn::Expr::Path(_)) => {
                self.running(place, |this| this.operand(&inner.expr));
            }
            syn::Expr::Reference(inner) => self.value(&inner.expr, place, Fate::Used),
            syn::Expr::Cast(inner) => self.value(&inner.expr, place, Fate::Used),
            // `Box::new(|| ..)`, `Some(|| ..)`
            syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => {
                self.value(&call.args[0], place, Fate::Used);
            }
            syn::Expr::Block(inner) if inner.attrs.is_empty() => self.block_with(&inner.block.stmts, place, fate),
            syn::Expr::Unsafe(inner) if inner.attrs.is_empty() => self.block_with(&inner.block.stmts, place, fate),
            syn::Expr::If(inner) if inner.attrs.is_empty() => self.branches(inner, place, fate),
            syn::Expr::Match(inner) if inner.attrs.is_empty() => self.arms(inner, place, fate),
            _ => self.expression(expression, fate),
        }
    }

    /// The arguments of a call, of which closures and functions are `handed` on.
    fn arguments(&mut self, arguments: &Punctuated<syn::Expr, syn::Token![,]>, handed: Handed, fate: Fate) {
        for (number, argument) in arguments.iter().enumerate() {
            let place = match handed {
                Handed::Elsewhere => Place::Elsewhere,
                Handed::Unknown if self.place == Place::Loop => Place::Likely,
                Handed::Called | Handed::Unknown => self.place,
                Handed::Own { of, is_method } => self.closures.given(self.place, Argument { of, number, is_method }),
            };
            self.value(argument, place, fate);
        }
    }

    /// `if` and `else`. What is gone after each branch that goes on is gone after both.
    fn branches(&mut self, inner: &syn::ExprIf, place: Place, fate: Fate) {
        let alive = self.live.count();
        self.scope.open();
        self.condition(&inner.cond);
        let before = self.live.state();
        let mut ways = Vec::new();
        let gate = gate_of(&inner.cond);
        match gate.clone() {
            Some(gate) => self.gated(gate, |this| this.block_with(&inner.then_branch.stmts, place, fate)),
            None => self.block_with(&inner.then_branch.stmts, place, fate),
        }
        ways.extend(self.way(end_of(&inner.then_branch.stmts)));
        self.live.go_back(&before);
        self.live.end(alive);
        self.scope.close();
        match (&inner.else_branch, gate) {
            (Some((_, other)), Some(gate)) => self.gated(quote! { not(#gate) }, |this| this.value(other, place, fate)),
            (Some((_, other)), None) => self.value(other, place, fate),
            (None, _) => {}
        }
        let end = inner.else_branch.as_ref().map_or(End::GoesOn, |(_, other)| end_of_expression(other));
        ways.extend(self.way(end));
        self.live.join(&ways);
    }

    fn way(&self, end: End) -> Option<Way> {
        let way = Way { gone: self.live.state(), is_sure: end == End::GoesOn };
        (end != End::Diverges).then_some(way)
    }

    /// What `if` and `while` ask. Temporaries of `if let` live as long as the block, others do not.
    fn condition(&mut self, condition: &syn::Expr) {
        fn has_pattern(condition: &syn::Expr) -> bool {
            match condition {
                syn::Expr::Let(_) => true,
                syn::Expr::Binary(chain) => has_pattern(&chain.left) || has_pattern(&chain.right),
                _ => false,
            }
        }
        let alive = self.live.count();
        self.chain(condition);
        if !has_pattern(condition) {
            self.live.end(alive);
        }
    }

    /// `a && let b = c && d`, from left to right: each part sees what the ones before it bind.
    fn chain(&mut self, condition: &syn::Expr) {
        match condition {
            syn::Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                self.chain(&binary.left);
                self.chain(&binary.right);
            }
            _ => self.expression(condition, Fate::Used),
        }
    }

    fn arms(&mut self, inner: &syn::ExprMatch, place: Place, fate: Fate) {
        let alive = self.live.count();
        let is = self.matched(&inner.expr);
        let before = self.live.state();
        let mut ways = Vec::new();
        for arm in &inner.arms {
            self.live.go_back(&before);
            let alive = self.live.count();
            self.under(&arm.attrs, |this| {
                this.scope.open();
                this.hold_in(&arm.pat, &is);
                this.scope.bind_pattern(&arm.pat, &is);
                if let syn::Pat::Guard(guarded) = &arm.pat {
                    let alive = this.live.count();
                    this.expression(&guarded.guard, Fate::Used);
                    this.live.end(alive);
                }
                this.headed(&arm.body, |this| this.value(&arm.body, place, fate));
                this.scope.close();
            });
            self.live.end(alive);
            ways.extend(self.way(end_of_expression(&arm.body)));
        }
        self.live.join(&ways);
        self.live.end(alive);
    }

    /// What a pattern is matched with. A guard that it takes over is no temporary.
    fn matched(&mut self, expression: &syn::Expr) -> Type {
        let alive = self.live.count();
        self.expression(expression, Fate::Used);
        let is = infer::type_of(&mut self.scope, expression);
        if guards::guarded(&is).is_some() {
            self.live.end(alive);
            self.moves(expression);
        }
        is
    }

    fn expression(&mut self, expression: &syn::Expr, fate: Fate) {
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
                operands.push((&*binary.right, is_lazy));
                left = &binary.left;
            }
            let alive = self.live.count();
            self.expression(left, Fate::Used);
            for (operand, is_lazy) in operands.into_iter().rev() {
                // The operands of `&&` and `||` keep no temporaries.
                if is_lazy {
                    self.live.end(alive);
                }
                self.expression(operand, Fate::Used);
                if is_lazy {
                    self.live.end(alive);
                }
            }
            return;
        }
        self.bare_expression(expression, fate);
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of expression")]
    fn bare_expression(&mut self, expression: &syn::Expr, fate: Fate) {
        use syn::Expr;
        match expression {
            Expr::Array(inner) => inner.elems.iter().for_each(|element| self.expression(element, Fate::Used)),
            // `_ = f();`
            Expr::Assign(inner) if matches!(*inner.left, Expr::Infer(_)) => {
                self.expression(&inner.right, Fate::Discarded);
            }
            Expr::Assign(inner) => {
                self.expression(&inner.right, Fate::Used);
                self.expression(&inner.left, Fate::Used);
            }
            Expr::Async(inner) => {
                if fate == Fate::Discarded {
                    self.drops(None, inner.async_token.to_token_stream());
                }
                self.takes_along(inner);
                let before = std::mem::replace(&mut self.in_closure, false);
                self.apart(|this| {
                    this.in_body(|this| this.awaiting(true, |this| this.block(&inner.block.stmts, Fate::Used)));
                });
                self.in_closure = before;
            }
            Expr::Await(inner) => {
                if !self.may_await && self.place != Place::Elsewhere {
                    let tokens = inner.await_token.to_token_stream();
                    let context = self.next_context();
                    self.model.awaits.push(Await { in_closure: self.in_closure, tokens, context });
                }
                self.expression(&inner.base, Fate::Awaited);
                self.crosses(&shown(&inner.base));
                self.leaves();
            }
            Expr::Binary(inner) => {
                self.expression(&inner.left, Fate::Used);
                self.expression(&inner.right, Fate::Used);
            }
            Expr::Block(inner) => self.block(&inner.block.stmts, fate),
            Expr::Break(inner) => {
                self.maybe(inner.expr.as_deref());
                let label = inner.label.as_ref().map(|label| label.ident.to_string());
                // A `break` with a label leaves every loop up to that one.
                let target = self.loops.iter().rposition(|(name, _)| label.is_none() || *name == label);
                if let Some(target) = target {
                    self.loops[target..].iter_mut().for_each(|(_, leaves)| *leaves = true);
                }
            }
            Expr::Call(inner) => self.call(inner, fate),
            Expr::Cast(inner) => self.expression(&inner.expr, Fate::Used),
            // So is a closure.
            Expr::Closure(inner) => self.running(Place::Elsewhere, |this| this.closure(inner)),
            Expr::Const(inner) => self.block(&inner.block.stmts, Fate::Used),
            Expr::Field(inner) => self.operand(&inner.base),
            Expr::ForLoop(inner) => {
                let alive = self.live.count();
                self.expression(&inner.expr, Fate::Used);
                let of = infer::type_of(&mut self.scope, &inner.expr);
                self.iterates(&inner.expr, &of);
                self.scope.open();
                self.scope.bind_pattern(&inner.pat, &of.bare().element());
                self.looping(inner.label.as_ref(), true, &inner.body);
                self.scope.close();
                self.live.end(alive);
            }
            Expr::Group(inner) => self.expression(&inner.expr, fate),
            Expr::If(inner) => self.branches(inner, self.place, fate),
            Expr::Index(inner) => {
                self.operand(&inner.expr);
                self.expression(&inner.index, Fate::Used);
            }
            // The scope was opened by the `if` or `while` around it.
            Expr::Let(inner) => {
                let is = self.matched(&inner.expr);
                self.hold_in(&inner.pat, &is);
                self.scope.bind_pattern(&inner.pat, &is);
            }
            Expr::Loop(inner) => {
                let leaves = self.looping(inner.label.as_ref(), false, &inner.body);
                self.loops_for_ever(leaves, inner.loop_token.to_token_stream());
            }
            Expr::Macro(inner) => self.macro_call(&inner.mac, fate),
            Expr::Match(inner) => self.arms(inner, self.place, fate),
            Expr::MethodCall(inner) => self.method_call(inner, fate),
            Expr::Paren(inner) => self.expression(&inner.expr, fate),
            // A function that is stored is called by somebody who is not in sight.
            Expr::Path(inner) => {
                self.running(Place::Elsewhere, |this| this.path(inner, Form::Value, fate));
                self.moves(expression);
            }
            Expr::Range(inner) => {
                self.maybe(inner.start.as_deref());
                self.maybe(inner.end.as_deref());
            }
            Expr::RawAddr(inner) => self.expression(&inner.expr, Fate::Used),
            Expr::Reference(inner) => self.operand(&inner.expr),
            Expr::Repeat(inner) => self.expression(&inner.expr, Fate::Used),
            Expr::Return(inner) => {
                self.maybe(inner.expr.as_deref());
                self.leaves();
            }
            Expr::Struct(inner) => {
                inner.fields.iter().for_each(|field| self.expression(&field.expr, Fate::Used));
                self.maybe(inner.rest.as_deref());
            }
            Expr::Try(inner) => {
                self.expression(&inner.expr, Fate::Used);
                self.leaves();
            }
            Expr::TryBlock(inner) => self.block(&inner.block.stmts, Fate::Used),
            Expr::Tuple(inner) => inner.elems.iter().for_each(|element| self.expression(element, Fate::Used)),
            Expr::Unary(inner) => self.operand(&inner.expr),
            Expr::Unsafe(inner) => self.block(&inner.block.stmts, fate),
            Expr::While(inner) => {
                let alive = self.live.count();
                self.scope.open();
                self.condition(&inner.cond);
                let is_endless =
                    matches!(&*inner.cond, Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) if value.value);
                let leaves = self.looping(inner.label.as_ref(), !is_endless, &inner.body);
                self.loops_for_ever(leaves, inner.while_token.to_token_stream());
                self.scope.close();
                self.live.end(alive);
            }
            Expr::Yield(inner) => self.maybe(inner.expr.as_deref()),
            // `continue`, `_`, literals: nothing runs. What the parser does not know is left alone.
            _ => {}
        }
    }

    /// The body of a loop; gives whether there is a way out of it.
    fn looping(&mut self, label: Option<&syn::Label>, leaves: bool, body: &syn::Block) -> bool {
        self.loops.push((label.map(|label| label.name.ident.to_string()), leaves));
        self.block(&body.stmts, Fate::Used);
        self.loops.pop().is_none_or(|(_, leaves)| leaves)
    }

    fn loops_for_ever(&mut self, leaves: bool, tokens: TokenStream) {
        if !leaves && self.place != Place::Elsewhere {
            let context = self.next_context();
            self.model.loops.push((tokens, context));
            self.closures.loops.push(self.place);
        }
    }

    /// A future is made and thrown away.
    fn drops(&mut self, written: Option<String>, tokens: TokenStream) {
        if self.place != Place::Elsewhere {
            let context = self.next_context();
            self.model.dropped.push(Dropped { written, tokens, context });
            self.closures.dropped.push(self.place);
        }
    }

    /// `for x in receiver` waits for each.
    fn iterates(&mut self, iterated: &syn::Expr, of: &Type) {
        let method = ["next", "recv"].into_iter().find_map(|name| match infer::method(&mut self.scope, of, name) {
            Method::Blocks(entry) if name == "next" || of.bare().is_receiver() => Some(entry),
            _ => None,
        });
        if let Some(entry) = method {
            let written = format!("for .. in {}", shown(iterated));
            self.found(Callee::Method(entry), Form::Called, Fate::Used, written, iterated.to_token_stream());
        }
    }

    fn maybe(&mut self, expression: Option<&syn::Expr>) {
        if let Some(expression) = expression {
            self.expression(expression, Fate::Used);
        }
    }

    fn closure(&mut self, closure: &syn::ExprClosure) {
        let marked_blocking = closure.attrs.iter().any(|attribute| attribute.path().is_ident("blocking"));
        let place = if marked_blocking { Place::Elsewhere } else { self.place };
        self.takes_along(closure);
        self.scope.open();
        self.in_body(|this| {
            for input in &closure.inputs {
                this.scope.bind_pattern(input, &Type::Unknown);
            }
            this.running(place, |this| {
                let is_async = closure.asyncness.is_some();
                let before = std::mem::replace(&mut this.in_closure, !is_async);
                // A closure that is only returned is called by somebody who is not in sight.
                this.apart(|this| {
                    this.awaiting(is_async, |this| {
                        this.headed(&closure.body, |this| this.value(&closure.body, Place::Elsewhere, Fate::Used));
                    });
                });
                this.in_closure = before;
            });
        });
        self.scope.close();
    }

    fn call(&mut self, call: &syn::ExprCall, fate: Fate) {
        if call.args.len() == 1 && is_wrapper(&call.func) {
            return self.value(&call.args[0], Place::Elsewhere, Fate::Used);
        }
        let mut function = &*call.func;
        while let syn::Expr::Paren(syn::ExprParen { expr: inner, .. })
        | syn::Expr::Group(syn::ExprGroup { expr: inner, .. }) = function
        {
            function = inner;
        }
        let syn::Expr::Path(path) = function else {
            match function {
                syn::Expr::Closure(closure) => self.closure(closure),
                _ => self.expression(function, Fate::Used),
            }
            // It may be a closure that does not return.
            self.leaves();
            return self.arguments(&call.args, Handed::Unknown, Fate::Used);
        };
        let callee = self.of_argument(path, call).or_else(|| self.callee(path, Namespace::Value));
        let name = path.path.segments.last().map(|last| last.ident.unraw().to_string()).unwrap_or_default();
        let is_variable =
            callee.is_none() && matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Variable(_));
        // Of a closure in a variable nothing is known.
        let handed = if is_variable { Handed::Elsewhere } else { handed(callee.as_ref(), &name, fate, false) };
        let exits = match &callee {
            Some(Callee::Own(_, Some(own))) => self.scope.never_returns(*own),
            Some(callee) => callee.is_any(EXITS),
            // A closure in a variable may not return.
            None => is_variable,
        };
        if exits {
            self.leaves();
        }
        let drops =
            is_drop(&path_of(&path.path)) && callee.as_ref().is_none_or(|callee| callee.is_any(&["std::mem::drop"]));
        if let Some(callee) = callee {
            let callee = self.on_receiver(callee, call, &name, fate);
            self.thrown_away(&callee, fate, format!("{}(..)", written(path)), path.to_token_stream());
            self.found(callee, Form::Called, fate, written(path), path.to_token_stream());
            self.last_has_arguments(!call.args.is_empty());
        }
        self.arguments(&call.args, handed, if drops { Fate::Dropped } else { Fate::Used });
    }

    /// `Trait::method(value, ..)` of a trait of this crate: what it is for the type of the value, if that is known.
    fn of_argument(&mut self, path: &syn::ExprPath, call: &syn::ExprCall) -> Option<Callee> {
        let mut of = path_of(&path.path);
        let name = of.segments.pop().filter(|_| path.qself.is_none() && !of.segments.is_empty())?;
        let Name::Def(Def::Type(module, of_trait)) = self.scope.resolve(&of, Namespace::Type) else { return None };
        let value = call.args.first().filter(|_| self.scope.is_trait(module, &of_trait))?;
        let Type::Own(of, is, _) = infer::type_of(&mut self.scope, value).bare() else { return None };
        let function = self.scope.method(of, &is, &name, Some(&of_trait))?;
        Some(Callee::Own(self.scope.index().function(function).marker, Some(function)))
    }

    /// `Read::read(&mut file, ..)`: a method of a trait is judged by its first argument.
    fn on_receiver(&mut self, callee: Callee, call: &syn::ExprCall, name: &str, fate: Fate) -> Callee {
        let Callee::External(paths) = &callee else { return callee };
        let is_of_trait = paths.iter().any(|path| catalogue::call(path).is_some_and(|entry| entry.needs_receiver()));
        let Some(receiver) = call.args.first().filter(|_| is_of_trait) else { return callee };
        let of = infer::type_of(&mut self.scope, receiver);
        match infer::method(&mut self.scope, &of, name) {
            Method::Blocks(entry) => Callee::Method(entry),
            Method::Unknown if fate != Fate::Awaited && of.bare() == Type::Unknown => {
                let mut receiver = receiver;
                while let syn::Expr::Reference(inner) = receiver {
                    receiver = &inner.expr;
                }
                self.suspect(name, receiver, call.args.len() - 1).unwrap_or(callee)
            }
            Method::Own(_) | Method::Declared(_) | Method::Fine | Method::Unknown => callee,
        }
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
                match self.scope.type_of_written(&Written::of(&qself.ty)) {
                    Type::External(types, _) => {
                        Name::Def(Def::External(types.iter().map(|of| format!("{of}::{name}")).collect()))
                    }
                    Type::Own(module, of, _) => {
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
                    self.closures.used(held, self.place);
                }
                None
            }
            Name::Nested(marker) => Some(Callee::Own(marker, None)),
            Name::Def(Def::Function(id)) => match catalogue::own::function(id) {
                Some(entry) => Some(Callee::Method(entry)),
                None => Some(Callee::Own(self.scope.index().function(id).marker, Some(id))),
            },
            Name::Def(Def::External(paths)) => Some(Callee::External(paths)),
            Name::Def(_) | Name::Unknown => None,
        }
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall, fate: Fate) {
        self.operand(&call.receiver);
        if let syn::Expr::Path(path) = &*call.receiver
            && let Some(name) = path.path.get_ident()
        {
            self.live.used(&name.unraw().to_string());
        }
        let name = call.method.unraw().to_string();
        if matches!(name.as_str(), "unwrap" | "expect") {
            self.leaves();
        }
        let name_of_guard = name.clone();
        let receiver = infer::type_of(&mut self.scope, &call.receiver);
        let runs_elsewhere = catalogue::own::method_runs_elsewhere(&receiver.bare(), &name);
        let mut declared = None;
        let callee = match infer::method(&mut self.scope, &receiver, &name) {
            // One of several types, which is not told: the name has to do.
            Method::Blocks(entry) if receiver.is_ambiguous() => Some(Callee::Named(entry)),
            Method::Blocks(entry) => Some(Callee::Method(entry)),
            Method::Own(function) => Some(Callee::Own(self.scope.index().function(function).marker, Some(function))),
            Method::Fine => None,
            Method::Declared(function) => {
                declared = Some(function);
                None
            }
            Method::Unknown => match catalogue::proven_by_name(&name) {
                Some(entry) => Some(Callee::Named(entry)),
                None if fate == Fate::Awaited || receiver.bare() != Type::Unknown => None,
                None => self.suspect(&name, &call.receiver, call.args.len()),
            },
        };
        if let Some(Callee::Own(_, Some(own))) = &callee
            && self.scope.never_returns(*own)
        {
            self.leaves();
        }
        let handed = if runs_elsewhere { Handed::Elsewhere } else { handed(callee.as_ref(), &name, fate, true) };
        if let Some(function) = declared {
            // Which one it is does not matter for what it returns.
            let callee = Callee::Own(None, Some(function));
            let written = shown_receiver(&call.receiver).map_or(name.clone(), |receiver| format!("{receiver}.{name}"));
            self.thrown_away(&callee, fate, format!("{written}(..)"), call.method.to_token_stream());
        }
        if let Some(callee) = callee {
            let (method, arguments) = (&call.method, &call.args);
            let mut inside = TokenStream::new();
            call.paren_token.surround(&mut inside, |tokens| arguments.to_tokens(tokens));
            let written = match (&callee, shown_receiver(&call.receiver)) {
                (Callee::Own(..), Some(receiver)) => format!("{receiver}.{name}"),
                _ => name,
            };
            let tokens = match callee {
                Callee::Suspect(_) => method.to_token_stream(),
                _ => quote! { #method #inside },
            };
            self.thrown_away(&callee, fate, format!("{written}(..)"), tokens.clone());
            self.found(callee, Form::Called, fate, written, tokens);
            self.last_has_arguments(!call.args.is_empty());
        }
        self.arguments(&call.args, handed, Fate::Used);
        let holds = matches!(name_of_guard.as_str(), "lock" | "read" | "write" | "borrow" | "borrow_mut")
            || name_of_guard.starts_with("try_")
            || catalogue::own::has_guards();
        if holds && fate != Fate::Awaited {
            let is = infer::type_of_method(&mut self.scope, call);
            if guards::guarded(&is).is_some() {
                let context = self.next_context();
                self.live.hold(None, &is, call.method.to_token_stream(), context);
            }
        }
    }

    /// Notes a future that is made and thrown away.
    fn thrown_away(&mut self, callee: &Callee, fate: Fate, written: String, tokens: TokenStream) {
        // `drop(f())` of a function that is not `async` itself may be there for what that does at once.
        let is_async = |this: &Self| match callee {
            Callee::Own(_, Some(function)) => this.scope.index().function(*function).is_async,
            _ => false,
        };
        let makes_future = (fate == Fate::Dropped && is_async(self))
            || fate == Fate::Discarded
                && match callee {
                    Callee::Own(marker, Some(function)) => {
                        *marker == Some(Kind::Coroutine)
                            || self.scope.index().function(*function).is_async
                            || self.scope.returns_future(*function)
                    }
                    Callee::External(paths) => paths.iter().any(|path| catalogue::is_async(path)),
                    Callee::Own(_, None) | Callee::Method(_) | Callee::Named(_) | Callee::Suspect(_) => false,
                };
        if makes_future {
            self.drops(Some(written), tokens);
        }
    }

    fn found(&mut self, callee: Callee, form: Form, fate: Fate, written: String, tokens: TokenStream) {
        let context = self.next_context();
        self.model.uses.push(Use {
            callee,
            form,
            fate,
            place: self.place,
            may_await: self.may_await,
            written,
            tokens,
            context,
            has_arguments: false,
            chain: None,
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

    /// `writeln!(file, ..)` writes where `file` does.
    fn writes(&mut self, call: &syn::Macro, name: &str) {
        let arguments = Punctuated::<MacroArgument, syn::Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(arguments) = arguments else { return };
        let Some(MacroArgument(target)) = arguments.first() else { return };
        let of = infer::type_of(&mut self.scope, target);
        let callee = match infer::method(&mut self.scope, &of, "write_all") {
            Method::Blocks(entry) => Some(Callee::Method(entry)),
            Method::Unknown if of.bare() == Type::Unknown => self.suspect("write_fmt", target, 1),
            _ => None,
        };
        if let Some(callee) = callee {
            let written = format!("{name}!({}, ..)", shown(target));
            self.found(callee, Form::Called, Fate::Used, written, call.path.to_token_stream());
        }
    }

    fn macro_call(&mut self, call: &syn::Macro, fate: Fate) {
        let written = path_of(&call.path);
        let name = written.segments.last().map(String::as_str).unwrap_or_default();
        if !RETURNING_MACROS.contains(&name) {
            self.leaves();
        }
        if QUOTING_MACROS.contains(&name) {
            return;
        }
        match self.scope.resolve(&written, Namespace::Macro) {
            Name::Def(Def::External(paths)) => {
                self.found(
                    Callee::External(paths),
                    Form::Macro,
                    fate,
                    written.to_string(),
                    call.path.to_token_stream(),
                );
            }
            Name::Def(Def::Function(own)) => {
                let shown = format!("{written}!");
                self.found(Callee::Own(None, Some(own)), Form::Macro, fate, shown, call.path.to_token_stream());
                // What it is given may run in a thread.
                if self.scope.hands_on(own) {
                    return;
                }
            }
            _ => {}
        }
        let awaits = AWAITING_MACROS.contains(&name);
        let fate = if awaits { Fate::Awaited } else { Fate::Used };
        if matches!(name, "write" | "writeln") {
            self.writes(call, name);
        }
        let tokens = || call.tokens.clone();
        self.in_macros += 1;
        if let Ok(arguments) = Punctuated::<MacroArgument, syn::Token![,]>::parse_terminated.parse2(tokens()) {
            let alive = self.live.count();
            arguments.iter().for_each(|argument| self.expression(&argument.0, fate));
            if awaits {
                // The futures are kept in variables of the macro; the temporaries that made them are gone.
                self.live.end(alive);
                self.crosses(&format!("{name}!(..)"));
            }
        } else if let Ok(arms) = SelectArms::parse.parse2(tokens()) {
            if awaits {
                self.crosses(&format!("{name}!(..)"));
            }
            for arm in &arms.0 {
                self.scope.open();
                self.maybe(arm.condition.as_ref());
                if let Some((pattern, future)) = &arm.future {
                    let alive = self.live.count();
                    self.expression(future, Fate::Awaited);
                    self.live.end(alive);
                    self.scope.bind_pattern(pattern, &Type::Unknown);
                }
                self.expression(&arm.handler, Fate::Used);
                self.scope.close();
            }
        } else if let Ok(repeat) = Repeat::parse.parse2(tokens()) {
            self.expression(&repeat.0, Fate::Used);
        } else if let Ok(statements) = syn::Block::parse_within.parse2(tokens()) {
            self.block(&statements, Fate::Used);
        }
        // Anything else has a syntax of its own and is left alone.
        self.in_macros -= 1;
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

/// `self.store`, where a receiver is as simple as that.
fn shown_receiver(receiver: &syn::Expr) -> Option<String> {
    match receiver {
        syn::Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        syn::Expr::Field(field) => {
            let base = shown_receiver(&field.base)?;
            Some(format!("{base}.{}", field.member.to_token_stream()))
        }
        _ => None,
    }
}

/// A path as the user wrote it, without generic arguments.
fn written(path: &syn::ExprPath) -> String {
    let whole = path_of(&path.path);
    match &path.qself {
        Some(syn::QSelf { ty, position, .. }) => {
            let of = match &**ty {
                syn::Type::Path(of) => path_of(&of.path).to_string(),
                _ => "_".to_owned(),
            };
            let (of_trait, rest) = whole.segments.split_at(*position);
            let of_trait = if of_trait.is_empty() { String::new() } else { format!(" as {}", of_trait.join("::")) };
            format!("<{of}{of_trait}>::{}", rest.join("::"))
        }
        None => whole.to_string(),
    }
}

/// An expression in short, for messages.
fn shown(expression: &syn::Expr) -> String {
    match expression {
        syn::Expr::Call(call) => match &*call.func {
            syn::Expr::Path(path) => format!("{}(..)", written(path)),
            _ => "(..)".to_owned(),
        },
        syn::Expr::MethodCall(call) => match shown_receiver(&call.receiver) {
            Some(receiver) => format!("{receiver}.{}(..)", call.method),
            None => format!(".{}(..)", call.method),
        },
        syn::Expr::Path(path) => written(path),
        syn::Expr::Field(_) => shown_receiver(expression).unwrap_or_else(|| "..".to_owned()),
        syn::Expr::Reference(inner) => shown(&inner.expr),
        syn::Expr::Paren(inner) => shown(&inner.expr),
        syn::Expr::Try(inner) => shown(&inner.expr),
        _ => "..".to_owned(),
    }
}

/// `Box::new`, `Rc::new`, `Arc::new`, `Some`: the value is still the closure.
fn is_wrapper(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else { return false };
    let path = path_of(&path.path);
    let mut last = path.segments.iter().rev().map(String::as_str);
    matches!((last.next(), last.next()), (Some("new"), Some("Box" | "Rc" | "Arc")) | (Some("Some"), _))
}

fn is_drop(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last == "drop")
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

fn attributes_of(expression: &syn::Expr) -> &[syn::Attribute] {
    attributes_of!(expression; Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field
        ForLoop Group If Index Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat
        Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
