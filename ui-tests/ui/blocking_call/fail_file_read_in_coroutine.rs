#[onloop::coroutine]
async fn load_calibration(path: &str) -> std::io::Result<Vec<u8>> {
    let raw = std::fs::read(path)?;
    Ok(raw)
}

fn main() {}
