use std::pin::Pin;
use std::time::Duration;

#[onloop::coroutine]
fn warm_up(seconds: u64) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        std::thread::sleep(Duration::from_secs(seconds));
    })
}

fn main() {}
