use std::sync::mpsc::Receiver;

#[onloop::coroutine]
async fn total(orders: Receiver<u32>) -> u32 {
    let mut sum = 0;
    for order in orders {
        sum += order;
    }
    sum
}

fn main() {}
