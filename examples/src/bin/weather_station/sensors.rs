//! The entities: what each sensor shows of a reading.

use std::rc::Rc;

use onloop::{Attributes, Coordinator, CoordinatorEntity, Entity, Hub};
use onloop_examples::reading::Reading;

/// One value of the station.
pub(crate) struct Sensor {
    coordinator: Coordinator<Reading>,
    entity_id: &'static str,
    unit: &'static str,
    value: fn(&Reading) -> f64,
}

/// The sensors of a station.
#[onloop::callback]
pub(crate) fn of(coordinator: &Coordinator<Reading>) -> [Rc<Sensor>; 3] {
    let sensor = |entity_id, unit, value| Rc::new(Sensor { coordinator: coordinator.clone(), entity_id, unit, value });
    [
        sensor("sensor.temperature", "°C", |reading| reading.temperature_celsius),
        sensor("sensor.humidity", "%", |reading| reading.humidity_percent),
        sensor("sensor.pressure", "hPa", |reading| reading.pressure_hectopascals),
    ]
}

/// The house forgets a sensor.
#[onloop::callback]
pub(crate) fn remove(sensor: &Sensor) {
    Hub::current().states().remove(sensor.entity_id());
}

impl Entity for Sensor {
    #[onloop::callback]
    fn entity_id(&self) -> &str {
        self.entity_id
    }

    /// Without an answer of the station there is nothing to tell: unavailable.
    #[onloop::callback]
    fn state(&self) -> Option<String> {
        self.coordinator.fresh_data().map(|reading| format!("{:.1}", (self.value)(&reading)))
    }

    #[onloop::callback]
    fn attributes(&self) -> Attributes {
        [("unit".into(), self.unit.to_owned())].into()
    }
}

impl CoordinatorEntity for Sensor {
    type Data = Reading;

    #[onloop::callback]
    fn coordinator(&self) -> &Coordinator<Reading> {
        &self.coordinator
    }

    /// Runs for each reading, and when there is none any more.
    #[onloop::callback]
    fn handle_coordinator_update(&self) {
        self.write_state();
    }
}
