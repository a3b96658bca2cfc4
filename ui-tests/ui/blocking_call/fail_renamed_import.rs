use std::thread::sleep as pause;
use std::time::Duration;

#[onloop::coroutine]
async fn debounce() {
    pause(Duration::from_millis(20));
}

fn main() {}
