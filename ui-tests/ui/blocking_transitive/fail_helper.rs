fn settle(seconds: u64) {
    std::thread::sleep(std::time::Duration::from_secs(seconds));
}

#[onloop::callback]
fn on_press() {
    settle(1);
}

fn main() {}
