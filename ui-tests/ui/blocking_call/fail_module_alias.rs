use std::fs as disk;

#[onloop::coroutine]
async fn save(state: &[u8]) -> std::io::Result<()> {
    disk::write("state.json", state)
}

fn main() {}
