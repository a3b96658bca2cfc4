use std::time::Duration;

#[onloop::coroutine]
async fn retry(mut attempts: u32) {
    let back_off = || std::thread::sleep(Duration::from_secs(1));
    while attempts > 0 {
        back_off();
        attempts -= 1;
    }
}

fn main() {}
