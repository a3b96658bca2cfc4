#[onloop::callback]
#[onloop::allow(blocking_call)]
fn on_tick() -> Option<String> {
    std::fs::read_to_string("/proc/loadavg").ok()
}

fn main() {}
