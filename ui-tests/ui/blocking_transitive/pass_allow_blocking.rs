fn load_average() -> Option<String> {
    onloop::allow_blocking("reads /proc, never waits", || std::fs::read_to_string("/proc/loadavg").ok())
}

fn quick<R>(run: impl FnOnce() -> R) -> R {
    onloop::allow_blocking("takes no time", run)
}

fn pause() {
    std::thread::sleep(std::time::Duration::ZERO);
}

#[onloop::callback]
fn on_tick() -> bool {
    onloop::allow_blocking("takes no time", pause);
    onloop::allow_blocking("takes no time", || pause());
    quick(|| pause());
    load_average().is_some()
}

fn main() {
    assert!(on_tick() || !cfg!(target_os = "linux"));
}
