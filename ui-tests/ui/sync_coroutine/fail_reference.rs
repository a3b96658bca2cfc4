struct Light {
    name: String,
}

impl Light {
    #[onloop::coroutine]
    fn name(&self) -> &str {
        &self.name
    }
}

fn main() {}
