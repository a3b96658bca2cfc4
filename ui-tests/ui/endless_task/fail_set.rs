use std::time::Duration;
use tokio::task::JoinSet;

#[onloop::coroutine]
async fn poll_all(names: Vec<String>) {
    let mut tasks = JoinSet::new();
    for name in names {
        tasks.spawn(async move {
            loop {
                println!("{name}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }
    tasks.join_all().await;
}

fn main() {}
