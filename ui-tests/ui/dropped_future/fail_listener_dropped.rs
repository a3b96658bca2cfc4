use onloop::{Event, EventType, Hub};

static DOOR: EventType<bool> = EventType::new("door");

#[onloop::callback]
fn on_start(hub: &Hub) {
    let _ = hub.bus().listen(&DOOR, #[callback] |_: &Event<bool>| {});
    let _ = onloop::watch().fail_on_stall();
}

fn main() {
    let _ = on_start;
}
