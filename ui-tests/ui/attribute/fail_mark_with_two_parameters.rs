use onloop::{EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::callback]
fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback] |event: &onloop::Event<f64>, n: u8| println!("{} {n}", event.data)).detach();
}

fn main() {}
