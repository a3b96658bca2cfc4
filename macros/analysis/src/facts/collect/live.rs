//! The guards that are alive at a point of the body, and who holds each.
//!
//! A guard has a home: a variable (or a field of one), or a temporary of the expression that is being evaluated. The
//! walker passes guards on as [`Value`]s: the value of an expression may own some. A variable lives to the end of its
//! block and a temporary to the end of its statement, even if something else takes the same name meanwhile. A guard
//! that is moved into a call, a closure, or anything else that is not followed is gone. Where control flow joins again,
//! a guard is gone only if it is gone on every path that certainly continues.

mod bind;
mod drops;
mod flow;
mod held;

use std::rc::Rc;

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use crate::facts::locks::{Held, HeldAround};
use crate::facts::model::{Context, RunsOn};
use crate::types::drops::Destructor;
use crate::types::guards::Guarded;
use crate::types::maybe::{self, Effect};
use crate::types::ty::Type;

/// The guards that an expression evaluates to.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    /// They go where the value goes.
    owned: Vec<usize>,
    /// Temporaries that the value refers to: `&mut lock.lock().unwrap().field`.
    borrowed: Vec<usize>,
}

impl Value {
    pub(super) fn is_empty(&self) -> bool {
        self.owned.is_empty()
    }

    /// Neither are there guards in it, nor does it refer to some.
    pub(super) fn is_plain(&self) -> bool {
        self.owned.is_empty() && self.borrowed.is_empty()
    }

    pub(super) fn and(mut self, other: Value) -> Value {
        self.owned.extend(other.owned);
        self.borrowed.extend(other.borrowed);
        self
    }

    /// A reference to it.
    pub(super) fn referred(mut self) -> Value {
        self.borrowed.append(&mut self.owned);
        self
    }
}

/// A variable, or a field of one: `own.state`, `pair.0`.
#[derive(Debug)]
pub(super) struct PlaceExpr {
    variable: usize,
    path: Vec<String>,
}

/// Where a guard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// A temporary, by how many statements and the like are open around it.
    Temporary(usize),
    Variable(usize),
    Gone,
}

/// What changes about a guard.
#[derive(Clone, Debug)]
pub(super) struct State {
    home: Home,
    /// The field of its home that it is in.
    path: Vec<String>,
    /// In how many `Option`s and `Result`s it is: their methods may take it out.
    wraps: usize,
    /// In the error of a poisoned lock, or not at all: this way the lock was not had.
    in_error: bool,
    tokens: TokenStream,
    context: Context,
}

impl State {
    fn is_alive(&self) -> bool {
        self.home != Home::Gone && !self.in_error
    }
}

#[derive(Debug)]
struct Guard {
    what: Guarded,
    /// The lock that it holds, if that can be identified.
    held: Option<Held>,
    /// What runs where it is dropped, and where that is.
    drops: Option<Rc<Falling>>,
    state: State,
    is_told: bool,
}

/// A value whose destructors may block.
#[derive(Debug)]
pub(super) struct Falling {
    pub(super) destructors: Vec<Destructor>,
    pub(super) is: Type,
    pub(super) place: RunsOn,
}

/// One that was dropped.
#[derive(Debug)]
pub(super) struct Fallen {
    pub(super) falling: Rc<Falling>,
    pub(super) at_end: bool,
    pub(super) tokens: TokenStream,
    pub(super) context: Context,
}

/// The end of a branch.
#[derive(Debug)]
pub(super) struct Exit {
    pub(super) states: Vec<State>,
    /// It surely goes on; a call at its end may be one that does not return.
    pub(super) is_sure: bool,
}

/// What a method does with `Option` and `Result`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrapping {
    /// Takes out what is in it.
    Unwraps,
    Keeps,
    /// Only looks.
    Looks,
    /// Anything else may take the guard out and drop it.
    Ends,
}

