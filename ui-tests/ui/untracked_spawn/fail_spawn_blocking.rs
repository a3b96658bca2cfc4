use tokio::task::spawn_blocking;

#[onloop::callback]
fn on_shutdown(state: Vec<u8>) {
    spawn_blocking(move || std::fs::write("state.bin", state));
}

fn main() {}
