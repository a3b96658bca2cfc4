#[onloop::callback]
#[onloop::allow]
fn on_tick() {}

#[onloop::callback]
#[onloop::allow(reason = "reads /proc, never waits")]
fn on_press() {}

fn main() {
    on_tick();
    on_press();
}
