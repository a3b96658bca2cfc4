#[onloop::callback(budget = "90s")]
fn on_tick() {}

fn main() {
    on_tick();
}
