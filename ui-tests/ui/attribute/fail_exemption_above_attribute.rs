#[allow(onloop::blocking_call, reason = "reads /proc, never waits")]
#[onloop::callback]
fn on_tick() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

fn main() {}
