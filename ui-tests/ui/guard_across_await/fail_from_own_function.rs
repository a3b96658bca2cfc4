use std::sync::{Mutex, MutexGuard};

struct Store {
    rows: Mutex<Vec<u32>>,
}

impl Store {
    fn rows(&self) -> MutexGuard<'_, Vec<u32>> {
        self.rows.lock().unwrap()
    }
}

#[onloop::coroutine]
async fn send_all(store: &Store) {
    for row in store.rows().iter() {
        send(*row).await;
    }
}

async fn send(_: u32) {}

fn main() {}
