//! An async library on the loop: nothing special to do. The coroutine waits at `.await`, and whatever else is due
//! on the loop gets its turn meanwhile.
//!
//! ```text
//! cargo run --bin async_library
//! ```

use std::error::Error;
use std::time::Duration;

use onloop::Hub;
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;

fn main() -> Result<(), Box<dyn Error>> {
    // Two devices, each an HTTP server with a thread of its own. The second takes five times as long to answer.
    let garden = Device::start(Duration::from_millis(20))?;
    let cellar = Device::start(Duration::from_millis(100))?;

    // `run` makes a loop on this thread, and stops it when the coroutine has ended.
    Hub::run(async |_hub| ask_both(garden.url(), cellar.url()).await)?;
    Ok(())
}

#[onloop::coroutine]
async fn ask_both(garden: String, cellar: String) -> Result<(), reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    // Both requests are under way at once, on one thread: while one waits, the loop serves the other.
    tokio::try_join!(ask(&client, "garden", garden), ask(&client, "cellar", cellar))?;
    Ok(())
}

#[onloop::coroutine]
async fn ask(client: &reqwest::Client, place: &str, url: String) -> Result<(), reqwest::Error> {
    println!("{place}: asked");
    let reading: Reading = client.get(url).send().await?.error_for_status()?.json().await?;
    println!("{place}: {reading}");
    Ok(())
}
