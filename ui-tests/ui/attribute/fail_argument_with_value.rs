#[onloop::coroutine(strict = true)]
async fn poll() {}

fn main() {
    drop(poll());
}
