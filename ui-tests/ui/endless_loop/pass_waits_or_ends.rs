#[onloop::coroutine]
async fn count(limit: u32) -> u32 {
    let mut ticks = 0;
    loop {
        ticks += 1;
        if ticks == limit {
            break;
        }
    }
    loop {
        tokio::task::yield_now().await;
        ticks += 1;
        if ticks > 2 * limit {
            return ticks;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(count(2).await, 5);
}
