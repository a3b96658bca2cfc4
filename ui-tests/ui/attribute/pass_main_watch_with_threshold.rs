use std::time::Duration;

use onloop::Hub;

#[onloop::main(watch = Duration::from_millis(20))]
async fn main(hub: Hub) {
    assert!(hub.watch().is_some());
}
