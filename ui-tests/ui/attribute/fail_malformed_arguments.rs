#[onloop::coroutine(=> 3)]
async fn poll() {}

fn main() {
    drop(poll());
}
