use tracing::info_span;

#[onloop::coroutine]
async fn poll() {
    let span = info_span!("poll");
    let _entered = span.enter();
    tokio::task::yield_now().await;
}

fn main() {}
