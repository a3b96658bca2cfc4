#[onloop::callback]
fn on_tick() -> Option<String> {
    #[onloop::allow(blocking_call, reason = "")]
    std::fs::read_to_string("/proc/loadavg").ok()
}

fn main() {}
