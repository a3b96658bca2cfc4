async fn send(_: String) {}

#[onloop::coroutine]
async fn report(name: String) {
    send(name).await;
    send(name).await;
}

fn main() {}
