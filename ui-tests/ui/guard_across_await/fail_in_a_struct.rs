use std::sync::{Mutex, MutexGuard};

struct Session<'a> {
    table: MutexGuard<'a, Vec<u32>>,
    user: u32,
}

#[onloop::coroutine]
async fn visit(table: &Mutex<Vec<u32>>) {
    let mut session = Session { table: table.lock().unwrap(), user: 1 };
    tokio::task::yield_now().await;
    session.table.push(session.user);
}

fn main() {}
