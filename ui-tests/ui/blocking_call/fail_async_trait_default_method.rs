#[async_trait::async_trait]
trait Device {
    #[onloop::coroutine]
    async fn reset(&self) {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

fn main() {}
