//! Entities whose state comes from a coordinator.

use std::rc::Rc;

use super::Coordinator;
use crate::job::construct;
use crate::{Entity, Kind, Site, Unsubscribe};

static UPDATED: Site = Site::new("onloop::CoordinatorEntity", Kind::Callback, file!(), line!());

/// An [`Entity`] that shows what a [`Coordinator`] knows.
///
/// [`listen_to_coordinator`][CoordinatorEntity::listen_to_coordinator] begins: the state is written now and whenever
/// the coordinator has news. An entity without good data says so with `None` as its [`state`][Entity::state].
///
/// This is Home Assistant's `CoordinatorEntity`.
///
/// # Examples
///
/// ```
/// use onloop::{Coordinator, CoordinatorEntity, Entity};
///
/// struct Thermometer {
///     coordinator: Coordinator<f64>,
/// }
///
/// impl Entity for Thermometer {
///     fn entity_id(&self) -> &str {
///         "sensor.garden"
///     }
///
///     fn state(&self) -> Option<String> {
///         self.coordinator.fresh_data().map(|celsius| format!("{celsius:.1}"))
///     }
/// }
///
/// impl CoordinatorEntity for Thermometer {
///     type Data = f64;
///
///     fn coordinator(&self) -> &Coordinator<f64> {
///         &self.coordinator
///     }
///
///     // This is what it does unless you write your own.
///     #[onloop::callback]
///     fn handle_coordinator_update(&self) {
///         self.write_state();
///     }
/// }
/// ```
pub trait CoordinatorEntity: Entity + 'static {
    /// What the coordinator knows.
    type Data: 'static;

    /// Whom it listens to.
    fn coordinator(&self) -> &Coordinator<Self::Data>;

    /// The coordinator has new data, or has none any more. A callback: it runs on the loop and never waits.
    fn handle_coordinator_update(&self) {
        self.write_state();
    }

    /// Writes the state, and listens to the coordinator for as long as the handle and the entity exist.
    fn listen_to_coordinator(self: &Rc<Self>) -> Unsubscribe
    where
        Self: Sized,
    {
        let entity = Rc::downgrade(self);
        let listener = construct::callback_0(&UPDATED, move || {
            if let Some(entity) = entity.upgrade() {
                entity.handle_coordinator_update();
            }
        });
        let listens = self.coordinator().add_listener(listener.named(self.entity_id().to_owned()));
        self.write_state();
        listens
    }
}