fn wrapping(method: &str) -> Wrapping {
    match (maybe::effect(method), method) {
        // Of the error of a poisoned lock, which has the guard.
        (Some(Effect::Unwraps), _) | (_, "into_inner") => Wrapping::Unwraps,
        (Some(Effect::Keeps), _) => Wrapping::Keeps,
        (Some(Effect::Lends), _)
        | (
            _,
            "extend" | "first" | "get" | "insert" | "is_empty" | "is_err" | "is_none" | "is_ok" | "is_some" | "iter"
            | "iter_mut" | "last" | "len" | "push" | "push_back" | "push_front",
        ) => Wrapping::Looks,
        (None, _) => Wrapping::Ends,
    }
}

/// The field in which a collection has what it holds.
const ELEMENT: &str = "_";

/// What is alive.
#[derive(Debug, Default)]
pub(super) struct Live {
    guards: Vec<Guard>,
    /// The variables that are in scope, innermost last; extended temporaries have no name.
    variables: Vec<Option<String>>,
    /// How many statements and the like are open.
    depth: usize,
    /// What was dropped that may block then.
    pub(super) fallen: Vec<Fallen>,
    /// What is held around the body of a closure while that runs.
    around: HeldAround,
}

impl Live {
    /// A new guard, held by nothing yet.
    pub(super) fn take_up(&mut self, (what, wraps): (Guarded, usize), tokens: TokenStream, context: Context) -> Value {
        let home = Home::Temporary(self.depth);
        let state = State { home, path: Vec::new(), wraps, in_error: false, tokens, context };
        self.guards.push(Guard { what, held: None, drops: None, state, is_told: false });
        Value { owned: vec![self.guards.len() - 1], borrowed: Vec::new() }
    }

    /// A second guard of what the first one guards.
    pub(super) fn split(&mut self, value: Value) -> Value {
        let mut halves = value.clone();
        for index in value.owned {
            let Guard { what, state, .. } = &self.guards[index];
            let (what, state) = (*what, state.clone());
            self.guards.push(Guard { what, held: None, drops: None, state, is_told: false });
            let other = self.guards.len() - 1;
            self.within(&[index], "0");
            self.within(&[other], "1");
            halves.owned.push(other);
        }
        halves
    }

    /// How many variables are in scope; see [`Live::close`].
    pub(super) fn count(&self) -> usize {
        self.variables.len()
    }

    /// All variables but the first `count` go out of scope.
    pub(super) fn close(&mut self, count: usize) {
        self.variables.truncate(count);
        self.end_all(|home| matches!(home, Home::Variable(variable) if variable >= count));
    }

    /// Something begins whose end drops temporaries.
    pub(super) fn begin(&mut self) {
        self.depth += 1;
    }

    /// It ends, and evaluates to `value`, whose guards live on outside.
    pub(super) fn end(&mut self, value: Value) -> Value {
        for &index in &value.owned {
            if let Home::Temporary(depth) = &mut self.guards[index].state.home {
                *depth = (*depth).min(self.depth - 1);
            }
        }
        self.end_temporaries();
        self.depth -= 1;
        Value { owned: value.owned, borrowed: Vec::new() }
    }

    /// It ends, and its temporaries are those of what is around it.
    pub(super) fn end_without_drop(&mut self) {
        self.depth -= 1;
        for guard in &mut self.guards {
            if let Home::Temporary(depth) = &mut guard.state.home {
                *depth = (*depth).min(self.depth);
            }
        }
    }

    pub(super) fn end_temporaries(&mut self) {
        let innermost = self.depth;
        self.end_all(|home| matches!(home, Home::Temporary(depth) if depth >= innermost));
    }

    fn end_all(&mut self, ends: impl Fn(Home) -> bool) {
        for guard in &mut self.guards {
            if ends(guard.state.home) {
                if let (Some(falling), Home::Variable(_), true, false) =
                    (&guard.drops, guard.state.home, guard.state.is_alive(), guard.is_told)
                {
                    guard.is_told = true;
                    let (tokens, context) = (guard.state.tokens.clone(), guard.state.context.clone());
                    self.fallen.push(Fallen { falling: falling.clone(), at_end: true, tokens, context });
                }
                guard.state.home = Home::Gone;
            }
        }
    }

