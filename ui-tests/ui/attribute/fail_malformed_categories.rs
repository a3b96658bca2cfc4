#[onloop::callback(strict("lock"))]
fn on_tick() {}

fn main() {
    on_tick();
}
