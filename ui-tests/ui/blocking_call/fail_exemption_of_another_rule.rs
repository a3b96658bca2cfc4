#[onloop::coroutine]
#[onloop::allow(untracked_spawn, reason = "ends with the process")]
async fn start() {
    tokio::spawn(async { std::thread::park() });
}

fn main() {}
