use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

#[onloop::callback]
fn all(results: &Receiver<u32>) -> Vec<u32> {
    let mut all = Vec::new();
    while let Ok(result) = results.try_recv() {
        all.push(result);
    }
    all
}

#[onloop::callback]
fn count(count: &AtomicUsize) {
    let mut now = count.load(Ordering::Relaxed);
    while let Err(seen) = count.compare_exchange_weak(now, now + 1, Ordering::AcqRel, Ordering::Relaxed) {
        now = seen;
    }
}

#[onloop::coroutine]
async fn until_gone(count: &AtomicUsize) {
    while count.load(Ordering::Relaxed) > 0 {
        tokio::task::yield_now().await;
        count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = channel();
    sender.send(1).expect("the receiver is there");
    assert_eq!(all(&receiver), [1]);
    let counter = AtomicUsize::new(0);
    count(&counter);
    until_gone(&counter).await;
}
