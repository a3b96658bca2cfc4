#[onloop::coroutine]
async fn start() {
    drop(tokio::spawn(async {}));
}

fn main() {}
