//! Loops that only poll something until somebody else changes it.
//!
//! Such a loop has a path through an iteration that does nothing but look: the next iteration then sees the same,
//! unless another thread changes it. A call that is not known to look only is assumed to do something.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Expr;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;

use super::Collector;
use super::macro_args::Matches;
use super::render::render;
use super::shape::{RETURNING_MACROS, fills_buffer, is_assignment};
use crate::knowledge::polling::{LOGS, LOOKING, LOOKS, PURE, QUIET, RECEIVES, TAKES, may_spin};
use crate::syntax::path::path_of;
use crate::syntax::waits::mentions_any;
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// The ways through a piece of code on which nothing is done but looking.
#[derive(Clone, Copy, Debug, Default)]
struct Ways {
    /// To what stands behind it.
    onward: bool,
    /// To the next round of the loop.
    again: bool,
}

impl Ways {
    const ONWARD: Ways = Ways { onward: true, again: false };

    fn or(self, other: Ways) -> Ways {
        Ways { onward: self.onward || other.onward, again: self.again || other.again }
    }

    fn when(quiet: bool) -> Ways {
        Ways { onward: quiet, again: false }
    }
}

/// How a condition can turn out where nothing is done but looking.
#[derive(Clone, Copy, Debug)]
struct Turns {
    yes: bool,
    no: bool,
}

/// One round of a loop.
struct Round<'c, 'm, 'i> {
    collector: &'c mut Collector<'m, 'i>,
    /// What it looks at first.
    looks_at: Option<String>,
    /// Variables that count the rounds.
    counters: Vec<String>,
    /// Variables with what was taken, or not.
    taken: Vec<String>,
    /// It ends after so many rounds.
    is_bounded: bool,
    /// The value of what is looked at now is unwrapped, and then asked something.
    is_asked_at_once: bool,
    /// What is asked before each round.
    condition: String,
}

impl Collector<'_, '_> {
    /// What a loop looks at, if it does nothing else.
    pub(super) fn spins(&mut self, condition: Option<&syn::Expr>, body: &syn::Block) -> Option<String> {
        let tokens = condition.map(quote::ToTokens::to_token_stream).into_iter().chain([body.to_token_stream()]);
        if self.again || !may_spin(&mut tokens.clone().flatten()) {
            return None;
        }
        let counters = tokens.clone().flat_map(counted_in).collect();
        let mut round = Round {
            collector: self,
            looks_at: None,
            counters,
            taken: Vec::new(),
            is_bounded: false,
            is_asked_at_once: false,
            condition: String::new(),
        };
        let turns = match condition {
            Some(condition) => {
                round.is_bounded = round.counts(condition);
                round.turns(condition)?
            }
            None => Turns { yes: true, no: false },
        };
        if !turns.yes {
            return None;
        }
        round.condition = condition.map(|condition| condition.to_token_stream().to_string()).unwrap_or_default();
        let ways = round.block(&body.stmts);
        let spins = (ways.onward || ways.again) && !round.is_bounded;
        round.looks_at.filter(|_| spins)
    }
}

