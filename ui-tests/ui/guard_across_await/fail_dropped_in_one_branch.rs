use std::sync::Mutex;

#[onloop::coroutine]
async fn look_up(table: &Mutex<Vec<u32>>) -> usize {
    let table = table.lock().unwrap();
    if table.is_empty() {
        drop(table);
        return 0;
    }
    tokio::task::yield_now().await;
    table.len()
}

fn main() {}
