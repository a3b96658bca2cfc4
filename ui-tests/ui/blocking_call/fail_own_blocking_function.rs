mod store {
    #[onloop::blocking]
    pub fn load() -> Vec<u8> {
        std::fs::read("store.bin").unwrap_or_default()
    }
}

use store::load;

#[onloop::coroutine]
async fn setup() -> usize {
    load().len()
}

fn main() {}
