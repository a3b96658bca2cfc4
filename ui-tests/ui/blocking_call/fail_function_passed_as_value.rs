#[onloop::coroutine]
async fn load_all(paths: &[&str]) -> Vec<Vec<u8>> {
    paths.iter().filter_map(|path| Some(path)).map(std::fs::read).flatten().collect()
}

fn main() {}
