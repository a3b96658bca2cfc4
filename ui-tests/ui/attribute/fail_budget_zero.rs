#[onloop::callback(budget = "0ms")]
fn on_tick() {}

fn main() {
    on_tick();
}
