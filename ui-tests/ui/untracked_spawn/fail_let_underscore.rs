#[onloop::coroutine]
async fn start() {
    let _ = tokio::spawn(async {});
}

fn main() {}
