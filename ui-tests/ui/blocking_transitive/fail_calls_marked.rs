#[onloop::blocking]
fn load() {}

fn restore() {
    load();
}

#[onloop::callback]
fn on_start() {
    restore();
}

fn main() {}
