use std::time::Duration;

use tokio::fs;
use tokio::time::{sleep, timeout};

#[onloop::coroutine]
async fn poll() -> bool {
    sleep(Duration::from_millis(1)).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    let missing = fs::read("no such file").await.is_err();
    let later = fs::read_to_string("no such file");
    let opened = fs::File::open("no such file").await.is_ok();
    let waited = timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
    let mut interval = tokio::time::interval(Duration::from_millis(1));
    interval.tick().await;
    tokio::select! {
        _ = sleep(Duration::from_millis(1)) => {}
        _ = interval.tick() => {}
    }
    let (first, second) = tokio::join!(sleep(Duration::from_millis(1)), fs::read("no such file"));
    let () = first;
    missing && later.await.is_err() && !opened && waited.is_err() && second.is_err()
}

#[onloop::coroutine]
async fn talk() -> Option<u8> {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    sender.send(7).await.ok()?;
    let lock = tokio::sync::Mutex::new(1);
    *lock.lock().await += 1;
    receiver.recv().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(poll().await);
    assert_eq!(talk().await, Some(7));
}
