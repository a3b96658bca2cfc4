#[onloop::callback]
fn on_press() {
    #[expect(onloop::untracked_spawn, reason = "ends with the process")]
    std::thread::park();
}

fn main() {}
