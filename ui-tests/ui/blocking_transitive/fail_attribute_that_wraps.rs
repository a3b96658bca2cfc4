use onloop_ui_shapes::wraps;

struct Meter;

impl Meter {
    fn load(&self) -> usize {
        std::fs::read("meter").map_or(0, |text| text.len())
    }

    #[wraps]
    #[onloop::coroutine]
    async fn above(&self) -> usize {
        self.load()
    }

    #[onloop::callback]
    #[wraps]
    fn below(&self) -> usize {
        self.load()
    }
}

fn main() {}
