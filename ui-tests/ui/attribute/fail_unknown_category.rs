#[onloop::callback(strict(locks, cpu))]
fn on_tick() {}

fn main() {
    on_tick();
}
