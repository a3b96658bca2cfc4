use std::sync::mpsc::Receiver;

struct Engine {
    orders: Receiver<u32>,
}

impl Engine {
    #[onloop::coroutine]
    async fn next(&self) -> Option<u32> {
        self.orders.recv().ok()
    }
}

fn main() {}
