use std::sync::Mutex;

#[onloop::coroutine]
async fn flush(queue: &Mutex<Vec<u8>>) -> usize {
    let queue = queue.lock().unwrap();
    tokio::task::yield_now().await;
    queue.len()
}

fn main() {}
