use onloop::allow_blocking;

#[onloop::callback]
fn on_tick() -> usize {
    let threads = onloop::allow_blocking("", || std::thread::available_parallelism());
    let load = allow_blocking("  ", || std::fs::read("/proc/loadavg"));
    threads.map_or(1, |count| count.get()) + load.map_or(0, |text| text.len())
}

fn main() {}
