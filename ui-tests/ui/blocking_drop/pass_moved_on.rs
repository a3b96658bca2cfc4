use std::thread::{self, JoinHandle};

struct Driver {
    quit: Option<JoinHandle<()>>,
}

impl Driver {
    fn start() -> Driver {
        Driver { quit: Some(thread::spawn(thread::yield_now)) }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(thread) = self.quit.take() {
            let _ = thread.join();
        }
    }
}

#[onloop::callback]
fn start(kept: &mut Vec<Driver>) {
    let driver = Driver::start();
    kept.push(driver);
}

#[onloop::coroutine]
async fn visit() -> bool {
    let driver = Driver::start();
    let is_there = driver.quit.is_some();
    let _ = tokio::task::spawn_blocking(move || drop(driver)).await;
    is_there
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut kept = Vec::new();
    start(&mut kept);
    assert!(visit().await);
}
