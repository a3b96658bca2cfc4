use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

fn show() -> fn(&Event<f64>) {
    |event| println!("{}", event.data)
}

#[onloop::callback]
fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback] show()).detach();
}

fn main() {}
