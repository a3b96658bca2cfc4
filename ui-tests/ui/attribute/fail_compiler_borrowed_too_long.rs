#[onloop::coroutine]
async fn name() -> &'static str {
    tokio::task::yield_now().await;
    let text = String::from("light");
    &text
}

fn main() {}
