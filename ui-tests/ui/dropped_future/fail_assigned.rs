async fn report() -> u32 {
    1
}

#[onloop::coroutine]
async fn poll() {
    _ = report();
}

fn main() {}
