#![deny(warnings)]

use onloop::*;

#[onloop::coroutine]
async fn stopped(hub: Hub) {
    hub.stopped().await;
}

#[onloop::callback]
fn on_tick() -> usize {
    1
}

fn main() {
    assert_eq!(on_tick(), 1);
    Hub::run(async |hub| drop(stopped(hub.clone())));
}
