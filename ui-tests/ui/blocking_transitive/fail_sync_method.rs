struct Store {
    table: Vec<u8>,
}

impl Store {
    fn load(&mut self) {
        self.table = std::fs::read("table.bin").unwrap_or_default();
    }

    fn refresh_table(&mut self) {
        self.load();
    }

    #[onloop::coroutine]
    async fn refresh(&mut self) -> usize {
        self.refresh_table();
        self.table.len()
    }
}

fn main() {}
