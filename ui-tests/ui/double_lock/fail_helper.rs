use std::sync::Arc;

use tokio::sync::Mutex;

struct Agent {
    tool: Arc<Mutex<Option<u32>>>,
}

impl Agent {
    async fn reset(&self) {
        *self.tool.lock().await = None;
    }

    #[onloop::coroutine]
    async fn step(&self) {
        match self.tool.lock().await.as_ref() {
            Some(tool) if *tool > 3 => {}
            _ => self.reset().await,
        }
    }
}

fn main() {}
