use std::fs;

#[onloop::callback]
fn on_tick() -> Option<String> {
    #[onloop::allow(blocking_call, reason = "reads /proc, never waits")]
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    let limit = fs::read_to_string("limit.txt").ok()?;
    Some(load + &limit)
}

fn main() {}
