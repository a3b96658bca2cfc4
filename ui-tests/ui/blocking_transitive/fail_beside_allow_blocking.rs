fn load(name: &str) -> usize {
    let known = onloop::allow_blocking("reads /proc, never waits", || std::fs::read("/proc/loadavg").is_ok());
    usize::from(known) + std::fs::read(name).map_or(0, |text| text.len())
}

#[onloop::callback]
fn on_tick() -> usize {
    load("limit.txt")
}

fn main() {}
