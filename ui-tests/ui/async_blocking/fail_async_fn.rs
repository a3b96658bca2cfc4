#[onloop::blocking]
async fn load() -> Vec<u8> {
    std::fs::read("table.bin").unwrap_or_default()
}

fn main() {}
