#[onloop::callback]
#[onloop::allow(blocking_call, reason = "some builds read /proc here")]
fn on_tick() -> u32 {
    7
}

fn main() {
    on_tick();
}
