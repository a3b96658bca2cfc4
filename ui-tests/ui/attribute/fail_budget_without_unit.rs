#[onloop::callback(budget = "5")]
fn on_tick() {}

fn main() {
    on_tick();
}
