use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

async fn upload(reading: f64) {
    println!("{reading}");
}

#[onloop::callback]
fn start(hub: &Hub) {
    hub.bus().listen(&READING, #[callback] |event: &Event<f64>| upload(event.data).await).detach();
}

fn main() {}
