async fn save() {}

#[onloop::coroutine]
async fn on_stop() {
    let _ = tokio::spawn(async { save() }).await;
}

fn main() {}
