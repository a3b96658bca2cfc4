use std::sync::Mutex;

#[onloop::coroutine]
async fn count(total: &Mutex<u32>) -> u32 {
    let total = total.lock().unwrap();
    let total = *total;
    tokio::task::yield_now().await;
    total
}

fn main() {}
