#[path = "parts/helpers.rs"]
mod helpers;

use helpers::disk;

#[onloop::coroutine]
async fn setup() -> Vec<u8> {
    let table = disk::load("table.bin").unwrap_or_default();
    helpers::store::open();
    table
}

fn main() {}