    /// A value is moved to where nobody follows it.
    pub(super) fn consume(&mut self, value: &Value) {
        for &index in &value.owned {
            self.guards[index].state.home = Home::Gone;
        }
    }

    /// A value becomes a field or element of a larger one.
    pub(super) fn inside(&mut self, value: Value, field: &str) -> Value {
        self.within(&value.owned, field);
        value
    }

    fn within(&mut self, guards: &[usize], field: &str) {
        for &index in guards {
            self.guards[index].state.path.insert(0, field.to_owned());
        }
    }

    /// `Some(value)`
    pub(super) fn wrapped(&mut self, value: Value) -> Value {
        for &index in &value.owned {
            self.guards[index].state.wraps += 1;
        }
        value
    }

    /// `value?`
    pub(super) fn unwrapped(&mut self, value: Value) -> Value {
        for &index in &value.owned {
            let state = &mut self.guards[index].state;
            state.wraps = state.wraps.saturating_sub(1);
        }
        value
    }

    /// The variable or field that an expression names.
    pub(super) fn place_expr(&self, expression: &syn::Expr) -> Option<PlaceExpr> {
        match expression {
            syn::Expr::Path(path) => self.place_expr_named(&path.path.get_ident()?.unraw().to_string()),
            syn::Expr::Field(field) => {
                let mut place_expr = self.place_expr(&field.base)?;
                place_expr.path.push(member(&field.member));
                Some(place_expr)
            }
            syn::Expr::Paren(inner) => self.place_expr(&inner.expr),
            syn::Expr::Group(inner) => self.place_expr(&inner.expr),
            _ => None,
        }
    }

    /// The innermost variable of that name.
    pub(super) fn place_expr_named(&self, name: &str) -> Option<PlaceExpr> {
        let variable = self.variables.iter().rposition(|variable| variable.as_deref() == Some(name))?;
        Some(PlaceExpr { variable, path: Vec::new() })
    }

    fn at(&self, place_expr: &PlaceExpr) -> Vec<usize> {
        let is_there = |state: &State| {
            state.home == Home::Variable(place_expr.variable) && state.path.starts_with(&place_expr.path)
        };
        (0..self.guards.len()).filter(|&index| is_there(&self.guards[index].state)).collect()
    }

    /// What a place holds is moved out of it.
    pub(super) fn take(&mut self, place_expr: &PlaceExpr) -> Value {
        // What is left of a struct without one of its fields is not known.
        for guard in self.guards.iter_mut().filter(|guard| guard.drops.is_some()) {
            let State { home, path, .. } = &guard.state;
            if *home == Home::Variable(place_expr.variable)
                && path.len() < place_expr.path.len()
                && place_expr.path.starts_with(path)
            {
                guard.state.home = Home::Gone;
            }
        }
        let owned = self.at(place_expr);
        for &index in &owned {
            let state = &mut self.guards[index].state;
            state.home = Home::Temporary(self.depth);
            state.path.drain(..place_expr.path.len());
        }
        Value { owned, borrowed: Vec::new() }
    }

    /// What a variable holds, to match it with a pattern, which may leave it there.
    pub(super) fn look(&self, place_expr: &PlaceExpr) -> Value {
        let owned = if place_expr.path.is_empty() { self.at(place_expr) } else { Vec::new() };
        Value { owned, borrowed: Vec::new() }
    }

    /// `&mut place_expr` is given to somebody, who may take out what it holds, but for a guard that is there itself.
    pub(super) fn lent(&mut self, place_expr: &PlaceExpr) {
        for index in self.at(place_expr) {
            let state = &mut self.guards[index].state;
            if state.wraps > 0 || state.path.len() > place_expr.path.len() {
                state.home = Home::Gone;
            }
        }
    }

