#[onloop::callback]
pub async fn on_press() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

fn main() {}
