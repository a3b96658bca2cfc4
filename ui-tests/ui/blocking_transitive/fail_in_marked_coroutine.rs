use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

fn store(reading: f64) {
    std::fs::write("reading", reading.to_string()).ok();
}

#[onloop::callback]
fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[coroutine] async |event: &Event<f64>| store(event.data)).detach();
}

fn main() {}
