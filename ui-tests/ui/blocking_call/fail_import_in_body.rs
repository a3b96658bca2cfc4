#[onloop::coroutine]
async fn save(state: &str) {
    use std::fs::write;
    let _ = write("state.json", state);
}

fn main() {}
