//! A timeout that callers see as an error of the integration's own: what is inside, which client and which limit,
//! stays inside.
//!
//! ```text
//! cargo run --bin timeout_to_own_error
//! ```

use std::error::Error;
use std::time::Duration;

use onloop::{Hub, timeout};
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;

/// All that callers have to know.
#[derive(Debug, thiserror::Error)]
enum UpdateFailed {
    /// `#[from]` makes `?` turn the error of [`timeout`] into this one.
    #[error("the station is too slow: {0}")]
    TooSlow(#[from] onloop::Elapsed),
    #[error("the station cannot be asked: {0}")]
    Request(#[from] reqwest::Error),
}

fn main() -> Result<(), Box<dyn Error>> {
    // A measurement takes this device 200 ms.
    let device = Device::start(Duration::from_millis(200))?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = device.url();

    Hub::run(async |_hub| {
        for limit in [Duration::from_millis(50), Duration::from_secs(5)] {
            match update(&client, &url, limit).await {
                Ok(reading) => println!("within {limit:?}: {reading}"),
                Err(error) => println!("within {limit:?}: update failed, {error}"),
            }
        }
    });
    Ok(())
}

/// The first `?` is for the timeout, the second for the request.
#[onloop::coroutine]
async fn update(client: &reqwest::Client, url: &str, limit: Duration) -> Result<Reading, UpdateFailed> {
    Ok(timeout(limit, ask(client, url)).await??)
}

/// When the limit is over, this future is dropped at the `.await` where it waits, and the request with it.
#[onloop::coroutine]
async fn ask(client: &reqwest::Client, url: &str) -> Result<Reading, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.json().await
}
