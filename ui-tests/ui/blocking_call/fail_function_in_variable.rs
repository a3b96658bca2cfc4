use std::time::Duration;

#[onloop::coroutine]
async fn debounce() {
    let nap = std::thread::sleep;
    nap(Duration::from_millis(20));
}

fn main() {}
