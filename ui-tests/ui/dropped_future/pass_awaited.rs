async fn report() -> u32 {
    1
}

/// Does its work at once; the future only tells the result.
fn start() -> impl Future<Output = u32> {
    let started = 1;
    async move { started }
}

#[onloop::coroutine]
async fn poll() -> u32 {
    let later = report();
    drop(start());
    tokio::join!(later, report()).0 + report().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(poll().await, 2);
}
