use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::callback]
fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback(strict)] |event: &Event<f64>| println!("{}", event.data)).detach();
}

fn main() {}
