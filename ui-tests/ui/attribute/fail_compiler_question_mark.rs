#[onloop::coroutine]
async fn parse(text: &str) -> Option<u32> {
    tokio::task::yield_now().await;
    let value: u32 = text.parse()?;
    Some(value)
}

fn main() {}
