use std::time::Duration;

use tokio::time::timeout;

async fn count(text: &str) -> usize {
    tokio::task::yield_now().await;
    text.split(' ').count()
}

#[onloop::coroutine]
async fn with_limit(text: &str) -> usize {
    let limit = Duration::from_secs(10);
    let offloaded = tokio::task::spawn_blocking(|| 1);
    let first = timeout(limit, count(text)).await.expect("it is quick");
    let second = timeout(limit, async { count(text).await }).await.expect("it is quick");
    first + second + timeout(limit, offloaded).await.expect("it is quick").expect("it does not panic")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(with_limit("a b").await, 5);
}
