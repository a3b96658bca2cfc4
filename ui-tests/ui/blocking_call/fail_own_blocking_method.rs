struct Store;

impl Store {
    #[onloop::blocking]
    fn open() -> Store {
        Store
    }

    #[onloop::callback]
    fn on_start() -> Store {
        Self::open()
    }
}

fn main() {}
