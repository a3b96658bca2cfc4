use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::coroutine]
async fn start(hub: &Hub) {
    let store = #[callback]
    |event: &Event<f64>| {
        std::fs::write("reading", event.data.to_string()).ok();
    };
    hub.bus().listen(&READING, store).detach();
}

fn main() {}
