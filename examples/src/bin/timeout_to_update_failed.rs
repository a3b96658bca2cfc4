//! A timeout that becomes a failure of the update, in words of the integration's own: which client and which limit
//! stays inside.
//!
//! ```text
//! cargo run --bin timeout_to_update_failed
//! ```

use std::error::Error;
use std::time::Duration;

use onloop::{Coordinator, Hub, UpdateFailed, timeout};
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;

fn main() -> Result<(), Box<dyn Error>> {
    // A measurement takes this device 200 ms.
    let device = Device::start(Duration::from_millis(200))?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    Hub::run(async |hub| {
        for limit in [Duration::from_millis(50), Duration::from_secs(5)] {
            report(&hub, client.clone(), device.url(), limit).await;
        }
    });
    Ok(())
}

#[onloop::coroutine]
async fn report(hub: &Hub, client: reqwest::Client, url: String, limit: Duration) {
    let update = #[coroutine]
    async move || update(&client, &url, limit).await;
    let coordinator = Coordinator::builder(hub, "station", update).build();
    coordinator.refresh().await;
    match (coordinator.fresh_data(), coordinator.last_failure()) {
        (Some(reading), _) => println!("within {limit:?}: {reading}"),
        (None, failure) => println!("within {limit:?}: {}", failure.map_or_else(String::new, |why| why.to_string())),
    }
}

/// The first `?` is for the timeout, the second for the request.
#[onloop::coroutine]
async fn update(client: &reqwest::Client, url: &str, limit: Duration) -> Result<Reading, UpdateFailed> {
    let answer = timeout(limit, fetch(client, url)).await;
    Ok(answer.map_err(|elapsed| UpdateFailed::new(format!("the station is too slow: {elapsed}")))??)
}

/// When the limit is over, this future is dropped at the `.await` where it waits, and the request with it.
#[onloop::coroutine]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<Reading, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.json().await
}
