#[onloop::callback(deadline = "1ms")]
fn on_tick() {}

fn main() {
    on_tick();
}
