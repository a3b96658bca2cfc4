#[onloop::coroutine]
#[onloop::expect(blocking_call, reason = "the table is small")]
async fn load() -> std::io::Result<Vec<u8>> {
    tokio::fs::read("table.bin").await
}

fn main() {}
