use std::cell::RefCell;

async fn read() -> u32 {
    1
}

#[onloop::coroutine]
async fn poll(readings: &RefCell<Vec<u32>>) {
    readings.borrow_mut().push(read().await);
}

fn main() {}
