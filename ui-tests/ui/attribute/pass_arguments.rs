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

#[onloop::callback(budget = "1ms", strict)]
fn on_turn(level: u8) -> u8 {
    level
}

#[onloop::coroutine(budget = "2.5ms")]
async fn budget() -> Option<std::time::Duration> {
    onloop::current_site().and_then(onloop::Site::budget)
}

#[onloop::blocking()]
fn load() -> u8 {
    2
}

fn main() {
    assert_eq!(on_press(1) + on_release(2) + on_turn(3) + load(), 8);
    assert_eq!(futures::executor::block_on(poll()), 1);
    assert_eq!(futures::executor::block_on(budget()), Some(std::time::Duration::from_micros(2500)));
}
