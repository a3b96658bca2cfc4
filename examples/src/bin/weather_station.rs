//! A complete integration: it polls a weather station over HTTP, and stops cleanly.
//!
//! It polls twice over, to show both ways at work on one loop:
//!
//! - with an async client (`reqwest`): the coroutine waits at `.await`, and the loop goes on meanwhile;
//! - with a blocking client (`ureq`): the function waits where it stands, so it runs in the executor, and the
//!   coroutine waits at `.await` for the thread.
//!
//! ```text
//! cargo run --bin weather_station
//! cargo run --bin weather_station -- --device http://192.0.2.7/reading --polls 20 --interval 2
//! ```

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser as _;
use onloop::{Hub, timeout};
use onloop_examples::arguments::{Address, Arguments};
use onloop_examples::device::Device;
use onloop_examples::failure::{Cause, Failure};
use onloop_examples::reading::Reading;
use onloop_examples::summary::{Answer, Summary, Way};
use tokio::time::{MissedTickBehavior, interval};

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    if let Some(address) = arguments.device() {
        println!("Weather station at {address}");
        return poll_station(address, arguments);
    }
    // Switched off when this function returns.
    let device = Device::start(Duration::from_millis(20))
        .map_err(|why| format!("the simulated weather station cannot start: {why}; name a real one with `--device`"))?;
    println!("Weather station at {}, simulated: an HTTP server on a thread of its own", device.url());
    poll_station(Address::parse(&device.url())?, arguments)
}

/// Runs before there is a loop and after it, so it may wait.
fn poll_station(address: Address, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    println!("{} polls each way, one every {:?}; Ctrl-C stops\n", arguments.polls, arguments.interval);
    let station = Station::new(address, arguments)?;
    let end = Hub::builder().name("weather").try_run(async |hub| watch(&hub, &station).await)??;
    println!("\n{}\n{end}", station.summary.into_inner());
    Ok(())
}

/// How a run ends well.
#[derive(Debug, Clone, Copy)]
enum End {
    AllPolled,
    Interrupted,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AllPolled => "All polls answered; the hub has stopped.",
            Self::Interrupted => "Interrupted by Ctrl-C; the hub has stopped.",
        })
    }
}

/// The integration: what it knows of its device, and the two clients.
struct Station {
    address: Address,
    polls: u32,
    interval: Duration,
    limit: Duration,
    async_client: reqwest::Client,
    blocking_client: ureq::Agent,
    /// The loop is one thread, so what only the loop touches needs a `RefCell` and no lock.
    summary: RefCell<Summary>,
}

/// Polls both ways at once, until all polls are answered, one fails, or somebody presses Ctrl-C.
///
/// What is still going on then is dropped, and the hub waits for the executor's threads before it has stopped.
#[onloop::coroutine]
async fn watch(hub: &Hub, station: &Station) -> Result<End, Failure> {
    tokio::select! {
        polled = async { tokio::try_join!(station.poll(hub, Way::AsyncClient), station.poll(hub, Way::Executor)) } => {
            polled.map(|_| End::AllPolled)
        }
        Ok(()) = tokio::signal::ctrl_c() => Ok(End::Interrupted),
    }
}

impl Station {
    fn new(address: Address, arguments: &Arguments) -> Result<Self, Box<dyn Error>> {
        // Neither client goes through the proxy that the environment may name: the device is on this network.
        let async_client = reqwest::Client::builder().no_proxy().build()?;
        // A thread cannot be interrupted. The limit on the `.await` lets the loop go on; this one ends the thread.
        let settings = ureq::Agent::config_builder().proxy(None).timeout_global(Some(arguments.timeout));
        Ok(Self {
            address,
            polls: arguments.polls,
            interval: arguments.interval,
            limit: arguments.timeout,
            async_client,
            blocking_client: settings.build().into(),
            summary: RefCell::default(),
        })
    }

    /// Asks at every tick and hands each answer to the callback.
    #[onloop::coroutine]
    async fn poll(&self, hub: &Hub, way: Way) -> Result<(), Failure> {
        let mut ticks = interval(self.interval);
        // A slow answer puts the next poll off; polls do not pile up.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for poll in 1..=self.polls {
            ticks.tick().await;
            let asked = Instant::now();
            let answer = match way {
                Way::AsyncClient => self.ask_on_the_loop().await,
                Way::Executor => self.ask_in_the_executor(hub).await,
            };
            let answer = answer.map_err(|cause| Failure { cause, address: self.address.clone(), way, poll })?;
            self.on_answer(way, poll, &answer, asked.elapsed());
        }
        Ok(())
    }

    /// The async way: request and limit are futures, and the loop is free while they wait.
    #[onloop::coroutine]
    async fn ask_on_the_loop(&self) -> Result<Answer, Cause> {
        let reading = timeout(self.limit, fetch(&self.async_client, &self.address)).await??;
        Ok(Answer { reading, held_by: onloop::current_site() })
    }

    /// The blocking way: the function goes to a thread with all that it needs, and the future of its result comes
    /// back.
    #[onloop::coroutine]
    async fn ask_in_the_executor(&self, hub: &Hub) -> Result<Answer, Cause> {
        let (client, address, limit) = (self.blocking_client.clone(), self.address.clone(), self.limit);
        timeout(limit, hub.add_executor_job(move || fetch_blocking(&client, &address, limit))).await?
    }

    /// Called for each answer, on the loop: it notes and prints, and never waits.
    #[onloop::callback]
    fn on_answer(&self, way: Way, poll: u32, answer: &Answer, took: Duration) {
        self.summary.borrow_mut().tally(way).add(answer, took);
        println!("{poll:>3}/{}  {way:<12}  {}  in {:>3} ms", self.polls, answer.reading, took.as_millis());
    }
}

#[onloop::coroutine]
async fn fetch(client: &reqwest::Client, address: &Address) -> Result<Reading, reqwest::Error> {
    client.get(address.url().clone()).send().await?.error_for_status()?.json().await
}

/// It waits for the network where it stands. Called on the loop it would be a compile error.
#[onloop::blocking]
fn fetch_blocking(client: &ureq::Agent, address: &Address, limit: Duration) -> Result<Answer, Cause> {
    let ask = || client.get(address.url().as_str()).call()?.body_mut().read_json();
    let reading = ask().map_err(|error| Cause::from((error, limit)))?;
    Ok(Answer { reading, held_by: onloop::current_site() })
}
