//! Values that may block where they are dropped: the guards are followed, and so are they.

use std::rc::Rc;

use proc_macro2::TokenStream;

use super::{Fallen, Falling, Guard, Home, Live, PlaceExpr, Value};
use crate::facts::model::Context;
use crate::types::drops::Destructor;
use crate::types::guards::Guarded;
use crate::types::ty::Type;

impl Live {
    /// A value that may block where it is dropped.
    pub(in crate::facts::collect) fn take_up_falling(
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
    pub(in crate::facts::collect) fn drop_value(&mut self, value: &Value, tokens: &TokenStream, context: &Context) {
        for &index in &value.owned {
            let guard = &self.guards[index];
            if let Some(falling) = guard.drops.clone().filter(|_| guard.state.is_alive()) {
                let (tokens, context) = (tokens.clone(), context.clone());
                self.fallen.push(Fallen { falling, at_end: false, tokens, context });
            }
        }
    }

    /// Whether a place holds a value that may block where it is dropped.
    pub(in crate::facts::collect) fn is_falling(&self, place_expr: &PlaceExpr) -> bool {
        self.at(place_expr).iter().any(|&index| self.guards[index].drops.is_some())
    }

    /// Whether a place is in such a value.
    pub(in crate::facts::collect) fn is_part_of_falling(&self, place_expr: &PlaceExpr) -> bool {
        self.guards.iter().any(|Guard { drops, state, .. }| {
            let is_around = state.path.len() < place_expr.path.len() && place_expr.path.starts_with(&state.path);
            drops.is_some() && state.home == Home::Variable(place_expr.variable) && is_around
        })
    }

    /// The type of such a value that is at a place.
    pub(in crate::facts::collect) fn type_of_falling(&self, place_expr: &PlaceExpr) -> Option<Type> {
        self.type_of(&Value { owned: self.at(place_expr), borrowed: Vec::new() })
    }

    /// The same of a value, if it is one and not a part of something.
    pub(in crate::facts::collect) fn type_of(&self, value: &Value) -> Option<Type> {
        let [index] = value.owned[..] else { return None };
        let Guard { drops, state, .. } = &self.guards[index];
        let mut is = drops.as_ref().filter(|_| state.path.is_empty() && state.is_alive())?.is.clone();
        // Of what was around it some may be gone by now.
        while wraps_of(&is) > state.wraps {
            is = is.unwrapped();
        }
        Some(is)
    }

    /// What blocks where it is dropped, and the rest.
    pub(in crate::facts::collect) fn part_falling(&self, value: &Value) -> (Value, Value) {
        let (falling, owned) = value.owned.iter().partition(|&&index| self.guards[index].drops.is_some());
        (Value { owned: falling, borrowed: Vec::new() }, Value { owned, borrowed: value.borrowed.clone() })
    }

    /// Whatever a variable holds is dropped on this way, which ends here.
    pub(in crate::facts::collect) fn fall_on_return(&mut self) {
        for guard in &mut self.guards {
            if let (Some(falling), Home::Variable(_), true, false) =
                (&guard.drops, guard.state.home, guard.state.is_alive(), guard.is_told)
            {
                guard.is_told = true;
                let (tokens, context) = (guard.state.tokens.clone(), guard.state.context.clone());
                self.fallen.push(Fallen { falling: falling.clone(), at_end: true, tokens, context });
            }
        }
    }

    /// What runs where the values at a place are dropped.
    pub(in crate::facts::collect) fn destructors_at(&self, place_expr: &PlaceExpr) -> Vec<Destructor> {
        let all = self.at(place_expr).into_iter().filter_map(|index| self.guards[index].drops.as_ref());
        all.flat_map(|falling| falling.destructors.clone()).collect()
    }

    /// Nothing that is alive is dropped on this way: it does not end.
    pub(in crate::facts::collect) fn never_falls(&mut self) {
        for guard in self.guards.iter_mut().filter(|guard| guard.drops.is_some()) {
            guard.state.home = Home::Gone;
        }
    }

    /// Several share a value from here on: who drops it is not known.
    pub(in crate::facts::collect) fn shared(&mut self, value: Value) -> Value {
        let (falling, owned): (Vec<_>, Vec<_>) =
            value.owned.into_iter().partition(|&index| self.guards[index].drops.is_some());
        self.consume(&Value { owned: falling, borrowed: Vec::new() });
        Value { owned, borrowed: value.borrowed }
    }

    /// Lets go of the values at a place that block where they are dropped.
    pub(in crate::facts::collect) fn let_go(&mut self, place_expr: &PlaceExpr) {
        for index in self.at(place_expr) {
            if self.guards[index].drops.is_some() {
                self.guards[index].state.home = Home::Gone;
            }
        }
    }
}

/// In how many `Option`s and `Result`s it is.
fn wraps_of(is: &Type) -> usize {
    let inner = is.unwrapped();
    if inner == *is { 0 } else { 1 + wraps_of(&inner) }
}
