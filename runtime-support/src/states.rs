//! The current state of each entity, and who is notified when it changes.

mod table;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::{Context, EventType, Hub};

pub(crate) use self::table::StateTable;
pub use self::table::{Attributes, State, StateChanged};

/// Fired by [`StateMachine::set`] and [`StateMachine::remove`] when something is different from before.
pub const STATE_CHANGED: EventType<StateChanged> = EventType::new("state_changed");

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
