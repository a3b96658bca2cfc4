use std::rc::Rc;

#[onloop::coroutine]
async fn count(counter: Rc<u32>) -> u32 {
    tokio::task::yield_now().await;
    *counter
}

fn assert_send<T: Send>(_: T) {}

fn main() {
    assert_send(count(Rc::new(1)));
}
