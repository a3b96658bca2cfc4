#[onloop::callback]
fn on_press() {
    #[onloop::expect(untracked_spawn, reason = "ends with the process")]
    std::thread::park();
}

fn main() {}
