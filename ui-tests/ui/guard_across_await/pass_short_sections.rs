use std::cell::RefCell;
use std::sync::Mutex;

async fn send(count: usize) -> usize {
    tokio::task::yield_now().await;
    count
}

#[onloop::coroutine]
async fn flush(queue: &Mutex<Vec<u32>>, seen: &RefCell<Vec<usize>>, soft: &tokio::sync::Mutex<u32>) -> usize {
    let count = queue.lock().unwrap().len();
    let first = {
        let mut queue = queue.lock().unwrap();
        queue.push(1);
        queue.first().copied()
    };
    let sent = send(count).await;
    seen.borrow_mut().push(sent);
    let guard = queue.lock().unwrap();
    match guard.first() {
        Some(_) => {
            drop(guard);
            send(1).await;
        }
        None => drop(guard),
    }
    let mut soft = soft.lock().await;
    *soft += u32::try_from(send(2).await).unwrap();
    count + first.map_or(0, |_| 1)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(flush(&Mutex::default(), &RefCell::default(), &tokio::sync::Mutex::default()).await, 1);
}
