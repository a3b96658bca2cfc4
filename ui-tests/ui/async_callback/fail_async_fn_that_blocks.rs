#[onloop::callback]
async fn on_press() {
    std::thread::park();
}

fn main() {}
