use std::sync::Mutex;

#[onloop::coroutine]
async fn try_count(total: &Mutex<u32>) -> bool {
    let held = total.try_lock().ok();
    tokio::task::yield_now().await;
    held.is_some()
}

fn main() {}
