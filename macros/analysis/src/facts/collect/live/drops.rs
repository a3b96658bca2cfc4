//! Values that may block where they are dropped: the guards are followed, and so are they.

use std::rc::Rc;

use proc_macro2::TokenStream;

use super::{Fallen, Falling, Home, Live, PlaceExpr, Value};
use crate::facts::model::Context;
use crate::types::guards::Guarded;

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
