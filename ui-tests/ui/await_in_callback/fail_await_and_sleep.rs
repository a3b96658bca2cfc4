#[onloop::callback]
fn on_press() {
    std::thread::sleep(std::time::Duration::from_secs(1));
    tokio::task::yield_now().await;
}

fn main() {}
