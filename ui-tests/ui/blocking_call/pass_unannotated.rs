use std::thread::sleep;
use std::time::Duration;

/// Not annotated: nobody promised anything.
fn settle() {
    sleep(Duration::from_millis(1));
}

#[onloop::blocking]
fn load() -> usize {
    settle();
    std::fs::read("no such file").map_or(0, |data| data.len())
}

#[onloop::callback]
fn on_press() -> fn() -> usize {
    fn plain() -> usize {
        std::fs::read("no such file").map_or(1, |data| data.len())
    }
    plain
}

fn main() {
    assert_eq!(load(), 0);
    assert_eq!(on_press()(), 1);
}
