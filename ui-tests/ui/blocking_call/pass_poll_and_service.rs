//! What polls, and what a trait declares.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

unsafe extern "C" {
    fn getpid() -> i32;
}

struct Log {
    lines: Vec<u8>,
}

impl Future for Log {
    type Output = Option<u8>;

    #[onloop::callback]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u8>> {
        let this = self.get_mut();
        Poll::Ready(this.lines.pop())
    }
}

trait Service<Request> {
    type Future;
    fn call(&mut self, request: Request) -> Self::Future;
}

impl Service<u8> for Log {
    type Future = Pin<Box<dyn Future<Output = u8>>>;

    #[onloop::callback]
    fn call(&mut self, request: u8) -> Pin<Box<dyn Future<Output = u8>>> {
        self.lines.push(request);
        Box::pin(async move { request })
    }
}

trait Store {
    #[onloop::blocking]
    fn load(&self) -> u8;
    fn size(&self) -> u8;
}

struct Disk;
impl Store for Disk {
    fn load(&self) -> u8 {
        std::fs::read("nothing").map_or(1, |_| 2)
    }
    fn size(&self) -> u8 {
        3
    }
}

#[onloop::callback]
fn on_press(store: &dyn Store) -> u8 {
    assert!(unsafe { getpid() } > 0);
    store.size()
}

#[onloop::blocking]
fn load(store: &dyn Store) -> u8 {
    store.load()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut log = Log { lines: Vec::new() };
    assert_eq!(log.call(7).await, 7);
    assert_eq!(log.await, Some(7));
    assert_eq!(on_press(&Disk) + tokio::task::spawn_blocking(|| load(&Disk)).await.expect("it runs"), 4);
}
