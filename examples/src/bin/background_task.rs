//! A background task: it keeps the latest reading fresh for as long as the hub runs. Nobody waits for it, and when
//! the hub stops, it is the first to go.
//!
//! ```text
//! cargo run --bin background_task
//! ```

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use onloop::Hub;
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;
use tokio::time::sleep;

/// What the background task writes and everybody reads.
type Latest = Rc<Cell<Option<Reading>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::start(Duration::from_millis(20))?;
    let client = reqwest::Client::builder().no_proxy().build()?;

    Hub::run(async |hub| {
        let latest = Latest::default();
        // The name is for the log. The handle may be dropped: the hub keeps track of the task.
        hub.create_background_task("refresh", refresh(client, device.url(), Rc::clone(&latest)));
        display(&latest).await;
    });
    println!("the hub has stopped");
    Ok(())
}

/// Has no end of its own. When the hub stops, the future is dropped at the `.await` where it waits, and what it
/// holds is dropped with it.
#[onloop::coroutine]
async fn refresh(client: reqwest::Client, url: String, latest: Latest) {
    let _farewell = Farewell;
    loop {
        match ask(&client, &url).await {
            Ok(reading) => latest.set(Some(reading)),
            // It goes on trying: the station may come back.
            Err(error) => eprintln!("refresh: {error}"),
        }
        sleep(Duration::from_millis(100)).await;
    }
}

#[onloop::coroutine]
async fn ask(client: &reqwest::Client, url: &str) -> Result<Reading, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.json().await
}

/// The foreground: it looks when it likes, and never waits for the device.
#[onloop::coroutine]
async fn display(latest: &Latest) {
    for _ in 0..4 {
        match latest.get() {
            Some(reading) => println!("display: {reading}"),
            None => println!("display: nothing yet"),
        }
        sleep(Duration::from_millis(150)).await;
    }
}

/// Cleans up, on the loop, when the task ends or is cancelled.
struct Farewell;

impl Drop for Farewell {
    fn drop(&mut self) {
        println!("refresh: cancelled");
    }
}
