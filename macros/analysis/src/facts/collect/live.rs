//! The guards that are alive at a point of the body, and who holds each.
//!
//! A guard has a home: a variable (or a field of one), or a temporary of the expression that is being evaluated. The
//! walker hands guards on as [`Value`]s: what an expression evaluates to may own some. A variable lives to the end of
//! its block and a temporary to the end of its statement, whatever else is called by the same name meanwhile. Moved
//! into a call, a closure, or anything else that is not followed, a guard is gone. Where ways join again it is gone only
//! if it is gone on each that surely goes on.

use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use crate::facts::locks::{Held, LockPlace};
use crate::facts::model::Crossing;
use crate::facts::model::{Context, RunsOn};
use crate::types::drops::Destructor;
use crate::types::guards::Guarded;
use crate::types::locks::Mode;

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
    /// The lock that it holds, where that can be told from others.
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
    match method {
        "expect" | "into_inner" | "unwrap" | "unwrap_or" | "unwrap_or_else" | "unwrap_unchecked" => Wrapping::Unwraps,
        "context" | "inspect" | "inspect_err" | "map_err" | "ok" | "ok_or" | "ok_or_else" | "or_else" | "take"
        | "with_context" => Wrapping::Keeps,
        "as_deref" | "as_deref_mut" | "as_mut" | "as_ref" | "extend" | "first" | "get" | "insert" | "is_empty"
        | "is_err" | "is_none" | "is_ok" | "is_some" | "iter" | "iter_mut" | "last" | "len" | "push" | "push_back"
        | "push_front" => Wrapping::Looks,
        _ => Wrapping::Ends,
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
}

impl Live {
    /// A new guard, held by nothing yet.
    pub(super) fn take_up(&mut self, (what, wraps): (Guarded, usize), tokens: TokenStream, context: Context) -> Value {
        let home = Home::Temporary(self.depth);
        let state = State { home, path: Vec::new(), wraps, in_error: false, tokens, context };
        self.guards.push(Guard { what, held: None, drops: None, state, is_told: false });
        Value { owned: vec![self.guards.len() - 1], borrowed: Vec::new() }
    }

    /// A value that may block where it is dropped.
    pub(super) fn take_up_falling(
        &mut self,
        falling: Falling,
        wraps: usize,
        tokens: TokenStream,
        context: Context,
    ) -> Value {
        let value = self.take_up((Guarded::Destructor, wraps), tokens, context);
        let falling = Rc::new(falling);
        for &index in &value.owned {
            self.guards[index].drops = Some(falling.clone());
        }
        value
    }

    /// A value is dropped here.
    pub(super) fn drop_value(&mut self, value: &Value, tokens: &TokenStream, context: &Context) {
        for &index in &value.owned {
            let guard = &self.guards[index];
            if let Some(falling) = guard.drops.clone().filter(|_| guard.state.is_alive()) {
                let (tokens, context) = (tokens.clone(), context.clone());
                self.fallen.push(Fallen { falling, at_end: false, tokens, context });
            }
        }
    }

    /// Whether a spot holds a value that may block where it is dropped.
    pub(super) fn is_falling(&self, spot: &PlaceExpr) -> bool {
        self.at(spot).iter().any(|&index| self.guards[index].drops.is_some())
    }

    /// Lets go of the values at a spot that block where they are dropped.
    pub(super) fn let_go(&mut self, spot: &PlaceExpr) {
        for index in self.at(spot) {
            if self.guards[index].drops.is_some() {
                self.guards[index].state.home = Home::Gone;
            }
        }
    }

    /// The guards of a value hold a lock.
    pub(super) fn hold(&mut self, value: &Value, held: &Held) {
        for &index in &value.owned {
            self.guards[index].held = Some(held.clone());
        }
    }

    /// The locks that are held here for certain.
    pub(super) fn held(&self) -> Vec<Held> {
        let is_there = |guard: &&Guard, held: &Held| guard.state.is_alive() && (held.is_sure || guard.state.wraps == 0);
        self.guards.iter().filter_map(|guard| guard.held.clone().filter(|held| is_there(&guard, held))).collect()
    }

