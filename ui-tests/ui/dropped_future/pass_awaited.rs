async fn report() -> u32 {
    1
}

#[onloop::coroutine]
async fn poll() -> u32 {
    let later = report();
    drop(report());
    tokio::join!(later, report()).0 + report().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(poll().await, 2);
}
