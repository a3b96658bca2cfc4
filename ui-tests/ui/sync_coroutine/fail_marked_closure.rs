use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::callback]
fn start(hub: &Hub) {
    let show = #[coroutine]
    |event: &Event<f64>| {
        println!("{}", event.data);
    };
    hub.bus().listen(&READING, show).detach();
}

fn main() {}
