use std::thread::sleep;
use std::time::Duration;

#[onloop::coroutine]
async fn poll() -> u8 {
    #[cfg(test)]
    sleep(Duration::from_secs(9));
    #[cfg(all(test, unix))]
    {
        std::fs::read("fixture").unwrap();
    }
    let value = if cfg!(test) { 1 } else { 2 };
    tokio::task::yield_now().await;
    value
}

#[cfg(test)]
mod tests {
    #[onloop::callback]
    fn on_tick() {
        std::thread::park();
    }
}

fn main() {
    assert_eq!(futures::executor::block_on(poll()), 2);
    sleep(Duration::ZERO);
}
