#[onloop::coroutine]
fn total(readings: &[u32]) -> u32 {
    readings.iter().sum()
}

fn main() {}
