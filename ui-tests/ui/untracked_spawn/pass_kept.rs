use tokio::task::JoinHandle;

#[onloop::coroutine]
async fn start(tasks: &mut Vec<JoinHandle<u8>>) -> JoinHandle<u8> {
    let first = tokio::spawn(async { 1 });
    tasks.push(first);
    tasks.push(tokio::spawn(async { 2 }));
    let _ = tokio::spawn(async { 3 }).await;
    let aborted = tokio::spawn(std::future::pending::<()>());
    aborted.abort();
    let thread = std::thread::spawn(|| drop(std::thread::spawn(|| 4)));
    thread.thread().unpark();
    tokio::spawn(async { 5 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = Vec::new();
    assert_eq!(start(&mut tasks).await.await.unwrap(), 5);
    assert_eq!(tasks.len(), 2);
}
