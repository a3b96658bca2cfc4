async fn read_state() -> String {
    std::fs::read_to_string("state").unwrap_or_default()
}

#[onloop::coroutine]
async fn restore() -> usize {
    read_state().await.len()
}

fn main() {}
