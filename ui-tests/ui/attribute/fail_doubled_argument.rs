#[onloop::callback(strict(lock), strict(cpu))]
fn on_tick() {}

fn main() {
    on_tick();
}
