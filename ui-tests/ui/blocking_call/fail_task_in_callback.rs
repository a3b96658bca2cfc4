use onloop::Hub;
use std::time::Duration;

#[onloop::callback]
fn on_press(hub: &Hub) {
    hub.create_task(async {
        std::thread::sleep(Duration::from_secs(1));
    });
}

fn main() {}
