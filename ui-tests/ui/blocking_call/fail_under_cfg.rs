#[onloop::callback]
fn on_tick() {
    #[cfg(unix)]
    std::thread::park();
    #[cfg(windows)]
    std::thread::yield_now();
}

fn main() {}
