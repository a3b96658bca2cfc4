type Log = std::fs::File;

#[onloop::coroutine]
async fn rotate() -> std::io::Result<Log> {
    Log::create("integration.log")
}

fn main() {}
