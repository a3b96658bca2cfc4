use onloop::{Event, EventType, Hub};

const DOOR: EventType<bool> = EventType::new("door");

#[onloop::main]
async fn main(hub: Hub) {
    let config = std::fs::read_to_string("house.toml");
    let log = #[callback] |_: &Event<bool>| std::fs::write("door", "open").unwrap();
    hub.bus().listen(&DOOR, log).detach();
    println!("{config:?}");
}
