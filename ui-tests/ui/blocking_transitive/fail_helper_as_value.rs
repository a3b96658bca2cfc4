fn load(name: &str) -> Vec<u8> {
    std::fs::read(name).unwrap_or_default()
}

#[onloop::coroutine]
async fn load_all(names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().copied().map(load).collect()
}

fn main() {}
