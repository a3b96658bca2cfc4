#[onloop::callback]
#[deny(onloop::blocking_call, reason = "never here")]
fn on_tick() {}

fn main() {
    on_tick();
}
