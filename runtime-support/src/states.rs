//! The current state of each entity, and who is notified when it changes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use crate::{Context, EventType, Hub};

/// Fired by [`StateMachine::set`] and [`StateMachine::remove`] when something is different from before.
pub const STATE_CHANGED: EventType<StateChanged> = EventType::new("state_changed");

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

/// The states of all entities of a hub, given by [`Hub::states`].
///
/// # Examples
///
/// ```
/// use onloop::Hub;
///
/// Hub::run(async |hub| {
///     let states = hub.states();
///     states.set("sensor.garden", "21.5", [("unit", "°C")]);
///     assert_eq!(states.get("sensor.garden").expect("it was set").value, "21.5");
/// });
/// ```
#[derive(Clone)]
pub struct StateMachine {
    hub: Hub,
}

/// What a hub keeps of its states.
#[derive(Default)]
pub(crate) struct StateTable(RefCell<BTreeMap<Arc<str>, Arc<State>>>);

impl Hub {
    /// The states of the hub's entities.
    #[must_use]
    pub fn states(&self) -> StateMachine {
        StateMachine { hub: self.clone() }
    }
}

impl StateMachine {
    /// Makes this the state of an entity, and fires [`STATE_CHANGED`] if it differs from what was known.
    ///
    /// The same value with the same attributes changes nothing, and nothing is fired. The same value with other
    /// attributes is a change that leaves `last_changed` as it was. The new state is in place before the listeners are
    /// called. A state without attributes has [`Attributes::new()`]: for `[]` the compiler cannot infer the type.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::{Attributes, Hub};
    /// # Hub::run(async |hub| {
    /// hub.states().set("sensor.garden", "21.5", [("unit", "°C")]);
    /// hub.states().set("switch.pump", "on", Attributes::new());
    /// # });
    /// ```
    pub fn set<N, V>(&self, entity_id: &str, value: impl Into<String>, attributes: impl IntoIterator<Item = (N, V)>)
    where
        N: Into<Cow<'static, str>>,
        V: Into<String>,
    {
        let attributes = attributes.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.set_in(entity_id, value.into(), attributes, Context::new());
    }

    /// Makes this the state of an entity, as [`set`][StateMachine::set], with a context that the change belongs to.
    pub fn set_in(&self, entity_id: &str, value: String, attributes: Attributes, context: Context) {
        let change = self.hub.state_table().set(entity_id, value, attributes, context);
        if let Some(change) = change {
            self.hub.bus().fire_in(&STATE_CHANGED, change, context);
        }
    }

    /// Forgets an entity, and fires [`STATE_CHANGED`]. Returns its last state; if there was none, nothing is fired.
    #[allow(clippy::must_use_candidate, reason = "it is called for what it does")]
    pub fn remove(&self, entity_id: &str) -> Option<Arc<State>> {
        let (entity_id, old) = self.hub.state_table().0.borrow_mut().remove_entry(entity_id)?;
        let change = StateChanged { entity_id, old: Some(Arc::clone(&old)), new: None };
        self.hub.bus().fire(&STATE_CHANGED, change);
        Some(old)
    }

    /// The state of an entity, if it is known.
    #[must_use]
    pub fn get(&self, entity_id: &str) -> Option<Arc<State>> {
        self.hub.state_table().0.borrow().get(entity_id).cloned()
    }

    /// All entities, by id, in the order of their ids, as they are now.
    #[must_use]
    pub fn all(&self) -> Vec<(Arc<str>, Arc<State>)> {
        let table = self.hub.state_table().0.borrow();
        table.iter().map(|(entity_id, state)| (Arc::clone(entity_id), Arc::clone(state))).collect()
    }
}

impl StateTable {
    /// Puts a state in place; nothing if it is the one that was there.
    fn set(&self, entity_id: &str, value: String, attributes: Attributes, context: Context) -> Option<StateChanged> {
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

impl fmt::Debug for StateMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateMachine").field("hub", &self.hub).finish()
    }
}

/// Something that has a state: a sensor, a lamp.
///
/// Implement its id and its state, and call [`write_state`][Entity::write_state] when the state may have changed: in
/// the callback that a coordinator calls for new data, or in the listener that gets a push.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use onloop::{Entity, Hub};
///
/// struct Thermometer {
///     celsius: Cell<Option<f64>>,
/// }
///
/// impl Entity for Thermometer {
///     fn entity_id(&self) -> &str {
///         "sensor.garden"
///     }
///
///     fn state(&self) -> Option<String> {
///         self.celsius.get().map(|celsius| format!("{celsius:.1}"))
///     }
/// }
///
/// impl Thermometer {
///     #[onloop::callback]
///     fn handle_coordinator_update(&self, celsius: Option<f64>) {
///         self.celsius.set(celsius);
///         self.write_state();
///     }
/// }
///
/// Hub::run(async |hub| {
///     let thermometer = Thermometer { celsius: Cell::new(None) };
///     thermometer.handle_coordinator_update(Some(21.52));
///     assert_eq!(hub.states().get("sensor.garden").expect("it was written").value, "21.5");
///     thermometer.handle_coordinator_update(None);
///     assert_eq!(hub.states().get("sensor.garden").expect("it was written").value, "unavailable");
/// });
/// ```
pub trait Entity {
    /// Its id, the same at all times.
    fn entity_id(&self) -> &str;

    /// Its current state; `None` if it is not known, which is written as `unavailable`, without attributes.
    fn state(&self) -> Option<String>;

    /// More about it.
    fn attributes(&self) -> Attributes {
        Attributes::new()
    }

    /// Writes its state into the hub's [`StateMachine`].
    ///
    /// # Panics
    ///
    /// Off the loop, as [`Hub::current`].
    fn write_state(&self) {
        let (value, attributes) = match self.state() {
            Some(value) => (value, self.attributes()),
            None => (UNAVAILABLE.to_owned(), Attributes::new()),
        };
        Hub::current().states().set_in(self.entity_id(), value, attributes, Context::new());
    }
}

/// The state of an [`Entity`] whose state is not known.
pub const UNAVAILABLE: &str = "unavailable";
