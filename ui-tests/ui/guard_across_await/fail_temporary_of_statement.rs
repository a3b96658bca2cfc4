use std::sync::RwLock;

async fn send(_: usize) {}

#[onloop::coroutine]
async fn flush(queue: &RwLock<Vec<u8>>) {
    send(queue.read().unwrap().len()).await;
}

fn main() {}
