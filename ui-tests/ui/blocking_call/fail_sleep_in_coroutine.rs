use std::time::Duration;

#[onloop::coroutine]
async fn blink(led: &mut bool) {
    *led = true;
    std::thread::sleep(Duration::from_millis(500));
    *led = false;
}

fn main() {}
