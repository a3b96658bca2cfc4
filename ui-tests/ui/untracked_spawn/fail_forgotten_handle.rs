#[onloop::coroutine]
async fn start() {
    let _server = tokio::spawn(async {});
    let _sweeper = std::thread::spawn(|| {});
    let _job = tokio::task::spawn_blocking(|| {});
    std::future::pending::<()>().await;
}

fn main() {
    let _ = start();
}
