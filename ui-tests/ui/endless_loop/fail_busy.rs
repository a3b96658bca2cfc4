use std::cell::Cell;

#[onloop::callback]
fn on_start(ticks: &Cell<u64>) {
    loop {
        ticks.set(ticks.get().wrapping_add(1));
    }
}

fn main() {}
