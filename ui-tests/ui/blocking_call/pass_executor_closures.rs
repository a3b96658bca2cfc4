use std::thread;
use std::time::Duration;

use onloop::Hub;
use tokio::task;

#[onloop::coroutine]
async fn load(hub: &Hub) -> usize {
    let path = "no such file";
    let table = hub.add_executor_job(move || std::fs::read(path)).await.unwrap_or_default();
    let text = task::spawn_blocking(|| {
        thread::sleep(Duration::from_millis(1));
        std::fs::read_to_string("no such file").unwrap_or_default()
    });
    let text = text.await.unwrap();
    hub.add_executor_job(thread::yield_now).await;
    table.len() + text.len()
}

#[onloop::callback]
fn start() -> thread::JoinHandle<()> {
    thread::spawn(|| thread::sleep(Duration::from_millis(1)))
}

#[onloop::callback]
fn start_named() -> std::io::Result<thread::JoinHandle<bool>> {
    thread::Builder::new().name("disk".into()).spawn(move || std::fs::read("no such file").is_ok())
}

fn main() {
    assert_eq!(Hub::run(async |hub| load(&hub).await), 0);
    start().join().unwrap();
    assert!(!start_named().unwrap().join().unwrap());
}