    /// What holds a lock that is about to be taken.
    pub(super) fn clash(&self, place: &LockPlace, mode: Mode) -> Option<Held> {
        self.held().into_iter().find(|held| held.place == *place && !held.mode.lets(mode))
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

    /// Something begins at the end of which temporaries are dropped.
    pub(super) fn begin(&mut self) {
        self.depth += 1;
    }

    /// It ends, and evaluates to `value`, of which the guards live on outside.
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
                if let (Some(falling), Home::Variable(_), true) =
                    (&guard.drops, guard.state.home, guard.state.is_alive())
                {
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
    pub(super) fn spot(&self, expression: &syn::Expr) -> Option<PlaceExpr> {
        match expression {
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.unraw().to_string();
                let variable = self.variables.iter().rposition(|variable| variable.as_ref() == Some(&name))?;
                Some(PlaceExpr { variable, path: Vec::new() })
            }
            syn::Expr::Field(field) => {
                let mut spot = self.spot(&field.base)?;
                spot.path.push(member(&field.member));
                Some(spot)
            }
            syn::Expr::Paren(inner) => self.spot(&inner.expr),
            syn::Expr::Group(inner) => self.spot(&inner.expr),
            _ => None,
        }
    }

    fn at(&self, spot: &PlaceExpr) -> Vec<usize> {
        let is_there =
            |state: &State| state.home == Home::Variable(spot.variable) && state.path.starts_with(&spot.path);
        (0..self.guards.len()).filter(|&index| is_there(&self.guards[index].state)).collect()
    }

    /// What a spot holds is moved out of it.
    pub(super) fn take(&mut self, spot: &PlaceExpr) -> Value {
        let owned = self.at(spot);
        for &index in &owned {
            let state = &mut self.guards[index].state;
            state.home = Home::Temporary(self.depth);
            state.path.drain(..spot.path.len());
        }
        Value { owned, borrowed: Vec::new() }
    }

    /// What a variable holds, to match it with a pattern, which may leave it there.
    pub(super) fn look(&self, spot: &PlaceExpr) -> Value {
        let owned = if spot.path.is_empty() { self.at(spot) } else { Vec::new() };
        Value { owned, borrowed: Vec::new() }
    }

    /// `&mut spot` is given to somebody, who may take out what it holds, but for a guard that is there itself.
    pub(super) fn lent(&mut self, spot: &PlaceExpr) {
        for index in self.at(spot) {
            let state = &mut self.guards[index].state;
            if state.wraps > 0 || state.path.len() > spot.path.len() {
                state.home = Home::Gone;
            }
        }
    }

    /// A method is called on a spot; what it gives.
    pub(super) fn method_on(&mut self, spot: &PlaceExpr, method: &str) -> Value {
        let there = self.at(spot);
        let is_own = |state: &State| state.path.len() > spot.path.len();
        if there.iter().any(|&index| is_own(&self.guards[index].state)) {
            // Of a struct, tuple or collection.
            if wrapping(method) != Wrapping::Looks {
                self.consume(&Value { owned: there, borrowed: Vec::new() });
            }
            return Value::default();
        }
        let moves = matches!(wrapping(method), Wrapping::Unwraps | Wrapping::Keeps);
        if moves && there.iter().any(|&index| self.guards[index].state.wraps > 0) {
            let value = self.take(spot);
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

    /// `spot = value`; what was there is dropped.
    pub(super) fn assign(&mut self, spot: &PlaceExpr, value: &Value, tokens: &TokenStream, context: &Context) {
        let before = Value { owned: self.at(spot), borrowed: Vec::new() };
        self.drop_value(&before, tokens, context);
        self.consume(&before);
        self.store(spot, value, tokens, context);
    }

    /// A spot takes over a value besides what it has.
    pub(super) fn store(&mut self, spot: &PlaceExpr, value: &Value, tokens: &TokenStream, context: &Context) {
        for &index in &value.owned {
            let Guard { state, drops, .. } = &mut self.guards[index];
            // Whether the spot owns what is put there is not known: it may be behind a reference.
            if drops.is_some() && !spot.path.is_empty() {
                state.home = Home::Gone;
                continue;
            }
            state.home = Home::Variable(spot.variable);
            state.path.splice(..0, spot.path.iter().cloned());
            (state.tokens, state.context) = (tokens.clone(), context.clone());
        }
    }

    /// A collection takes over a value.
    pub(super) fn collect(&mut self, spot: &PlaceExpr, value: &Value) {
        for &index in &value.owned {
            let Guard { state, drops, .. } = &mut self.guards[index];
            if drops.is_some() {
                state.home = Home::Gone;
                continue;
            }
            state.home = Home::Variable(spot.variable);
            state.path.clone_from(&spot.path);
            state.path.push(ELEMENT.to_owned());
        }
    }

    /// The variables of a pattern, which takes over what it can of a value. What it leaves stays where it is.
    pub(super) fn bind(&mut self, pattern: &syn::Pat, value: Value, context: &Context) {
        match pattern {
            // `None`, or a constant.
            syn::Pat::Ident(inner) if is_constant(inner) => self.fall_asleep(&value),
            syn::Pat::Ident(inner) => {
                self.variables.push(Some(inner.ident.unraw().to_string()));
                if inner.by_ref.is_none() {
                    let spot = PlaceExpr { variable: self.variables.len() - 1, path: Vec::new() };
                    self.store(&spot, &value, &inner.ident.to_token_stream(), context);
                }
                if let Some((_, inner)) = &inner.subpat {
                    self.bind(inner, Value::default(), context);
                }
            }
            syn::Pat::Guard(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Paren(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Type(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Reference(inner) => self.bind(&inner.pat, Value::default(), context),
            syn::Pat::Or(inner) => {
                for (n, case) in inner.cases.iter().enumerate() {
                    self.bind(case, if n == 0 { value.clone() } else { Value::default() }, context);
                }
            }
            syn::Pat::Tuple(inner) => self.bind_elements(&inner.elems, &value, context),
            syn::Pat::Slice(inner) => self.bind_elements(&inner.elems, &value, context),
            syn::Pat::Struct(inner) => {
                for field in &inner.fields {
                    let part = self.part(&value, &member(&field.member));
                    self.bind(&field.pat, part, context);
                }
            }
            syn::Pat::TupleStruct(inner) => {
                let name = inner.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                match (name.as_str(), inner.elems.len()) {
                    ("Ok" | "Some", 1) => {
                        let part = self.unwrapped(value);
                        self.bind(&inner.elems[0], part, context);
                    }
                    ("Err", 1) => {
                        self.fall_asleep(&value);
                        self.bind(&inner.elems[0], value, context);
                    }
                    _ => self.bind_elements(&inner.elems, &value, context),
                }
            }
            // Behind `Ok(..)` or `Some(..)` the lock was not had.
            syn::Pat::Wild(_) | syn::Pat::Path(_) => self.fall_asleep(&value),
            _ => {}
        }
    }

    fn bind_elements(
        &mut self,
        elements: &syn::punctuated::Punctuated<syn::Pat, syn::Token![,]>,
        value: &Value,
        context: &Context,
    ) {
        let rest = elements.iter().position(|element| matches!(element, syn::Pat::Rest(_)));
        for (n, element) in elements.iter().enumerate() {
            // How many a `..` passes over is not known.
            let part =
                if rest.is_some_and(|rest| rest <= n) { Value::default() } else { self.part(value, &n.to_string()) };
            self.bind(element, part, context);
        }
    }

    /// The part of a value that is in one of its fields.
    fn part(&mut self, value: &Value, field: &str) -> Value {
        let is_there = |index: &usize| self.guards[*index].state.path.first().is_some_and(|first| first == field);
        let owned: Vec<_> = value.owned.iter().copied().filter(is_there).collect();
        for &index in &owned {
            self.guards[index].state.path.remove(0);
        }
        Value { owned, borrowed: Vec::new() }
    }

    /// In this way what was asked for is not there.
    pub(super) fn fall_asleep(&mut self, value: &Value) {
        for &index in &value.owned {
            let state = &mut self.guards[index].state;
            state.in_error |= state.wraps > 0;
        }
    }

    /// Names that hold no guard, but hide others of the same name.
    pub(super) fn bind_names(&mut self, pattern: &syn::Pat) {
        self.bind(pattern, Value::default(), &Context::default());
    }

    /// `let` makes the temporaries live on that its value refers to.
    pub(super) fn extend(&mut self, value: &Value) {
        for &index in &value.borrowed {
            let state = &mut self.guards[index].state;
            if matches!(state.home, Home::Temporary(_)) {
                self.variables.push(None);
                state.home = Home::Variable(self.variables.len() - 1);
            }
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

    /// Moves a variable out, to be held in the body of an async block.
    pub(super) fn captured(&mut self, name: &str) -> Vec<(String, Guarded, State)> {
        let Some(variable) = self.variables.iter().rposition(|variable| variable.as_deref() == Some(name)) else {
            return Vec::new();
        };
        let mut captured = Vec::new();
        for index in self.at(&PlaceExpr { variable, path: Vec::new() }) {
            let Guard { what, state, .. } = &mut self.guards[index];
            if state.is_alive() {
                captured.push((name.to_owned(), *what, state.clone()));
            }
            state.home = Home::Gone;
        }
        captured
    }

    /// What the body of an async block begins with.
    pub(super) fn of_captured(captured: Vec<(String, Guarded, State)>) -> Live {
        let mut live = Live::default();
        for (name, what, state) in captured {
            live.variables.push(Some(name));
            let home = Home::Variable(live.variables.len() - 1);
            live.guards.push(Guard { what, held: None, drops: None, state: State { home, ..state }, is_told: false });
        }
        live
    }

    /// What is alive, for [`Live::go_back`] and [`Live::join`].
    pub(super) fn states(&self) -> Vec<State> {
        self.guards.iter().map(|guard| guard.state.clone()).collect()
    }

    /// Another way begins where this one began. What was taken up meanwhile was not on that way.
    pub(super) fn go_back(&mut self, states: &[State]) {
        for (n, guard) in self.guards.iter_mut().enumerate() {
            match states.get(n) {
                Some(state) => guard.state.clone_from(state),
                None => guard.state.home = Home::Gone,
            }
        }
    }

    /// Ways join. A guard that is gone on one of them is alive behind only if it is alive on another that surely goes
    /// on; without any way there is nothing behind.
    pub(super) fn join(&mut self, ways: &[Exit]) {
        if ways.is_empty() {
            return;
        }
        for (n, guard) in self.guards.iter_mut().enumerate() {
            let alive = |way: &&Exit| way.states.get(n).is_some_and(State::is_alive);
            let kept = if ways.iter().all(|way| alive(&way)) {
                ways.first()
            } else {
                ways.iter().find(|way| way.is_sure && alive(way))
            };
            match kept {
                Some(way) => guard.state.clone_from(&way.states[n]),
                None => guard.state.home = Home::Gone,
            }
        }
    }

    /// Whether something is alive that was not, in a variable that was in scope.
    pub(super) fn has_more_than(&self, states: &[State], count: usize) -> bool {
        self.guards.iter().enumerate().any(|(n, guard)| {
            let is_new = !states.get(n).is_some_and(|state| state.is_alive() && state.home == guard.state.home);
            let lives_on = matches!(guard.state.home, Home::Variable(variable) if variable < count);
            is_new && lives_on && guard.state.is_alive() && !guard.is_told
        })
    }

    /// Those that are alive here, where something is awaited, and have not been told of yet. What stands around the
    /// `.await` counts as what stands around the guard does.
    pub(super) fn cross(&mut self, awaited: &str, here: &Context) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut holders: Vec<(Home, Vec<String>)> = Vec::new();
        let is_open = |guard: &&mut Guard| {
            guard.state.is_alive() && !guard.is_told && !matches!(guard.what, Guarded::Async | Guarded::Destructor)
        };
        for guard in self.guards.iter_mut().filter(is_open) {
            let State { home, path, wraps, tokens, context, .. } = &guard.state;
            // One of several ways has put it there.
            let place = (*home, path.clone());
            if matches!(home, Home::Variable(_)) && holders.contains(&place) {
                guard.is_told = true;
                continue;
            }
            holders.push(place);
            let mut context = context.clone();
            // Only where what is awaited is part of the build.
            let gates = here
                .gates
                .iter()
                .filter(|gate| context.gates.iter().all(|known| known.to_string() != gate.to_string()));
            let gates: Vec<_> = gates.cloned().collect();
            let exemptions = here.exemptions.iter().filter(|index| !context.exemptions.contains(index));
            let exemptions: Vec<_> = exemptions.copied().collect();
            // Elsewhere it may be told again.
            guard.is_told = gates.is_empty() && exemptions.is_empty();
            context.gates.extend(gates);
            context.exemptions.extend(exemptions);
            let (name, is_hidden) = match home {
                Home::Variable(variable) => {
                    let (name, later) = (&self.variables[*variable], &self.variables[variable + 1..]);
                    (name.clone(), name.is_some() && later.contains(name))
                }
                Home::Temporary(_) | Home::Gone => (None, false),
            };
            let fields = path.iter().filter(|field| *field != ELEMENT);
            let holder = name.map(|name| fields.fold(name, |name, field| format!("{name}.{field}")));
            let is_inside = *wraps > 0 || path.iter().any(|field| field == ELEMENT);
            let (tokens, awaited) = (tokens.clone(), awaited.to_owned());
            crossings.push(Crossing { what: guard.what, holder, is_inside, is_hidden, tokens, context, awaited });
        }
        crossings
    }
}

pub(super) fn member(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => name.unraw().to_string(),
        syn::Member::Unnamed(index) => index.index.to_string(),
    }
}

fn is_constant(pattern: &syn::PatIdent) -> bool {
    let is_plain = pattern.by_ref.is_none() && pattern.mutability.is_none() && pattern.subpat.is_none();
    is_plain && pattern.ident.unraw().to_string().starts_with(char::is_uppercase)
}
