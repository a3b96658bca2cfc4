use std::cell::RefCell;

struct Lights {
    names: RefCell<Vec<String>>,
}

impl Lights {
    #[onloop::coroutine]
    async fn first(&self) -> usize {
        if let Some(name) = self.names.borrow().first() {
            tokio::task::yield_now().await;
            return name.len();
        }
        0
    }
}

fn main() {}
