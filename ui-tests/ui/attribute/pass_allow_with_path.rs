#[onloop::callback]
#[onloop::allow(onloop::blocking_call, reason = "reads /proc, never waits")]
fn on_tick() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

fn main() {
    on_tick();
}
