#[onloop::coroutine]
async fn total() -> u32 {
    futures::executor::block_on(async { 3 })
}

fn main() {}
