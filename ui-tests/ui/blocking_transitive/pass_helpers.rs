fn count(names: &[String]) -> usize {
    names.len()
}

fn load() -> Vec<u8> {
    std::fs::read("no such file").unwrap_or_default()
}

fn start() -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(load)
}

#[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
fn load_average() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default()
}

fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

#[onloop::coroutine]
async fn poll() -> usize {
    let loaded = tokio::task::spawn_blocking(load).await.unwrap_or_default();
    let thread = start();
    thread.thread().unpark();
    assert!(even(4));
    loaded.len() + count(&[load_average()])
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(poll().await, 1);
}
