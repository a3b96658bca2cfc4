//! The locks that are held at a point of the body.

use super::{Guard, Home, Live, Value};
use crate::facts::locks::{Held, HeldAround, LockPlace, Under};
use crate::types::locks::Mode;

impl Live {
    /// The guards of a value hold a lock.
    pub(in crate::facts::collect) fn hold(&mut self, value: &Value, held: &Held) {
        for &index in &value.owned {
            self.guards[index].held = Some(held.clone());
        }
    }

    /// The guards of a value let others read from here on.
    pub(in crate::facts::collect) fn share(&mut self, value: &Value) {
        for &index in &value.owned {
            if let Some(held) = &mut self.guards[index].held {
                held.mode = Mode::Shared;
            }
        }
    }

    /// The locks that are held here for certain.
    pub(in crate::facts::collect) fn held(&self) -> Vec<Held> {
        self.held_by(|_| true)
    }

    /// Those of them that are held to the end of a statement, or longer by the code around.
    pub(in crate::facts::collect) fn held_by_temporaries(&self) -> Vec<Held> {
        self.held_by(|home| matches!(home, Home::Temporary(_)))
    }

    fn held_by(&self, holds: impl Fn(Home) -> bool) -> Vec<Held> {
        let guards = self.guards.iter().filter(|guard| guard.state.is_alive() && holds(guard.state.home));
        let held = guards.filter_map(|guard| guard.held.clone().filter(|held| held.is_sure || guard.state.wraps == 0));
        held.chain(self.around.held.iter().cloned()).collect()
    }

    /// The locks that the closure of `map` holds on what the value is in, if anything is in it.
    pub(in crate::facts::collect) fn held_in(&self, value: &Value) -> Vec<Held> {
        let is_in = |guard: &Guard| guard.state.is_alive() && guard.state.wraps == 1 && guard.state.path.is_empty();
        value
            .owned
            .iter()
            .map(|&index| &self.guards[index])
            .filter(|guard| is_in(guard))
            .filter_map(|guard| guard.held.clone())
            .collect()
    }

    /// The lock that a value holds which is a guard itself.
    pub(in crate::facts::collect) fn held_itself(&self, value: &Value) -> Option<Held> {
        let [index] = value.owned[..] else { return None };
        let Guard { state, held, .. } = &self.guards[index];
        held.clone().filter(|_| state.is_alive() && state.wraps == 0 && state.path.is_empty())
    }

    /// The functions that run the closure around.
    pub(in crate::facts::collect) fn under(&self) -> Vec<Under> {
        self.around.under.clone()
    }

    /// Whether a lock is held, or may be by those who run the closure around.
    pub(in crate::facts::collect) fn holds_locks(&self) -> bool {
        !self.around.under.is_empty() || !self.held().is_empty()
    }

    /// Whether it depends on functions of the crate which locks are held.
    pub(in crate::facts::collect) fn depends_on_calls(&self) -> bool {
        !self.around.under.is_empty() || self.held().iter().any(|held| held.giver.is_some())
    }

    /// What is alive in the body of a closure that is run here.
    pub(in crate::facts::collect) fn inside_of(around: HeldAround) -> Live {
        Live { around, ..Live::default() }
    }

    /// What holds a lock that is about to be taken.
    pub(in crate::facts::collect) fn clash(&self, place: &LockPlace, mode: Mode) -> Option<Held> {
        self.held().into_iter().find(|held| held.place == *place && !held.mode.lets(mode))
    }
}
