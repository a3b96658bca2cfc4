use std::cell::RefCell;

use tokio::sync::{Mutex, RwLock};

struct Agent {
    tool: Mutex<Option<u32>>,
    names: RwLock<Vec<String>>,
    ticks: RefCell<u32>,
}

impl Agent {
    async fn reset(&self) {
        *self.tool.lock().await = None;
    }

    #[onloop::coroutine]
    async fn step(&self, other: &Agent) -> usize {
        let done = self.tool.lock().await.is_some_and(|tool| tool > 3);
        if !done {
            self.reset().await;
        }
        let tool = self.tool.lock().await;
        other.reset().await;
        drop(tool);
        self.reset().await;
        let names = self.names.read().await.len();
        let same = self.names.read().await.len();
        *self.ticks.borrow_mut() += 1;
        names + same + *self.ticks.borrow() as usize
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let new = || Agent { tool: Mutex::new(Some(1)), names: RwLock::default(), ticks: RefCell::new(0) };
    assert_eq!(new().step(&new()).await, 1);
}
