#[onloop::callback]
#[onloop::allow(blocking_calls, reason = "reads /proc, never waits")]
fn on_tick() -> u32 {
    7
}

fn main() {
    on_tick();
}
