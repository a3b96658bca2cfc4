fn with_retries<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    (0..3).find_map(|_| attempt())
}

#[onloop::coroutine]
async fn poll() -> Option<Vec<u8>> {
    with_retries(|| std::fs::read("table").ok())
}

fn main() {}
