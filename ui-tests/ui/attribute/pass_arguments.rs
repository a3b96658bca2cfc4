#![deny(warnings)]

#[onloop::callback(strict)]
fn on_press(level: u8) -> u8 {
    level
}

#[onloop::callback(strict(lock, cpu))]
fn on_release(level: u8) -> u8 {
    level
}

#[onloop::coroutine(strict(lock),)]
async fn poll() -> u8 {
    1
}

#[onloop::blocking()]
fn load() -> u8 {
    2
}

fn main() {
    assert_eq!(on_press(1) + on_release(2) + load(), 5);
    assert_eq!(futures::executor::block_on(poll()), 1);
}
