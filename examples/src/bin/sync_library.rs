//! A sync library in the executor: the function that waits is marked `#[onloop::blocking]`, and the hub runs it on
//! a thread. Its arguments go in through the closure, its result comes back through `.await`.
//!
//! ```text
//! cargo run --bin sync_library
//! ```

use std::error::Error;
use std::time::Duration;

use onloop::Hub;
use onloop_examples::device::Device;
use onloop_examples::reading::Reading;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::start(Duration::from_millis(20))?;
    Hub::run(async |hub| report(&hub, device.url()).await)?;
    Ok(())
}

#[onloop::coroutine]
async fn report(hub: &Hub, url: String) -> Result<(), ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();

    // Called here, as `average_temperature(&agent, &url, 4)`, it would be a compile error: it waits.
    //
    // The closure takes its arguments along to the thread, hence `move`.
    let job = hub.add_executor_job(move || average_temperature(&agent, &url, 4));
    println!("the job has been queued, the loop is free");

    let average = job.await?;
    println!("the average of four readings is {average:.1} °C");
    Ok(())
}

/// Written as if there were no loop: one request after the other, each waited for.
#[onloop::blocking]
fn average_temperature(agent: &ureq::Agent, url: &str, readings: u32) -> Result<f64, ureq::Error> {
    let mut sum = 0.0;
    for _ in 0..readings {
        let reading: Reading = agent.get(url).call()?.body_mut().read_json()?;
        sum += reading.temperature_celsius;
    }
    Ok(sum / f64::from(readings))
}
