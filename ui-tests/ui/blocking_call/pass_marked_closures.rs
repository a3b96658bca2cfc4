use std::cell::Cell;
use std::rc::Rc;

use onloop::{Event, EventType, Hub};

const READING: EventType<f64> = EventType::new("reading");

#[onloop::callback]
fn on_reading(event: &Event<f64>) {
    SEEN.set(SEEN.get() + event.data);
}

#[onloop::coroutine]
async fn later(event: &Event<f64>) {
    tokio::task::yield_now().await;
    SEEN.set(SEEN.get() + event.data);
}

struct Store;

impl Store {
    #[onloop::blocking]
    fn write(event: &Event<f64>) {
        std::thread::sleep(std::time::Duration::from_secs_f64(event.data / 1e9));
    }
}

/// A job that borrows its event, keeps state and is held in a variable.
#[onloop::callback]
fn listen(hub: &Hub) {
    let bus = hub.bus();
    let total = Rc::new(Cell::new(0.0));
    let seen = Rc::clone(&total);
    let add = #[callback]
    move |event: &Event<f64>| seen.set(seen.get() + event.data);
    bus.listen(&READING, add).detach();
    bus.listen(&READING, #[onloop::callback] |event| on_reading(event)).detach();
    bus.listen(&READING, #[callback] on_reading).detach();
    bus.listen(&READING, #[coroutine] later).detach();
    bus.listen(&READING, #[blocking] Store::write).detach();
    bus.listen(
        &READING,
        #[coroutine]
        async move |event: &Event<f64>| {
            let data = &event.data;
            tokio::task::yield_now().await;
            SEEN.set(SEEN.get() + *data + total.get());
        },
    )
    .detach();
    bus.listen_filtered(
        &READING,
        #[callback]
        |event: &Event<f64>| event.data > 1.0,
        #[blocking]
        |event: &Event<f64>| {
            std::fs::metadata("/").unwrap();
            assert!(event.data > 1.0);
        },
    )
    .detach();
    hub.on_stop(#[callback] || SEEN.set(SEEN.get() * 2.0)).detach();
    // One inside another, and one in a collection.
    let nested = #[callback]
    move |event: &Event<()>| {
        let inner: Vec<onloop::Callback<()>> = vec![#[callback] || (), #[callback] || ()];
        inner.iter().for_each(|job| job.call(&event.data));
    };
    let _ = nested;
}

/// Items with attributes of their own are left to them.
#[onloop::coroutine]
async fn nested_item() -> u8 {
    #[onloop::callback]
    fn one() -> u8 {
        1
    }
    one()
}

thread_local! {
    static SEEN: Cell<f64> = const { Cell::new(0.0) };
}

fn main() {
    Hub::run(async |hub| {
        listen(&hub);
        hub.bus().fire(&READING, 2.0);
        hub.block_till_done().await;
        assert_eq!(nested_item().await, 1);
    });
    // Twice by the callbacks, once by the path of a coroutine, 2 and the total of 2 by the closure, doubled at the stop.
    assert_eq!(SEEN.get(), 20.0);
}
