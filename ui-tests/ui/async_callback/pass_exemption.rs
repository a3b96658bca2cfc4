#[onloop::callback]
#[onloop::allow(async_callback, reason = "the caller polls it at once")]
fn on_press() -> impl Future<Output = u8> {
    std::future::ready(7)
}

fn main() {
    assert_eq!(futures::executor::block_on(on_press()), 7);
}
