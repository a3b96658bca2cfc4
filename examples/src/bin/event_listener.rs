//! An event listener that starts async work, and that goes when its entry is unloaded.
//!
//! ```text
//! cargo run --bin event_listener
//! ```

use std::time::Duration;

use onloop::{Entry, Event, EventType, Hub, OperationNotAllowed, SetupFailed};

/// Somebody is at the door, or has left.
const DOOR: EventType<bool> = EventType::new("door");

fn main() -> Result<(), OperationNotAllowed> {
    Hub::run(async |hub| visit(&hub).await)
}

#[onloop::coroutine]
async fn visit(hub: &Hub) -> Result<(), OperationNotAllowed> {
    let entry = Entry::new(
        hub,
        "porch light",
        #[coroutine]
        set_up,
    );
    entry.setup().await?;
    hub.bus().fire(&DOOR, true);
    println!("the event has been fired");
    // What the listener has started is tracked.
    hub.block_till_done().await;

    entry.unload().await?;
    hub.bus().fire(&DOOR, true);
    println!("unloaded, {} listen", hub.bus().listener_count(&DOOR));
    Ok(())
}

#[onloop::coroutine]
async fn set_up(entry: &Entry) -> Result<(), SetupFailed> {
    let own = entry.clone();
    let on_door = #[callback]
    move |event: &Event<bool>| on_door(&own, event.data);
    // The handle is the entry's from here on: its unload ends the subscription.
    entry.on_unload(entry.hub().bus().listen(&DOOR, on_door));
    Ok(())
}

/// Decides at once; what takes time, it starts as a task of the entry, which an unload waits for.
#[onloop::callback]
fn on_door(entry: &Entry, somebody: bool) {
    if somebody {
        entry.create_task(brighten());
        println!("the callback has returned");
    }
}

#[onloop::coroutine]
async fn brighten() {
    for percent in [25, 50, 100] {
        println!("light: {percent} %");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
