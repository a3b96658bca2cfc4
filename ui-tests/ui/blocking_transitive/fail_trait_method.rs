trait Store {
    fn load(&self) -> Vec<u8>;

    fn len(&self) -> usize {
        self.load().len()
    }
}

struct Disk;

impl Store for Disk {
    fn load(&self) -> Vec<u8> {
        std::fs::read("table").unwrap_or_default()
    }
}

#[onloop::coroutine]
async fn poll(store: &dyn Store) -> usize {
    store.len()
}

fn main() {}
