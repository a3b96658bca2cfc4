#[onloop::callback]
#[allow(dead_code)]
#[onloop::allow(blocking_call, untracked_spawn)]
fn on_tick() {
    std::thread::park();
}

fn main() {}
