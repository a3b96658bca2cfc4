#[onloop::callback]
#[onloop::allow(=> blocking_call)]
fn on_tick() {}

fn main() {
    on_tick();
}
