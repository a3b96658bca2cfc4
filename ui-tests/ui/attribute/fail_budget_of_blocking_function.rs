#[onloop::blocking(budget = "1ms")]
fn on_tick() {}

fn main() {
    on_tick();
}
