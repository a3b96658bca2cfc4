use tokio::task;

#[onloop::coroutine]
async fn start() {
    task::spawn_local(async { task::yield_now().await });
    task::yield_now().await;
}

fn main() {}
