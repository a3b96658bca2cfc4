//! The wind gauge: a library with a thread of its own, which reports when it likes.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use onloop::{Entry, Event, EventType, Remote};

use crate::station::Station;

/// A gust of wind, in km/h.
const GUST: EventType<f64> = EventType::new("gust");
const ENTITY_ID: &str = "sensor.wind";

/// Listens to the gauge until the entry is unloaded.
#[onloop::callback]
pub(crate) fn listen(entry: &Entry<Station>) -> io::Result<()> {
    let hub = entry.hub();
    let states = hub.states();
    let on_gust = #[callback]
    move |event: &Event<f64>| states.set(ENTITY_ID, format!("{:.0}", event.data), [("unit", "km/h")]);
    let listener = hub.bus().listen(&GUST, on_gust);

    // A plain thread. It ends when its channel does, which is when the entry drops the sender.
    let (keeps, ended) = channel();
    let remote = hub.remote();
    thread::Builder::new().name("wind gauge".to_owned()).spawn(move || measure(&remote, &ended))?;

    let states = hub.states();
    let forgets = #[callback]
    move || forget(&states, &keeps);
    entry.on_unload(forgets);
    // Last in, first out: nobody listens any more when the entity is forgotten.
    entry.on_unload(listener);
    Ok(())
}

#[onloop::callback]
fn forget(states: &onloop::StateMachine, gauge: &Sender<()>) {
    // The thread ends by itself once it has seen this; nobody has to wait for it.
    let _ = gauge.send(());
    states.remove(ENTITY_ID);
}

/// Waits where it stands, as it may: it is far from the loop. What it has to say goes through the remote.
#[onloop::blocking]
fn measure(remote: &Remote, ended: &Receiver<()>) {
    for gust in [12.0, 19.0, 31.0, 24.0].into_iter().cycle() {
        // Refused: the hub stops.
        if remote.fire(&GUST, gust).is_err() {
            return;
        }
        match ended.recv_timeout(Duration::from_millis(700)) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
