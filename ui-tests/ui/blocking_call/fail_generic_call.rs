use std::path::Path;

#[onloop::coroutine]
async fn load<P: AsRef<Path>>(path: P) -> std::io::Result<String> {
    std::fs::read_to_string::<P>(path)
}

fn main() {}
