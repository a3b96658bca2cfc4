#[onloop::callback]
const fn level(percent: u8) -> u8 {
    percent / 10
}

const HALF: u8 = level(50);

fn main() {
    assert_eq!(HALF, 5);
}
