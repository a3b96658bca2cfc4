//! The only walker over syntax: from a parsed body to the [`Model`].
//!
//! It follows where code runs. What a closure holds runs on the loop, unless the closure is handed to something that
//! runs it elsewhere, at once or through a variable.

mod branches;
mod capture;
mod ends;
mod handed;
mod live;
mod loops;
mod macros;
mod points;

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, Parser as _};
use syn::punctuated::Punctuated;

use self::capture::{Taken, takes};
use self::ends::end_of;
use self::handed::{Handed, handed};
use self::live::{Live, State, Value, Way};
use self::loops::Around;
use self::macros::{MacroArgument, Matches, Repeat, SelectArms};
use crate::Kind;
use crate::catalogue::{self, Exempting};
use crate::clippy;
use crate::closures::{Argument, Closures};
use crate::exemption::{self, Exemption, Level};
use crate::guards::{self, Guarded, Passed};
use crate::infer::{self, Method};
use crate::mark;
use crate::model::{Await, Callee, Context, Dropped, Fate, Form, Model, Of, Output, Place, Use};
use crate::names::{Def, Namespace};
use crate::rules::guard_across_await::RULE;
use crate::scope::{Name, Scope, path_of};
use crate::source::outline::Path;
use crate::source::{Cfg, Edition, FunctionId};
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
    /// The loops and labelled blocks around, innermost last.
    loops: Vec<Around>,
    /// A loop is gone through once more.
    again: bool,
    /// Closures that are held in variables or given to functions of the crate.
    closures: Closures,
    /// Places for probes, the innermost last.
    points: Vec<points::Open>,
    /// Where that runs around of which clippy spares, the innermost last.
    spared_around: Vec<Place>,
    /// How many macros are around.
    in_macros: usize,
    /// How many of them may do anything with the statements that they are given: await each, or wait where it yields.
    in_strange_macros: usize,
    /// What the closure that is walked next is given.
    given: Vec<Type>,
}

/// What a function that is called makes of guards.
#[derive(Debug)]
enum Makes {
    Nothing,
    /// A guard, in how many `Result`s and `Option`s.
    Guard((Guarded, usize)),
    /// The arguments become the fields of a value.
    Whole,
    /// A guard becomes another one.
    Passed(Passed),
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
        let context = model.context.clone();
        let spared_around = if model.kind == Kind::Blocking { vec![Place::Elsewhere] } else { Vec::new() };
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
            again: false,
            closures: Closures::default(),
            points: Vec::new(),
            spared_around,
            in_macros: 0,
            in_strange_macros: 0,
            given: Vec::new(),
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
            let value = self.declared(&input.ty, &is, input.pat.to_token_stream());
            let context = self.next_context();
            self.live.bind(&input.pat, value, &context);
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

    fn block(&mut self, statements: &[syn::Stmt], fate: Fate) -> Value {
        self.block_with(statements, self.place, fate)
    }

    /// A block of which the value is handed on, to run at `place` if it is a closure.
    fn block_with(&mut self, statements: &[syn::Stmt], place: Place, fate: Fate) -> Value {
        self.live.begin();
        let value = self.open_block(statements, place, fate);
        self.live.end(value)
    }

    /// A block that is an expression of its own. Before edition 2024 the temporaries at its end outlive it.
    fn plain_block(&mut self, label: Option<&syn::Label>, statements: &[syn::Stmt], place: Place, fate: Fate) -> Value {
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
        let mut ways: Vec<_> = self.way(end_of(statements), &value).into_iter().collect();
        let around = self.loops.pop().unwrap_or_default();
        ways.extend(around.breaks);
        self.live.join(&ways);
        self.live.close(count);
        self.live.end(value.and(around.value))
    }