impl Round<'_, '_, '_> {
    fn block(&mut self, statements: &[syn::Stmt]) -> Ways {
        let mut ways = Ways::ONWARD;
        for statement in statements {
            let next = self.statement(statement);
            ways = Ways { onward: next.onward, again: ways.again || next.again };
            if !ways.onward {
                break;
            }
        }
        ways
    }

    fn statement(&mut self, statement: &syn::Stmt) -> Ways {
        match statement {
            syn::Stmt::Local(local) => self.local(local),
            syn::Stmt::Expr(expression, _) => self.expression(expression),
            syn::Stmt::Macro(call) => macro_call(&call.mac),
            syn::Stmt::Item(_) => Ways::ONWARD,
        }
    }

    fn local(&mut self, local: &syn::Local) -> Ways {
        let Some(init) = &local.init else { return Ways::ONWARD };
        let is_taken = self.takes(&init.expr);
        match (&init.diverge, &local.pat) {
            (Some((_, other)), pattern) if is_taken => {
                let turns = turns_of(pattern);
                let other = if turns.no { self.expression(other) } else { Ways::default() };
                Ways { onward: turns.yes, again: other.again }
            }
            (None, syn::Pat::Ident(name)) if is_taken => {
                self.taken.push(name.ident.unraw().to_string());
                Ways::ONWARD
            }
            // One way through it may begin the next round.
            (None, _) if matches!(&*init.expr, Expr::Block(_) | Expr::If(_) | Expr::Match(_)) => {
                self.expression(&init.expr)
            }
            _ if is_taken || !self.only_looks(&init.expr) => Ways::default(),
            (Some((_, other)), _) => Ways::ONWARD.or(Ways { onward: false, ..self.expression(other) }),
            (None, _) => Ways::ONWARD,
        }
    }

    fn expression(&mut self, expression: &Expr) -> Ways {
        match expression {
            Expr::Block(inner) => self.block(&inner.block.stmts),
            Expr::Unsafe(inner) => self.block(&inner.block.stmts),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Break(_) | Expr::Return(_) => Ways::default(),
            // One with a label may go on with another loop.
            Expr::Continue(inner) => Ways { onward: false, again: inner.label.is_none() },
            Expr::If(inner) => self.branches(inner),
            Expr::Match(inner) => self.arms(inner),
            Expr::Assign(inner) => {
                // `ready = flag.load(..)`, not `node = node.next`.
                let is_fresh = matches!(&*inner.left, Expr::Path(left)
                    if left.path.get_ident().is_some_and(|name| !names_variable(inner.right.to_token_stream(), &name.to_string())));
                let looks = may_spin(&mut inner.right.to_token_stream().into_iter());
                Ways::when(is_fresh && looks && self.only_looks(&inner.right))
            }
            Expr::Binary(inner) if is_assignment(&inner.op) => {
                let is_counter = matches!(&*inner.left, Expr::Path(left) if left.path.get_ident().is_some());
                Ways::when(is_counter && matches!(&*inner.right, Expr::Lit(_)))
            }
            // It may be that there is no round of it.
            Expr::While(inner) => Ways::when(self.asks(&inner.cond, &inner.body).is_some_and(|turns| turns.no)),
            Expr::ForLoop(inner) => Ways::when(self.only_looks(&inner.expr) && self.block(&inner.body.stmts).onward),
            Expr::Macro(inner) => macro_call(&inner.mac),
            _ => Ways::when(self.only_looks(expression)),
        }
    }

    fn branches(&mut self, inner: &syn::ExprIf) -> Ways {
        let Some(turns) = self.asks(&inner.cond, inner) else { return Ways::default() };
        let then = if turns.yes { self.block(&inner.then_branch.stmts) } else { Ways::default() };
        let other = match &inner.else_branch {
            _ if !turns.no => Ways::default(),
            Some((_, other)) => self.expression(other),
            None => Ways::ONWARD,
        };
        then.or(other)
    }

    fn arms(&mut self, inner: &syn::ExprMatch) -> Ways {
        let is_taken = self.takes(&inner.expr);
        if !is_taken && !self.only_looks(&inner.expr) {
            return Ways::default();
        }
        let mut ways = Ways::default();
        let mut has_taken_arm = false;
        for arm in &inner.arms {
            let turns = turns_of(&arm.pat);
            // `_` behind `Ok(..)` stands for what was not there.
            let is_open = is_taken && (turns.yes && !has_taken_arm || is_taking(&arm.pat));
            has_taken_arm |= is_taking(&arm.pat);
            if !is_open {
                ways = ways.or(self.expression(&arm.body));
            }
        }
        ways
    }

    /// How a condition can turn out; nothing if it does something. `around` is what it decides about.
    fn asks(&mut self, condition: &syn::Expr, around: &impl quote::ToTokens) -> Option<Turns> {
        let ends = || mentions_any(around.to_token_stream(), &["break", "return"]);
        self.is_bounded |= self.counts(condition) && ends();
        self.turns(condition)
    }

    /// Whether a condition is about the number of rounds.
    fn counts(&self, condition: &Expr) -> bool {
        let tokens = condition.to_token_stream();
        self.counters.iter().any(|counter| mentions_any(tokens.clone(), &[counter]))
    }

    fn turns(&mut self, condition: &Expr) -> Option<Turns> {
        match condition {
            Expr::Paren(inner) => self.turns(&inner.expr),
            Expr::Group(inner) => self.turns(&inner.expr),
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
                self.turns(&inner.expr).map(|Turns { yes, no }| Turns { yes: no, no: yes })
            }
            Expr::Binary(inner) if matches!(inner.op, syn::BinOp::And(_)) => {
                let (left, right) = (self.turns(&inner.left)?, self.turns(&inner.right)?);
                Some(Turns { yes: left.yes && right.yes, no: left.no || left.yes && right.no })
            }
            Expr::Binary(inner) if matches!(inner.op, syn::BinOp::Or(_)) => {
                let (left, right) = (self.turns(&inner.left)?, self.turns(&inner.right)?);
                Some(Turns { yes: left.yes || left.no && right.yes, no: left.no && right.no })
            }
            Expr::Let(inner) if self.takes(&inner.expr) => Some(turns_of(&inner.pat)),
            Expr::Let(inner) => self.only_looks(&inner.expr).then_some(Turns { yes: true, no: true }),
            Expr::MethodCall(inner) if self.takes(&inner.receiver) => match inner.method.to_string().as_str() {
                "is_ok" | "is_ok_and" | "is_some" | "is_some_and" => Some(Turns { yes: false, no: true }),
                "is_err" | "is_none" => Some(Turns { yes: true, no: false }),
                _ => None,
            },
            Expr::Macro(inner) if inner.mac.path.is_ident("matches") => {
                let Matches(value, _) = syn::parse2(inner.mac.tokens.clone()).ok()?;
                if !self.takes(&value) {
                    return self.only_looks(&value).then_some(Turns { yes: true, no: true });
                }
                let pattern = matched_pattern(inner.mac.tokens.clone())?;
                Some(turns_of(&pattern))
            }
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) => {
                Some(Turns { yes: value.value, no: !value.value })
            }
            _ => self.only_looks(condition).then_some(Turns { yes: true, no: true }),
        }
    }

    /// Whether an expression takes what others put there.
    fn takes(&mut self, expression: &Expr) -> bool {
        match expression {
            Expr::MethodCall(call) if TAKES.iter().any(|take| call.method == take) || fills_buffer(call) => {
                let looks = self.only_looks(&call.receiver);
                self.is_bounded |= self.empties(&call.receiver);
                // Of a collection of one's own nobody else takes anything.
                if looks && (call.method == RECEIVES || fills_buffer(call)) {
                    self.looks_at.get_or_insert_with(|| render(expression));
                }
                looks
            }
            Expr::MethodCall(call) if call.method == "ok" => self.takes(&call.receiver),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.taken.contains(&name.unraw().to_string()))
            }
            Expr::Reference(inner) => self.takes(&inner.expr),
            Expr::Paren(inner) => self.takes(&inner.expr),
            _ => false,
        }
    }

    /// Whether the rounds end when there is nothing left to take: `while !queue.is_empty() { queue.pop() }`.
    fn empties(&self, taken_from: &Expr) -> bool {
        const ASKED: &[&str] = &["back", "first", "front", "is_empty", "last", "len", "peek"];
        let of = taken_from.to_token_stream().to_string();
        ASKED.iter().any(|asked| self.condition.contains(&format!("{of} . {asked} (")))
    }

    /// Whether evaluating an expression does nothing but look.
    fn only_looks(&mut self, expression: &Expr) -> bool {
        match expression {
            Expr::Array(inner) => inner.elems.iter().all(|element| self.only_looks(element)),
            Expr::Binary(inner) if !is_assignment(&inner.op) => {
                self.only_looks(&inner.left) && self.only_looks(&inner.right)
            }
            Expr::Cast(inner) => self.only_looks(&inner.expr),
            Expr::Closure(inner) => self.only_looks(&inner.body),
            Expr::Field(inner) => self.base_looks(&inner.base),
            Expr::Group(inner) => self.only_looks(&inner.expr),
            Expr::Index(inner) => self.base_looks(&inner.expr) && self.only_looks(&inner.index),
            Expr::Lit(_) | Expr::Path(_) => true,
            Expr::Paren(inner) => self.only_looks(&inner.expr),
            Expr::Range(inner) => [&inner.start, &inner.end].into_iter().flatten().all(|bound| self.only_looks(bound)),
            Expr::Reference(inner) => self.only_looks(&inner.expr),
            Expr::Try(inner) => self.only_looks(&inner.expr),
            Expr::Tuple(inner) => inner.elems.iter().all(|element| self.only_looks(element)),
            Expr::Unary(inner) => self.only_looks(&inner.expr),
            Expr::Call(inner) => self.call_looks(expression, inner),
            Expr::MethodCall(inner) => self.method_looks(expression, inner),
            Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Unsafe(_) => self.expression(expression).onward,
            Expr::Macro(inner) => macro_call(&inner.mac).onward,
            _ => false,
        }
    }

    fn call_looks(&mut self, expression: &Expr, call: &syn::ExprCall) -> bool {
        let Expr::Path(path) = &*call.func else { return false };
        if !call.args.iter().all(|argument| self.only_looks(argument)) {
            return false;
        }
        let written = path_of(&path.path);
        match self.collector.scope.resolve(&written, Namespace::Value) {
            Name::Def(Def::External(paths)) => {
                let of_std = |path: &String| path.replacen("core::", "std::", usize::from(path.starts_with("core::")));
                let is_any = |known: &[&str]| paths.iter().any(|path| known.contains(&of_std(path).as_str()));
                if is_any(LOOKING) {
                    self.looks_at.get_or_insert_with(|| render(expression));
                    return true;
                }
                is_any(QUIET) || paths.iter().any(|path| path.starts_with("std::time::Duration::"))
            }
            _ => matches!(written.segments.last().map(String::as_str), Some("Some" | "Ok" | "Err" | "drop")),
        }
    }

    fn method_looks(&mut self, expression: &Expr, call: &syn::ExprMethodCall) -> bool {
        let name = call.method.unraw().to_string();
        let looks = match name.as_str() {
            "expect" | "unwrap" => self.only_looks(&call.receiver),
            _ => self.base_looks(&call.receiver),
        };
        if !looks || !call.args.iter().all(|argument| self.only_looks(argument)) {
            return false;
        }
        if PURE.contains(&name.as_str()) {
            return true;
        }
        if call.args.is_empty() && self.asks_own(call, &name) {
            self.looks_at.get_or_insert_with(|| render(expression));
            return true;
        }
        if !LOOKS.contains(&name.as_str()) || !self.is_look(call, &name) {
            return false;
        }
        self.looks_at.get_or_insert_with(|| render(expression));
        true
    }

    /// `self.is_ready()`, a method of the crate that only loads something.
    fn asks_own(&mut self, call: &syn::ExprMethodCall, name: &str) -> bool {
        let scope = &mut self.collector.scope;
        let of = infer::type_of(scope, &call.receiver);
        let Method::Local(function) = lookup::method(scope, &of, name) else { return false };
        let is_async = scope.index().function(function).is_async;
        !is_async && scope.body_of(function, only_loads).unwrap_or_default()
    }

    /// Whether evaluating what something is then asked of does nothing but look.
    fn base_looks(&mut self, base: &Expr) -> bool {
        let unwraps = matches!(base, Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect");
        let around = std::mem::replace(&mut self.is_asked_at_once, unwraps);
        let looks = self.only_looks(base);
        self.is_asked_at_once = around;
        looks
    }

    /// Whether a method of such a name is the one that is meant.
    fn is_look(&mut self, call: &syn::ExprMethodCall, name: &str) -> bool {
        const ORDERS: &[&str] = &["Ordering", "Acquire", "Relaxed", "SeqCst"];
        let of = infer::type_of(&mut self.collector.scope, &call.receiver).bare();
        match name {
            "load" => call.args.len() == 1 && mentions_any(call.args.to_token_stream(), ORDERS),
            "lock" => call.args.is_empty() && (!of.is_known() || is_lock(&of)),
            // `socket.read()` takes a message, `rows.read().unwrap()[0]` looks at one of the rows.
            "read" | "write" => call.args.is_empty() && (is_lock(&of) || !of.is_known() && self.is_asked_at_once),
            _ => !matches!(of, Type::Local(..)) && !fills_buffer(call),
        }
    }
}

