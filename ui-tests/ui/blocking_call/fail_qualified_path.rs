#[onloop::coroutine]
async fn open() -> std::io::Result<std::fs::File> {
    <std::fs::File>::open("table.bin")
}

fn main() {}
