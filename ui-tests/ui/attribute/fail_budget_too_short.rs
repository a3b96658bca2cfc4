#[onloop::callback(budget = "10us")]
fn on_tick() {}

fn main() {
    on_tick();
}