/// `self.ready.load(Ordering::Acquire)`, and nothing else.
fn only_loads(body: TokenStream) -> bool {
    let Ok(syn::Expr::MethodCall(call)) = syn::parse2::<syn::Expr>(body) else { return false };
    let mut at = &*call.receiver;
    while let syn::Expr::Field(inner) = at {
        at = &inner.base;
    }
    call.method == "load" && matches!(at, syn::Expr::Path(path) if path.path.is_ident("self"))
}

fn is_lock(of: &Type) -> bool {
    matches!(of, Type::External(paths, _) if paths.iter().any(|path| path.ends_with("Mutex") || path.ends_with("RwLock")))
}

/// How it turns out whether a pattern matches what was taken, where nothing was.
fn turns_of(pattern: &syn::Pat) -> Turns {
    let yes = !is_taking(pattern);
    Turns { yes, no: !yes }
}

/// Whether a pattern is that of something that was taken.
fn is_taking(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::TupleStruct(inner) => inner
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Ok" || last.ident == "Some" || last.ident == "Success"),
        syn::Pat::Guard(inner) => is_taking(&inner.pat),
        syn::Pat::Paren(inner) => is_taking(&inner.pat),
        syn::Pat::Reference(inner) => is_taking(&inner.pat),
        syn::Pat::Or(inner) => inner.cases.iter().all(is_taking),
        _ => false,
    }
}

