use std::thread::JoinHandle;

struct Worker {
    thread: Option<JoinHandle<()>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Named<T> {
    inner: T,
    name: &'static str,
}

#[onloop::callback]
fn on_press() -> &'static str {
    let worker = Named { inner: Worker { thread: None }, name: "worker" };
    worker.name
}

fn main() {
    let _ = |named: Named<Worker>| named.inner;
}
