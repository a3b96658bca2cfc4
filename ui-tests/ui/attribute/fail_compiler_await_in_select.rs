#[onloop::callback]
fn on_press() {
    tokio::select! {
        _ = tokio::task::yield_now() => {}
    }
}

fn main() {}
