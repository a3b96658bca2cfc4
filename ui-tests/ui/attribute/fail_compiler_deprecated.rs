#![deny(warnings)]

#[onloop::callback]
#[deprecated = "use `on_short_press`"]
fn on_press() {}

fn main() {
    on_press();
}