    /// A method is called on a place; what it gives.
    pub(super) fn method_on(&mut self, place_expr: &PlaceExpr, method: &str) -> Value {
        let there = self.at(place_expr);
        let is_own = |state: &State| state.path.len() > place_expr.path.len();
        if there.iter().any(|&index| is_own(&self.guards[index].state)) {
            // Of a struct, tuple or collection.
            if wrapping(method) != Wrapping::Looks {
                self.consume(&Value { owned: there, borrowed: Vec::new() });
            }
            return Value::default();
        }
        let moves = matches!(wrapping(method), Wrapping::Unwraps | Wrapping::Keeps);
        if moves && there.iter().any(|&index| self.guards[index].state.wraps > 0) {
            let value = self.take(place_expr);
            return self.method(value, method);
        }
        self.method(Value { owned: there, borrowed: Vec::new() }, method)
    }

    /// A method is called on a value; what it gives.
    pub(super) fn method(&mut self, value: Value, method: &str) -> Value {
        let mut given = Value::default();
        for index in value.owned {
            let state = &mut self.guards[index].state;
            // The methods of a guard are those of what it guards.
            if state.wraps == 0 && state.path.is_empty() {
                continue;
            }
            match wrapping(method) {
                Wrapping::Unwraps => {
                    state.wraps = state.wraps.saturating_sub(1);
                    state.in_error &= method != "into_inner";
                    given.owned.push(index);
                }
                Wrapping::Keeps => given.owned.push(index),
                Wrapping::Looks => {}
                Wrapping::Ends => state.home = Home::Gone,
            }
        }
        given
    }

    /// `place_expr = value`; what was there is dropped.
    pub(super) fn assign(&mut self, place_expr: &PlaceExpr, value: &Value, tokens: &TokenStream, context: &Context) {
        let before = Value { owned: self.at(place_expr), borrowed: Vec::new() };
        self.drop_value(&before, tokens, context);
        self.consume(&before);
        self.store(place_expr, value, tokens, context);
    }

    /// A place takes over a value besides what it has.
    pub(super) fn store(&mut self, place_expr: &PlaceExpr, value: &Value, tokens: &TokenStream, context: &Context) {
        for &index in &value.owned {
            let Guard { state, drops, .. } = &mut self.guards[index];
            // Whether the place_expr owns what is put there is not known: it may be behind a reference.
            if drops.is_some() && !place_expr.path.is_empty() {
                state.home = Home::Gone;
                continue;
            }
            state.home = Home::Variable(place_expr.variable);
            state.path.splice(..0, place_expr.path.iter().cloned());
            (state.tokens, state.context) = (tokens.clone(), context.clone());
        }
    }

    /// A collection takes over a value.
    pub(super) fn collect(&mut self, place_expr: &PlaceExpr, value: &Value) {
        for &index in &value.owned {
            let Guard { state, drops, .. } = &mut self.guards[index];
            if drops.is_some() {
                state.home = Home::Gone;
                continue;
            }
            state.home = Home::Variable(place_expr.variable);
            state.path.clone_from(&place_expr.path);
            state.path.push(ELEMENT.to_owned());
        }
    }

    /// The variables that hold guards, for a closure or async block that may name them; and whether each is a guard
    /// itself, which no method takes out.
    pub(super) fn holders(&self) -> Vec<(String, bool)> {
        let mut holders = Vec::new();
        for Guard { state, .. } in &self.guards {
            if let Home::Variable(variable) = state.home
                && let Some(name) = &self.variables[variable]
                && !holders.iter().any(|(known, _)| known == name)
            {
                holders.push((name.clone(), state.wraps == 0 && state.path.is_empty()));
            }
        }
        holders
    }
}

pub(super) fn member(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => name.unraw().to_string(),
        syn::Member::Unnamed(index) => index.index.to_string(),
    }
}

pub(super) fn is_constant(pattern: &syn::PatIdent) -> bool {
    let is_plain = pattern.by_ref.is_none() && pattern.mutability.is_none() && pattern.subpat.is_none();
    is_plain && pattern.ident.unraw().to_string().starts_with(char::is_uppercase)
}
