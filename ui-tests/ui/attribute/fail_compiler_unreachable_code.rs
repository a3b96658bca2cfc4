#![deny(warnings)]

#[onloop::coroutine]
async fn poll() -> u32 {
    tokio::task::yield_now().await;
    return 7;
    println!("polled");
}

fn main() {}
