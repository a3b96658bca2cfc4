#[onloop::coroutine]
async fn start() -> (u8, std::io::Result<Vec<u8>>) {
    tokio::join!(async { 1 }, async { std::fs::read("table.bin") })
}

fn main() {}
