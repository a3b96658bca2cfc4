use std::sync::{Mutex, MutexGuard};

#[onloop::coroutine]
async fn watch(state: &Mutex<u32>) {
    let mut last: Option<MutexGuard<'_, u32>> = None;
    for _ in 0..3 {
        tokio::task::yield_now().await;
        drop(last.take());
        last = state.try_lock().ok();
    }
    drop(last);
}

fn main() {}
