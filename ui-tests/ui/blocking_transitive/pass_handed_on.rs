//! Closures that own functions hand to the executor, at any depth, and methods that may be one or another.

fn in_background<F: FnOnce() + Send + 'static>(f: F) {
    in_pool(move || f());
}

fn in_pool<F: FnOnce() + Send + 'static>(f: F) {
    tokio::task::spawn_blocking(f);
}

trait Store {
    fn load(&self) -> Vec<u8>;
}

struct Disk;

struct Memory(Vec<u8>);

impl Store for Disk {
    fn load(&self) -> Vec<u8> {
        std::fs::read("no such file").unwrap_or_default()
    }
}

impl Store for Memory {
    fn load(&self) -> Vec<u8> {
        self.0.clone()
    }
}

macro_rules! offload {
    ($work:expr) => {
        tokio::task::spawn_blocking(move || $work)
    };
}

#[onloop::coroutine]
async fn poll(store: &dyn Store, memory: &Memory) -> usize {
    in_background(|| drop(std::fs::read("no such file")));
    let read = offload!(std::fs::read("no such file")).await;
    assert!(read.is_ok_and(|read| read.is_err()));
    store.load().len() + memory.load().len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(Disk.load().len(), 0);
    assert_eq!(poll(&Memory(vec![1]), &Memory(Vec::new())).await, 1);
}
