use std::cell::Cell;
use std::rc::Rc;

use onloop::Hub;

#[onloop::callback]
fn on_press(hub: &Hub, presses: &Rc<Cell<u32>>) {
    let presses = Rc::clone(presses);
    hub.create_task(async move {
        tokio::task::yield_now().await;
        presses.set(presses.get() + 1);
    });
}

#[onloop::callback]
fn later() -> Option<impl AsyncFn() -> u32> {
    Some(async || {
        tokio::task::yield_now().await;
        7
    })
}

fn main() {
    let presses = Rc::new(Cell::new(0));
    Hub::run(async |hub| {
        on_press(&hub, &presses);
        hub.block_till_done().await;
    });
    assert_eq!(presses.get(), 1);
    assert_eq!(futures::executor::block_on(later().unwrap()()), 7);
}
