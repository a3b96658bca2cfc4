use std::sync::atomic::{AtomicBool, Ordering};

#[onloop::callback]
fn on_start(ready: &AtomicBool) {
    while !ready.load(Ordering::Acquire) {
        std::hint::spin_loop();
    }
}

fn main() {}
