use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::coroutine]
async fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback] async |event: &Event<f64>| println!("{}", event.data)).detach();
}

fn main() {}
