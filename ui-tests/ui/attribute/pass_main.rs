//! A program whose body is a coroutine on a hub.

use onloop::{Event, EventType, Hub};

const DOOR: EventType<bool> = EventType::new("door");

#[onloop::callback]
fn on_door(event: &Event<bool>) {
    println!("open: {}", event.data);
}

#[onloop::main(name = "house", executor_threads = 2, watch)]
async fn main(hub: Hub) -> Result<(), Box<dyn std::error::Error>> {
    let _closure = hub.bus().listen(&DOOR, #[coroutine] async |event: &Event<bool>| println!("{}", event.data));
    let _path = hub.bus().listen(&DOOR, #[callback] on_door);
    hub.bus().fire(&DOOR, true);
    let number: u32 = hub.add_executor_job(|| "5".parse()).await?;
    assert_eq!((number, hub.name()), (5, "house"));
    Ok(())
}
