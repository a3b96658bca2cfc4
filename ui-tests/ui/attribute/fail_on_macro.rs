#[onloop::callback]
macro_rules! listener {
    () => {
        fn on_press() {}
    };
}

listener!();

fn main() {
    on_press();
}
