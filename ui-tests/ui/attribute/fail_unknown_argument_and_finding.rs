#[onloop::callback(deadline = "1ms")]
fn on_tick() {
    std::thread::park();
}

fn main() {
    on_tick();
}
