#[onloop::callback(budget)]
fn on_tick() {}

fn main() {
    on_tick();
}
