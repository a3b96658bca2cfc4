//! A callback and a coroutine: the coordinator's coroutine fetches, and the entity's callback shows what came.
//!
//! ```text
//! cargo run --bin coordinator_entity
//! ```

use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use onloop::{Coordinator, CoordinatorEntity, Entity, Hub, UpdateFailed};
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;

/// It lives on the loop, which is one thread: no lock is needed.
struct Thermometer {
    coordinator: Coordinator<Reading>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::start(Duration::from_millis(20))?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    Hub::run(async |hub| watch(&hub, client, device.url()).await);
    Ok(())
}

#[onloop::coroutine]
async fn watch(hub: &Hub, client: reqwest::Client, url: String) {
    let update = #[coroutine]
    async move || fetch(&client, &url).await;
    let coordinator = Coordinator::builder(hub, "station", update).update_interval(Duration::from_millis(100)).build();
    let thermometer = Rc::new(Thermometer { coordinator: coordinator.clone() });

    // The first listener starts the interval, and dropping the handle ends it.
    let _listener = thermometer.listen_to_coordinator();
    coordinator.refresh().await;
    tokio::time::sleep(Duration::from_millis(350)).await;
    // What the device pushes takes the same way.
    coordinator.set_updated_data(Reading { temperature_celsius: 40.0, ..Reading::simulated(0) });
}

/// The coroutine: it waits at `.await`, and the loop is free meanwhile.
#[onloop::coroutine]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<Reading, UpdateFailed> {
    Ok(client.get(url).send().await?.error_for_status()?.json().await?)
}

impl Entity for Thermometer {
    #[onloop::callback]
    fn entity_id(&self) -> &'static str {
        "sensor.temperature"
    }

    #[onloop::callback]
    fn state(&self) -> Option<String> {
        self.coordinator.fresh_data().map(|reading| format!("{:.1} °C", reading.temperature_celsius))
    }
}

impl CoordinatorEntity for Thermometer {
    type Data = Reading;

    #[onloop::callback]
    fn coordinator(&self) -> &Coordinator<Reading> {
        &self.coordinator
    }

    /// The callback: it runs from start to end without giving the loop back, so it must be short.
    #[onloop::callback]
    fn handle_coordinator_update(&self) {
        self.write_state();
        let state = Hub::current().states().get(self.entity_id());
        println!("{}: {}", self.entity_id(), state.map_or_else(String::new, |state| state.value.clone()));
    }
}
