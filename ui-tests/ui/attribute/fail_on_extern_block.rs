unsafe extern "C" {
    #[onloop::blocking]
    safe fn abs(value: i32) -> i32;
}

fn main() {
    assert_eq!(abs(-1), 1);
}
