use tokio::runtime::Handle;

#[onloop::callback]
fn on_press(handle: &Handle) {
    handle.block_on(async { tokio::task::yield_now().await });
}

fn main() {}
