#![deny(warnings)]

use std::rc::Rc;

#[onloop::coroutine]
async fn sendable(text: String) -> usize {
    tokio::task::yield_now().await;
    text.len()
}

#[onloop::coroutine]
async fn not_sendable(counter: Rc<u32>) -> u32 {
    tokio::task::yield_now().await;
    *counter
}

#[onloop::coroutine]
async fn rc_dropped_before_waiting() -> u32 {
    let value = {
        let counter = Rc::new(3);
        *counter
    };
    tokio::task::yield_now().await;
    value
}

#[onloop::coroutine]
async fn generic<T: Clone>(value: T) -> T {
    tokio::task::yield_now().await;
    value.clone()
}

#[onloop::coroutine]
async fn returns_rc(value: u32) -> Rc<u32> {
    tokio::task::yield_now().await;
    Rc::new(value)
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

fn assert_sync<T: Sync>(value: T) -> T {
    value
}

fn assert_static<T: 'static>(value: T) -> T {
    value
}

fn main() {
    futures::executor::block_on(async {
        assert_eq!(assert_static(assert_send(assert_sync(sendable("abc".into())))).await, 3);
        assert_eq!(not_sendable(Rc::new(3)).await, 3);
        assert_eq!(assert_send(rc_dropped_before_waiting()).await, 3);
        assert_eq!(assert_send(generic(3)).await, 3);
        assert_eq!(*generic(Rc::new(3)).await, 3);
        assert_eq!(*assert_send(returns_rc(3)).await, 3);
    });
    assert_eq!(std::thread::spawn(|| futures::executor::block_on(sendable("abc".into()))).join().unwrap(), 3);
}
