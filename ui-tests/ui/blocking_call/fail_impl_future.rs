use std::time::Duration;

#[onloop::coroutine]
fn warm_up(seconds: u64) -> impl Future<Output = ()> {
    async move {
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

fn main() {}
