#[onloop::callback]
use std::time::Duration;

fn main() {
    let _ = Duration::ZERO;
}
