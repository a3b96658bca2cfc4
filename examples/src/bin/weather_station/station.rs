//! The entry: what is set up for one station, and how it is asked.

use std::rc::Rc;
use std::time::Duration;

use onloop::{Coordinator, CoordinatorEntity as _, Entry, Hub, SetupFailed, UpdateFailed, timeout};
use onloop_examples::arguments::{Address, Arguments};
use onloop_examples::failure::{Cause, Failure};
use onloop_examples::reading::Reading;

use crate::{sensors, wind};

/// The data of the entry.
pub(crate) struct Station {
    pub(crate) coordinator: Coordinator<Reading>,
}

/// How to reach the station.
struct Client {
    http: reqwest::Client,
    address: Address,
    limit: Duration,
}

/// Describes the entry. It may be set up many times.
#[onloop::callback]
pub(crate) fn entry(hub: &Hub, address: Address, arguments: &Arguments) -> Entry<Station> {
    let (limit, interval) = (arguments.timeout, arguments.interval);
    let set_up = #[coroutine]
    async move |entry: &Entry<Station>| set_up(entry, address.clone(), limit, interval).await;
    Entry::new(hub, "weather station", set_up)
}

/// What it begins it gives to the entry, which undoes it at the unload, or if a later line fails.
#[onloop::coroutine]
async fn set_up(
    entry: &Entry<Station>,
    address: Address,
    limit: Duration,
    interval: Duration,
) -> Result<Station, SetupFailed> {
    // The proxy that the environment may name is not asked: the station is on this network.
    let client = Rc::new(Client { http: reqwest::Client::builder().no_proxy().build()?, address, limit });
    let update = #[coroutine]
    async move || client.update().await;
    let coordinator =
        Coordinator::builder(entry.hub(), "weather station", update).entry(entry).update_interval(interval).build();
    // Nobody answers: not ready. The entry tries again later.
    coordinator.first_refresh().await?;

    for sensor in sensors::of(&coordinator) {
        entry.on_unload(sensor.listen_to_coordinator());
        let removes = #[callback]
        move || sensors::remove(&sensor);
        entry.on_unload(removes);
    }
    wind::listen(entry)?;
    Ok(Station { coordinator })
}

impl Client {
    /// The station has the time it is given; what goes wrong is told in the words of the integration.
    #[onloop::coroutine]
    async fn update(&self) -> Result<Reading, UpdateFailed> {
        self.ask().await.map_err(|cause| {
            let is_permanent = cause.is_permanent();
            let failed = UpdateFailed::new(Failure { cause, address: self.address.clone() });
            if is_permanent { failed.permanent() } else { failed }
        })
    }

    #[onloop::coroutine]
    async fn ask(&self) -> Result<Reading, Cause> {
        Ok(timeout(self.limit, self.fetch()).await??)
    }

    #[onloop::coroutine]
    async fn fetch(&self) -> Result<Reading, reqwest::Error> {
        self.http.get(self.address.url().clone()).send().await?.error_for_status()?.json().await
    }
}
