use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

fn main() {
    Hub::run(async |hub| {
        hub.bus().listen(&READING, #[callback] |event: &Event<f64>| println!("{}", event.data)).detach();
    });
}
