#[onloop::callback(budget = "a moment")]
fn on_tick() {}

fn main() {
    on_tick();
}
