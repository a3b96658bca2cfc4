//! The known states of entities.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use crate::Context;

/// A change of an entity's state. `None` is an entity that is not known.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StateChanged {
    /// Whose state it is.
    pub entity_id: Arc<str>,
    /// What was known before; `None` for an entity that is new.
    pub old: Option<Arc<State>>,
    /// What is known now; `None` for one that was removed.
    pub new: Option<Arc<State>>,
}

/// More about a state, by names.
pub type Attributes = BTreeMap<Cow<'static, str>, String>;

/// The state of an entity at one time. It never changes: a change is a new state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// The state itself: `on`, `21.5`, `unavailable`.
    pub value: String,
    /// More about it.
    pub attributes: Attributes,
    /// Since when `value` is what it is, on the loop's clock.
    pub last_changed: Instant,
    /// Since when value and attributes are what they are.
    pub last_updated: Instant,
    /// What the change belongs to; the event bears the same.
    pub context: Context,
}

/// What a hub keeps of its states.
#[derive(Default)]
pub(crate) struct StateTable(pub(super) RefCell<BTreeMap<Arc<str>, Arc<State>>>);

impl StateTable {
    /// Puts a state in place; nothing if it is the one that was there.
    pub(super) fn set(
        &self,
        entity_id: &str,
        value: String,
        attributes: Attributes,
        context: Context,
    ) -> Option<StateChanged> {
        let now = Instant::now();
        let mut table = self.0.borrow_mut();
        let known = table.get_key_value(entity_id);
        let old = known.map(|(_, state)| Arc::clone(state));
        let last_changed = match &old {
            Some(old) if old.value == value && old.attributes == attributes => return None,
            Some(old) if old.value == value => old.last_changed,
            _ => now,
        };
        let entity_id = known.map_or_else(|| entity_id.into(), |(entity_id, _)| Arc::clone(entity_id));
        let new = Arc::new(State { value, attributes, last_changed, last_updated: now, context });
        table.insert(Arc::clone(&entity_id), Arc::clone(&new));
        Some(StateChanged { entity_id, old, new: Some(new) })
    }
}
