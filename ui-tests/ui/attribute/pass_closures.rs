#![deny(warnings)]

#[onloop::coroutine]
async fn async_closures(values: &[u32]) -> u32 {
    let double = async |value: u32| {
        tokio::task::yield_now().await;
        2 * value
    };
    let mut total = 0;
    for &value in values {
        total += double(value).await;
    }
    let mut count = 0;
    let mut more = async || {
        count += 1;
        tokio::task::yield_now().await;
    };
    more().await;
    more().await;
    total + count
}

#[onloop::callback]
fn returns_closure(step: u32) -> impl FnMut() -> u32 {
    let mut count = 0;
    move || {
        count += step;
        count
    }
}

#[onloop::coroutine]
async fn takes_closure(mut run: impl AsyncFnMut(u32) -> u32) -> u32 {
    run(1).await + run(2).await
}

#[onloop::callback]
fn borrows(all: &mut Vec<u32>) -> usize {
    let mut push = |value| all.push(value);
    push(1);
    push(2);
    all.len()
}

fn main() {
    futures::executor::block_on(async {
        assert_eq!(async_closures(&[1, 2]).await, 8);
        assert_eq!(takes_closure(async |value| value + 1).await, 5);
    });
    let mut next = returns_closure(2);
    assert_eq!(next() + next(), 6);
    assert_eq!(borrows(&mut Vec::new()), 2);
}
