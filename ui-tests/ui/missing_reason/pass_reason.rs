#[onloop::callback]
fn on_tick() -> Option<String> {
    #[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
    let load = std::fs::read_to_string("/proc/loadavg");
    load.ok()
}

fn main() {
    on_tick();
}
