use async_trait::async_trait;

#[async_trait]
trait Device {
    async fn update(&mut self) -> std::io::Result<()>;
}

struct Meter {
    raw: String,
}

#[async_trait]
impl Device for Meter {
    #[onloop::coroutine]
    async fn update(&mut self) -> std::io::Result<()> {
        self.raw = std::fs::read_to_string("/dev/meter")?;
        Ok(())
    }
}

fn main() {}
