use onloop::Hub;

#[onloop::coroutine]
async fn load(hub: &Hub) -> bool {
    let job = || std::fs::read("no such file").is_ok();
    let boxed: Box<dyn FnOnce() -> bool + Send> = Box::new(|| std::fs::read("no such file").is_ok());
    let inner = || std::fs::read("no such file").is_ok();
    let outer = move || inner();
    let first = hub.add_executor_job(job).await;
    let second = tokio::task::spawn_blocking(boxed).await.unwrap();
    let third = hub.add_executor_job(outer).await;
    first || second || third
}

fn main() {
    assert!(!Hub::run(async |hub| load(&hub).await));
}
