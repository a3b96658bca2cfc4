#[onloop::callback]
const ON_PRESS: fn() = || {};

fn main() {
    ON_PRESS();
}
