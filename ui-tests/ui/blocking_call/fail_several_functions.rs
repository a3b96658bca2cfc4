use std::thread::sleep;
use std::time::Duration;

#[onloop::coroutine]
async fn open_blinds() {
    sleep(Duration::from_secs(1));
}

#[onloop::callback]
fn on_sunset() {
    sleep(Duration::from_secs(1));
}

fn main() {}
