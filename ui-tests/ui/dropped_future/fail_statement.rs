async fn report() {}

#[onloop::coroutine]
async fn poll() {
    report();
}

fn main() {}