/// The pattern of `matches!(value, pattern)`.
fn matched_pattern(tokens: TokenStream) -> Option<syn::Pat> {
    let parser = |input: syn::parse::ParseStream<'_>| {
        input.parse::<syn::Expr>()?;
        input.parse::<syn::Token![,]>()?;
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<TokenStream>()?;
        Ok(pattern)
    };
    parser.parse2(tokens).ok()
}

/// Whether a variable of that name stands somewhere in tokens.
fn names_variable(tokens: TokenStream, name: &str) -> bool {
    let mut is_member = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => !std::mem::take(&mut is_member) && ident == name,
        TokenTree::Group(group) => names_variable(group.stream(), name),
        TokenTree::Punct(sign) => {
            is_member = sign.as_char() == '.';
            false
        }
        TokenTree::Literal(_) => false,
    })
}

/// The names of what is counted: `n += 1`.
fn counted_in(tokens: TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    let mut before: [Option<TokenTree>; 2] = [None, None];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            names.extend(counted_in(group.stream()));
        }
        if let ([Some(TokenTree::Ident(name)), Some(TokenTree::Punct(sign))], TokenTree::Punct(equals)) =
            (&before, &token)
            && matches!(sign.as_char(), '+' | '-')
            && equals.as_char() == '='
        {
            names.push(name.to_string());
        }
        before = [before[1].take(), Some(token)];
    }
    names
}

fn macro_call(call: &syn::Macro) -> Ways {
    let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let is_quiet =
        LOGS.contains(&name.as_str()) || RETURNING_MACROS.contains(&name.as_str()) || name.contains("assert");
    Ways::when(is_quiet && !name.starts_with("write"))
}
