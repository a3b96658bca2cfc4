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

#[onloop::coroutine]
async fn visit() {
    let driver = Driver::start();
    tokio::task::yield_now().await;
    let _ = driver.quit.is_some();
}

fn main() {}
