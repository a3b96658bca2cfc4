#[onloop::blocking]
async fn load() -> std::io::Result<Vec<u8>> {
    tokio::fs::read("table.bin").await
}

fn main() {}
