use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::blocking]
fn store(event: &Event<f64>) {
    std::fs::write("reading", event.data.to_string()).ok();
}

#[onloop::coroutine]
async fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback] store).detach();
}

fn main() {}
