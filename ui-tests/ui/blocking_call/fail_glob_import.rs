use std::fs::*;

#[onloop::coroutine]
async fn forget(path: &str) -> std::io::Result<()> {
    remove_file(path)
}

fn main() {}
