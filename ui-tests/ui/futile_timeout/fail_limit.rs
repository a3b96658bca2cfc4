use std::time::Duration;

async fn count(text: &str) -> usize {
    text.split(' ').count()
}

#[onloop::coroutine]
async fn with_limit(text: &str) -> Option<usize> {
    tokio::time::timeout(Duration::from_millis(10), count(text)).await.ok()
}

fn main() {}
