#[onloop::callback]
fn on_press(mut run: impl FnMut(fn())) {
    run(|| tokio::task::yield_now().await);
}

fn main() {}