    fn open_block(&mut self, statements: &[syn::Stmt], place: Place, fate: Fate) -> Value {
        let count = self.live.count();
        let mut value = Value::default();
        self.scope.open();
        self.scope.declare(statements);
        for (n, statement) in statements.iter().enumerate() {
            let is_last = n + 1 == statements.len();
            value = match statement {
                syn::Stmt::Expr(last, None) if is_last && place != self.place => {
                    self.at_point(statement, true, |this| this.value(last, place, fate))
                }
                _ => self.statement(statement, if is_last { fate } else { Fate::Used }, is_last),
            };
        }
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
                if clippy::is_exemption(&found) {
                    self.is_exempt();
                }
                self.context.exemptions.push(self.exemptions.len());
                self.exemptions.push(found);
            }
        }
        let value = if absent {
            // The compiler may see it all the same: this may be a test build.
            self.spare(Place::Elsewhere, || clippy::before(&attributes[0]));
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
                self.under(attributes, |this| this.expression(expression, fate))
            }
            syn::Stmt::Macro(statement) => {
                let fate = if statement.semi_token.is_some() { Fate::Discarded } else { fate };
                self.under(&statement.attrs, |this| this.macro_call(&statement.mac, fate))
            }
            // Items answer for themselves.
            syn::Stmt::Item(item) => {
                if clippy::is_inheriting(item) {
                    self.spare(Place::Elsewhere, || clippy::before(item));
                }
                Value::default()
            }
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let mut held = None;
        let mut value = Value::default();
        if let Some(init) = &local.init {
            let discarded = matches!(local.pat, syn::Pat::Wild(_));
            let fate = if discarded { Fate::Discarded } else { Fate::Used };
            let mut place = Place::Elsewhere;
            if self.place != Place::Elsewhere {
                let closure = self.closures.held();
                (held, place) = (Some(closure), Place::Held(closure));
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
            is = self.scope.type_of_written(&Written::of(&typed.ty));
            // `Option` and `Result` may be empty.
            if local.init.is_some() && value.is_empty() && guards::is_guard(&is) {
                value = self.declared(&typed.ty, &is, typed.pat.to_token_stream());
            }
            pattern = &typed.pat;
        }
        self.live.extend(&value);
        let context = self.next_context();
        self.live.bind(pattern, value, &context);
        match pattern {
            syn::Pat::Ident(ident) => self.scope.bind(&ident.ident, held, is),
            _ => self.scope.bind_pattern(pattern, &is),
        }
    }

    /// The guard in a variable of which the type is written.
    fn declared(&mut self, written: &syn::Type, is: &Type, tokens: TokenStream) -> Value {
        let Some(guard) = guards::guarded(is).filter(|_| !refers(written)) else { return Value::default() };
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
        if self.place != Place::Elsewhere {
            let is_ours = |&&index: &&usize| self.exemptions[index].rule == RULE.id;
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

    fn running<R>(&mut self, place: Place, walk: impl FnOnce(&mut Self) -> R) -> R {
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
    fn value(&mut self, expression: &syn::Expr, place: Place, fate: Fate) -> Value {
        match expression {
            syn::Expr::Closure(closure) if is_run_where_called(closure) => {
                self.under(&closure.attrs, |this| this.running(place, |this| this.closure(closure)))
            }
            syn::Expr::Closure(closure) => self.under(&closure.attrs, |this| this.closure(closure)),
            syn::Expr::Path(path) => {
                self.path_value(path, place, fate);
                if mark_of(&path.attrs).is_none() {
                    self.spare_value(path, place);
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
            // `Box::new(|| ..)`, `Some(|| ..)`
            syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => self.wraps(call, place),
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

    /// `Box::new(value)`, `Some(value)`
    fn wraps(&mut self, call: &syn::ExprCall, place: Place) -> Value {
        let value = self.value(&call.args[0], place, Fate::Used);
        let is_some = matches!(&*call.func, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Some"));
        if is_some { self.live.wrapped(value) } else { value }
    }

    /// A value that goes where nobody follows it.
    fn consumed(&mut self, expression: &syn::Expr, fate: Fate) {
        let value = self.expression(expression, fate);
        self.live.consume(&value);
    }

    /// The arguments of a call, of which closures and functions are `handed` on.
    fn arguments(&mut self, arguments: &Punctuated<syn::Expr, syn::Token![,]>, handed: Handed, fate: Fate) {
        for value in self.values(arguments, handed, fate, Vec::new()) {
            self.live.consume(&value);
        }
    }

    /// The same, where the last may be a closure of which the arguments' types are known.
    fn values(
        &mut self,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
        handed: Handed,
        fate: Fate,
        mut given: Vec<Type>,
    ) -> Vec<Value> {
        let value = |(number, argument)| {
            if let Handed::Exempt(Exempting { closure, reason }) = handed
                && number == closure
            {
                return self.exempt_closure(argument, arguments.get(reason));
            }
            let place = match handed {
                Handed::Elsewhere => Place::Elsewhere,
                Handed::Unknown if self.place == Place::Loop => Place::Likely,
                Handed::Called | Handed::Unknown | Handed::Exempt(_) => self.place,
                Handed::Own { of, is_method } => self.closures.given(self.place, Argument { of, number, is_method }),
            };
            self.given = if number + 1 == arguments.len() { std::mem::take(&mut given) } else { Vec::new() };
            let value = self.value(argument, place, fate);
            self.given.clear();
            value
        };
        arguments.iter().enumerate().map(value).collect()
    }

    /// A closure that is run here, with a reason why it may block.
    fn exempt_closure(&mut self, argument: &syn::Expr, reason: Option<&syn::Expr>) -> Value {
        let before = self.context.clone();
        // The second time it is known.
        if !self.again {
            self.context.exemptions.push(self.exemptions.len());
            self.exemptions.push(Exemption::by_call(reason));
        }
        let mut closure = argument;
        while let syn::Expr::Paren(syn::ExprParen { expr: inner, .. })
        | syn::Expr::Group(syn::ExprGroup { expr: inner, .. }) = closure
        {
            closure = inner;
        }
        let value = match closure {
            syn::Expr::Closure(inner) if is_run_where_called(inner) => {
                if self.place != Place::Elsewhere {
                    self.spare(Place::Elsewhere, || clippy::around(&inner.body));
                }
                self.spared_around.push(Place::Elsewhere);
                let value = self.value(closure, self.place, Fate::Used);
                self.spared_around.pop();
                value
            }
            // What is in a variable, or is a function, does not stand here. Of what makes the closure nothing is exempt.
            _ => {
                self.context.exemptions.clone_from(&before.exemptions);
                self.value(argument, Place::Elsewhere, Fate::Used)
            }
        };
        self.context = Context { order: self.context.order, ..before };
        value
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
                operands.push((&*binary.right, is_lazy));
                left = &binary.left;
            }
            self.live.begin();
            self.expression(left, Fate::Used);
            for (operand, is_lazy) in operands.into_iter().rev() {
                // The operands of `&&` and `||` keep no temporaries.
                if is_lazy {
                    self.live.end_temporaries();
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
                let captured = self.takes_along(inner, inner.capture.is_some());
                let before = std::mem::replace(&mut self.in_closure, false);
                let live = if inner.capture.is_some() { Live::of_captured(captured) } else { Live::default() };
                self.apart(live, |this| {
                    this.in_body(|this| {
                        this.awaiting(true, |this| {
                            this.block(&inner.block.stmts, Fate::Used);
                        });
                    });
                });
                self.in_closure = before;
            }
            Expr::Await(inner) => {
                // In a closure that is not async it is wrong wherever that runs.
                if !self.may_await && (self.place != Place::Elsewhere || self.in_closure) {
                    let tokens = inner.await_token.to_token_stream();
                    let context = self.next_context();
                    self.model.awaits.push(Await { in_closure: self.in_closure, tokens, context });
                }
                self.consumed(&inner.base, Fate::Awaited);
                self.crosses(&shown(&inner.base));
                self.leaves();
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
                    self.loops[target].breaks.push(Way { states, is_sure: true });
                    let known = std::mem::take(&mut self.loops[target].value);
                    self.loops[target].value = known.and(value.clone());
                }
                self.live.consume(&value);
            }
            Expr::Call(inner) => return self.call(inner, fate),
            Expr::Cast(inner) => self.consumed(&inner.expr, Fate::Used),
            // So is a closure.
            Expr::Closure(inner) => return self.running(Place::Elsewhere, |this| this.closure(inner)),
            Expr::Const(inner) => return self.block(&inner.block.stmts, Fate::Used),
            Expr::Continue(inner) => {
                let states = self.live.states();
                if let Some(target) = self.target(inner.label.as_ref()) {
                    // A `continue` with a label leaves the loops inside that one.
                    self.loops[target + 1..].iter_mut().for_each(|around| around.leaves = true);
                    self.loops[target].continues.push(Way { states, is_sure: true });
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
                self.bind_pattern(&inner.pat, &of.bare().element(), Value::default());
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
                let (leaves, value) = self.looping(inner.label.as_ref(), false, &inner.body, |this| this.live.states());
                self.loops_for_ever(leaves, inner.loop_token.to_token_stream());
                return value;
            }
            Expr::Macro(inner) => return self.macro_call(&inner.mac, fate),
            Expr::Match(inner) => return self.arms(inner, self.place, fate),
            Expr::MethodCall(inner) => return self.method_call(inner, fate),
            Expr::Paren(inner) => return self.expression(&inner.expr, fate),
            // A function that is stored is called by somebody who is not in sight.
            Expr::Path(inner) => {
                self.path_value(inner, Place::Elsewhere, fate);
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
                self.maybe(inner.expr.as_deref());
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
            Expr::While(inner) => {
                let count = self.live.count();
                let is_endless =
                    matches!(&*inner.cond, Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) if value.value);
                self.live.begin();
                self.scope.open();
                let (leaves, _) = self
                    .looping(inner.label.as_ref(), !is_endless, &inner.body, |this| this.condition(&inner.cond).before);
                self.loops_for_ever(leaves, inner.while_token.to_token_stream());
                self.scope.close();
                self.live.close(count);
                self.live.end(Value::default());
            }
            Expr::Yield(inner) => self.maybe(inner.expr.as_deref()),
            // `_`, literals: nothing runs. What the parser does not know is left alone.
            _ => {}
        }
        Value::default()
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
            let context = self.next_context();
            self.live.assign(&spot, &value, &assign.left.to_token_stream(), &context);
        } else {
            self.expression(&assign.left, Fate::Used);
            self.live.consume(&value);
        }
    }

    fn loops_for_ever(&mut self, leaves: bool, tokens: TokenStream) {
        if !leaves && self.place != Place::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.loops.push((tokens, context));
            self.model.places.loops.push(self.place);
        }
    }

    /// A future is made and thrown away.
    fn drops(&mut self, written: Option<String>, tokens: TokenStream) {
        if self.place != Place::Elsewhere && self.in_strange_macros == 0 {
            let context = self.next_context();
            self.model.dropped.push(Dropped { written, tokens, context });
            self.model.places.dropped.push(self.place);
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
        self.deny(kind, || clippy::around(&closure.body));
        let marked = Model {
            form: Of::Closure,
            name: "this closure".to_owned(),
            at: mark.to_token_stream(),
            asyncness: closure.asyncness.as_ref().map(ToTokens::to_token_stream),
            output: Output::of_closure(closure),
            context: self.next_context(),
            strict: self.model.strict.clone(),
            spared: self.model.spared.as_ref().map(|_| Vec::new()),
            ..Model::of_helper(kind)
        };
        let around = std::mem::replace(self.model, marked);
        let spared_around = std::mem::take(&mut self.spared_around);
        let value = self.running(place_of_kind(kind), |this| this.bare_closure(closure));
        self.spared_around = spared_around;
        let marked = std::mem::replace(self.model, around);
        self.model.marked.push(marked);
        value
    }

    fn bare_closure(&mut self, closure: &syn::ExprClosure) -> Value {
        let place = self.place;
        let given = std::mem::take(&mut self.given);
        self.spare(place, || clippy::around(&closure.body));
        let spared_around = self.spared_around.len();
        if let Place::Elsewhere | Place::Held(_) = place {
            self.spared_around.push(place);
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
                        this.headed(&closure.body, |this| this.value(&closure.body, Place::Elsewhere, Fate::Used));
                    });
                });
                this.in_closure = before;
            });
        });
        self.scope.close();
        self.spared_around.truncate(spared_around);
        Value::default()
    }

    fn call(&mut self, call: &syn::ExprCall, fate: Fate) -> Value {
        if call.args.len() == 1 && is_wrapper(&call.func) {
            return self.wraps(call, Place::Elsewhere);
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
            };
            // It may be a closure that does not return.
            self.leaves();
            self.arguments(&call.args, Handed::Unknown, Fate::Used);
            return Value::default();
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
        let makes = match &callee {
            Some(callee) => self.makes(callee),
            // A tuple struct.
            None if matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Def(Def::Type(..))) => {
                Makes::Whole
            }
            None => Makes::Nothing,
        };
        if let Some(callee) = callee {
            let callee = self.on_receiver(callee, call, &name, fate);
            let callee = self.on_streams(callee, call);
            self.thrown_away(&callee, fate, format!("{}(..)", written(path)), path.to_token_stream());
            self.found(callee, Form::Called, fate, written(path), path.to_token_stream());
            self.last_has_arguments(!call.args.is_empty());
        }
        let fate_of_values = if drops { Fate::Dropped } else { Fate::Used };
        let mut values = self.values(&call.args, handed, fate_of_values, Vec::new());
        let given = match makes {
            Makes::Guard(guard) if fate != Fate::Awaited => {
                let context = self.next_context();
                let tokens =
                    path.path.segments.last().map_or_else(TokenStream::new, |last| last.ident.to_token_stream());
                self.live.take_up(guard, tokens, context)
            }
            Makes::Whole => {
                let parts = values.drain(..).enumerate();
                let parts: Vec<_> = parts.map(|(n, value)| self.live.inside(value, &n.to_string())).collect();
                parts.into_iter().fold(Value::default(), Value::and)
            }
            Makes::Passed(passed) if !values.is_empty() => {
                let value = values.swap_remove(0);
                match passed {
                    Passed::Back => value,
                    Passed::BackWrapped => self.live.wrapped(value),
                    Passed::Split => self.live.split(value),
                }
            }
            Makes::Guard(_) | Makes::Passed(_) | Makes::Nothing => Value::default(),
        };
        for value in &values {
            self.live.consume(value);
        }
        given
    }

    /// What a function that is called makes of guards.
    fn makes(&mut self, callee: &Callee) -> Makes {
        match callee {
            Callee::Own(_, Some(function)) => self.given_by(*function).map_or(Makes::Nothing, Makes::Guard),
            Callee::External(paths) => match &paths[..] {
                [path] => match guards::passed(path) {
                    Some(passed) => Makes::Passed(passed),
                    None => guards::given_by_path(path)
                        .and_then(|is| guards::guarded(&is))
                        .map_or(Makes::Nothing, Makes::Guard),
                },
                _ => Makes::Nothing,
            },
            _ => Makes::Nothing,
        }
    }

    /// The guard that a function of this crate returns.
    fn given_by(&mut self, function: FunctionId) -> Option<(Guarded, usize)> {
        if self.scope.index().function(function).is_async {
            return None;
        }
        let is = self.scope.type_of_output(function);
        guards::guarded(&is).filter(|_| !self.scope.returns_reference(function))
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

    /// `std::io::copy(&mut file, ..)`: a function that reads or writes blocks where its arguments do.
    fn on_streams(&mut self, callee: Callee, call: &syn::ExprCall) -> Callee {
        let Some(entry) = callee.entry().filter(|entry| entry.certainty != catalogue::Certainty::Always) else {
            return callee;
        };
        let mut streams = entry.streams().filter_map(|number| call.args.get(number));
        if streams.any(|stream| infer::blocks_as_stream(&infer::type_of(&mut self.scope, stream))) {
            return Callee::Method(catalogue::Entry { certainty: catalogue::Certainty::Always, ..entry });
        }
        callee
    }

    /// A path that is handed on, to run at `place` if it is not marked.
    fn path_value(&mut self, path: &syn::ExprPath, place: Place, fate: Fate) {
        let Some((kind, _)) = mark_of(&path.attrs) else {
            return self.running(place, |this| this.path(path, Form::Value, fate));
        };
        let place = place_of_kind(kind);
        self.as_job(|this| {
            this.running(place, |this| this.path(path, Form::Job, fate));
            this.deny(kind, || clippy::around(path));
        });
        self.spare_value(path, place);
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

    fn method_call(&mut self, call: &syn::ExprMethodCall, fate: Fate) -> Value {
        let name = call.method.unraw().to_string();
        let value = self.operand(&call.receiver);
        let spot = self.live.spot(&call.receiver);
        let given = match &spot {
            Some(spot) => self.live.method_on(spot, &name),
            None => self.live.method(value, &name),
        };
        if matches!(name.as_str(), "unwrap" | "expect") {
            self.leaves();
        }
        let method = name.clone();
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
        let makes = match &callee {
            Some(Callee::Own(_, Some(own))) => self.given_by(*own),
            _ => guards::given(&receiver.bare(), &method).and_then(|is| guards::guarded(&is)),
        };
        if let (Type::External(paths, _), Fate::Discarded) = (receiver.bare(), fate)
            && let [of] = &paths[..]
            && catalogue::is_async_method(of, &name)
        {
            let written = shown_receiver(&call.receiver).map_or(name.clone(), |receiver| format!("{receiver}.{name}"));
            self.drops(Some(format!("{written}(..)")), call.method.to_token_stream());
        }
        if let Some(callee) = callee {
            let (method, arguments) = (&call.method, &call.args);
            let mut inside = TokenStream::new();
            call.paren_token.surround(&mut inside, |tokens| arguments.to_tokens(tokens));
            let written = match (&callee, shown_receiver(&call.receiver)) {
                (Callee::Own(..), Some(receiver)) => format!("{receiver}.{name}"),
                _ => name,
            };
            let tokens = if let Callee::Suspect(_) = callee {
                method.to_token_stream()
            } else {
                quote! { #method #inside }
            };
            self.thrown_away(&callee, fate, format!("{written}(..)"), tokens.clone());
            self.found(callee, Form::Called, fate, written, tokens);
            self.last_has_arguments(!call.args.is_empty());
        }
        let given_to_closure = match call.args.last() {
            Some(syn::Expr::Closure(_)) => infer::given_to_closure(&receiver, &method),
            _ => Vec::new(),
        };
        let values = self.values(&call.args, handed, Fate::Used, given_to_closure);
        match (&spot, method.as_str()) {
            (Some(spot), "insert" | "push" | "push_back" | "push_front") if infer::is_collection(&receiver) => {
                for value in &values {
                    self.live.collect(spot, value);
                }
                return given;
            }
            // `guard = condvar.wait(guard).unwrap()`
            (_, "wait" | "wait_while") if receiver.bare().is("std::sync::Condvar") && !values.is_empty() => {
                let value = values.into_iter().next().unwrap_or_default();
                return self.live.wrapped(value);
            }
            _ => {}
        }
        for value in &values {
            self.live.consume(value);
        }
        match makes {
            Some(guard) if fate != Fate::Awaited => {
                let context = self.next_context();
                self.live.take_up(guard, call.method.to_token_stream(), context)
            }
            _ => given,
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

    fn macro_call(&mut self, call: &syn::Macro, fate: Fate) -> Value {
        let written = path_of(&call.path);
        let name = written.segments.last().map(String::as_str).unwrap_or_default();
        if !RETURNING_MACROS.contains(&name) {
            self.leaves();
        }
        if QUOTING_MACROS.contains(&name) {
            return Value::default();
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
                    return Value::default();
                }
            }
            _ => {}
        }
        let awaits = AWAITING_MACROS.contains(&name);
        let fate = if awaits { Fate::Awaited } else { Fate::Used };
        if matches!(name, "write" | "writeln") {
            self.writes(call, name);
        }
        let strange = usize::from(!awaits && !RETURNING_MACROS.contains(&name) && !name.contains("assert"));
        self.in_macros += 1;
        self.in_strange_macros += strange;
        let value = self.macro_body(call, name, fate, awaits);
        self.in_strange_macros -= strange;
        self.in_macros -= 1;
        value
    }

    /// What stands between the brackets of a macro. What has a syntax of its own is left alone.
    fn macro_body(&mut self, call: &syn::Macro, name: &str, fate: Fate, awaits: bool) -> Value {
        let tokens = || call.tokens.clone();
        if let Ok(arguments) = Punctuated::<MacroArgument, syn::Token![,]>::parse_terminated.parse2(tokens()) {
            if !awaits {
                return self.macro_arguments(name, arguments, fate);
            }
            // The futures are kept in variables of the macro; the temporaries that made them are gone.
            self.live.begin();
            arguments.iter().for_each(|argument| self.consumed(&argument.0, fate));
            self.live.end(Value::default());
            self.crosses(&format!("{name}!(..)"));
        } else if let Ok(arms) = SelectArms::parse.parse2(tokens()) {
            self.select(name, &arms);
        } else if let ("matches", Ok(matches)) = (name, Matches::parse.parse2(tokens())) {
            self.expression(&matches.0, Fate::Used);
            self.scope.open();
            self.maybe(matches.1.as_ref());
            self.scope.close();
        } else if let Ok(repeat) = Repeat::parse.parse2(tokens()) {
            self.consumed(&repeat.0, Fate::Used);
        } else if let Ok(statements) = syn::Block::parse_within.parse2(tokens()) {
            let value = self.block(&statements, Fate::Used);
            self.live.consume(&value);
        }
        Value::default()
    }

    /// The arguments of a macro that is like a function.
    fn macro_arguments(
        &mut self,
        name: &str,
        arguments: Punctuated<MacroArgument, syn::Token![,]>,
        fate: Fate,
    ) -> Value {
        let arguments: Vec<_> = arguments.into_iter().map(|argument| argument.0).collect();
        match name {
            "dbg" if arguments.len() == 1 => self.expression(&arguments[0], fate),
            "vec" => self.elements(arguments.iter()),
            // They only look at variables.
            _ if RETURNING_MACROS.contains(&name) || name.contains("assert") => {
                for argument in &arguments {
                    match argument {
                        syn::Expr::Path(path) => {
                            self.running(Place::Elsewhere, |this| this.path(path, Form::Value, fate));
                        }
                        _ => {
                            self.expression(argument, fate);
                        }
                    }
                }
                Value::default()
            }
            _ => {
                for argument in &arguments {
                    self.consumed(argument, fate);
                }
                Value::default()
            }
        }
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

/// `|| async { .. }` only makes a future, and futures are polled on the loop.
fn is_run_where_called(closure: &syn::ExprClosure) -> bool {
    closure.asyncness.is_none() && !matches!(*closure.body, syn::Expr::Async(_))
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

/// The mark on a closure or path, if it bears one.
fn mark_of(attributes: &[syn::Attribute]) -> Option<(Kind, &syn::Attribute)> {
    attributes.iter().find_map(|attribute| Some((mark::kind_of(&attribute.meta)?, attribute)))
}

/// Where a function of a kind runs, whoever is given it.
fn place_of_kind(kind: Kind) -> Place {
    if kind == Kind::Blocking { Place::Elsewhere } else { Place::Loop }
}

fn attributes_of(expression: &syn::Expr) -> &[syn::Attribute] {
    attributes_of!(expression; Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field
        ForLoop Group If Index Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat
        Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
