use std::thread;
use std::time::Duration;

#[onloop::callback]
fn on_press(led: &mut bool) {
    *led = true;
    thread::sleep(Duration::from_millis(500));
    *led = false;
}

fn main() {}
