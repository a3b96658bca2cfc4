//! A whole integration: a weather station that is polled over HTTP, and a wind gauge that reports by itself.
//!
//! It sets its entry up, and tries again while the station is still down; a coordinator polls the station for three
//! sensors; the wind gauge is a plain thread that reaches the loop through a `Remote`; a listener on the bus shows each
//! state that changes. In the end, on Ctrl-C or after so many readings, the entry is unloaded and the hub stops.
//!
//! ```text
//! cargo run --bin weather_station
//! cargo run --bin weather_station -- --device http://192.0.2.7/reading --readings 20 --interval 2
//! cargo run --features trace --bin weather_station -- --trace trace.json --flame flame.svg
//! ```

mod sensors;
mod station;
mod wind;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::Parser as _;
use onloop::{Coordinator, Entry, EntryState, Event, Hub, STATE_CHANGED, StateChanged};
use onloop_examples::arguments::{Address, Arguments};
use onloop_examples::device::Device;
use onloop_examples::display::{Display, Row};
use onloop_examples::reading::Reading;
use onloop_examples::recording::Recording;
use tokio::sync::Notify;

use crate::station::Station;

/// How many readings there are where nobody can press Ctrl-C.
const READINGS_UNSEEN: u32 = 5;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs before there is a loop and after it, so it may wait.
fn run(arguments: &Arguments) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (recording, recorders) = Recording::start(arguments.trace.as_deref(), arguments.flame.as_deref())?;
    // Switched off when this function returns.
    let (address, _device) = if let Some(address) = arguments.device() {
        (address, None)
    } else {
        let device = Device::start_slowly(Duration::from_millis(20), Duration::from_millis(300)).map_err(|why| {
            format!("the simulated weather station cannot start: {why}; name a real one with `--device`")
        })?;
        (Address::parse(&device.url())?, Some(device))
    };
    let display = Display::start(recorders);
    let readings = arguments.readings.or_else(|| (!display.is_live()).then_some(READINGS_UNSEEN));
    let display = Rc::new(RefCell::new(display));
    display.borrow_mut().say(&format!("Weather station at {address}; Ctrl-C stops"));
    let own = Rc::clone(&display);
    let mut hub = Hub::builder().name("weather");
    if recording.is_wanted() {
        // Each run of a function is a span, which the recorders take.
        hub = hub.watch(onloop::watch().spans(true));
    }
    let end = hub.try_run(async |hub| watch(&hub, address, arguments.clone(), readings, own).await);
    display.borrow_mut().refresh();
    let recorded = recording.finish();
    let end = end??;
    display.borrow_mut().say(&end.to_string());
    Ok(recorded?)
}

/// How a run ends well.
#[derive(Debug, Clone, Copy)]
enum End {
    AllRead,
    Interrupted,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AllRead => "All readings taken; the hub has stopped.",
            Self::Interrupted => "Interrupted by Ctrl-C; the hub has stopped.",
        })
    }
}

/// Sets up, shows what comes, and unloads.
#[onloop::coroutine]
async fn watch(
    hub: &Hub,
    address: Address,
    arguments: Arguments,
    readings: Option<u32>,
    display: Rc<RefCell<Display>>,
) -> Result<End, Box<dyn Error + Send + Sync>> {
    let own = Rc::clone(&display);
    let shows = #[callback]
    move |event: &Event<StateChanged>| show(&mut own.borrow_mut(), &event.data);
    hub.bus().listen(&STATE_CHANGED, shows).detach();
    let refreshes = #[callback]
    move || display.borrow_mut().refresh();
    hub.track_time_interval(Duration::from_millis(200), refreshes).detach();

    let over = Rc::new(Notify::new());
    let entry = station::entry(hub, address, &arguments);
    // What concerns the program and not the integration is told by the entry's states.
    let (own, tells) = (entry.clone(), Rc::clone(&over));
    let left = Rc::new(Cell::new(readings));
    let on_state = #[callback]
    move |state: &EntryState| on_entry_state(*state, &own, &left, &tells);
    let listener = entry.on_state_change(on_state);

    // It has begun to listen for the signal when this returns.
    let interrupted = hub.create_background_task("Ctrl-C", tokio::signal::ctrl_c());
    let end = tokio::select! {
        all_read = run_to_the_end(hub, &entry, &over) => all_read?,
        Ok(interrupted) = interrupted => { interrupted?; End::Interrupted }
    };
    listener.unsubscribe();
    // Refused while a set-up is under way, which the stop of the hub cancels.
    let _ = entry.unload().await;
    Ok(end)
}

#[onloop::coroutine]
async fn run_to_the_end(hub: &Hub, entry: &Entry<Station>, over: &Notify) -> Result<End, Box<dyn Error + Send + Sync>> {
    entry.setup().await?;
    // The rest of the house takes half a second to set up; then the hub has started, and what was not ready is tried
    // again at once.
    hub.create_task_named("the rest of the house", tokio::time::sleep(Duration::from_millis(500)));
    hub.start().await;
    over.notified().await;
    match entry.state() {
        EntryState::SetupError => Err(entry.reason().unwrap_or_default().into()),
        _ => Ok(End::AllRead),
    }
}

/// Counts readings once there is a station, and gives up where trying again is no use.
#[onloop::callback]
fn on_entry_state(state: EntryState, entry: &Entry<Station>, left: &Rc<Cell<Option<u32>>>, over: &Rc<Notify>) {
    match state {
        EntryState::SetupError => over.notify_one(),
        EntryState::Loaded => {
            let Some(station) = entry.data() else { return };
            // The set-up has taken the first one.
            count(&station.coordinator, left, over);
            let (left, over) = (Rc::clone(left), Rc::clone(over));
            let counts = #[callback]
            move |coordinator: &Coordinator<Reading>| count(coordinator, &left, &over);
            entry.on_unload(station.coordinator.add_listener(counts));
        }
        _ => {}
    }
}

#[onloop::callback]
fn count(coordinator: &Coordinator<Reading>, left: &Cell<Option<u32>>, over: &Notify) {
    let (true, Some(readings)) = (coordinator.last_update_success(), left.get()) else { return };
    left.set(Some(readings.saturating_sub(1)));
    if readings <= 1 {
        over.notify_one();
    }
}

/// A line or a row of the table. A few bytes to a terminal are as near to never waiting as output gets.
#[onloop::callback]
fn show(display: &mut Display, change: &StateChanged) {
    let row = change.new.as_ref().map(|state| Row {
        value: state.value.clone(),
        unit: state.attributes.get("unit").cloned().unwrap_or_default(),
    });
    display.show(&change.entity_id, row);
}
