#[onloop::callback]
#[warn(onloop::untracked_spawn, reason = "while we move over")]
fn on_tick() {}

fn main() {
    on_tick();
}
