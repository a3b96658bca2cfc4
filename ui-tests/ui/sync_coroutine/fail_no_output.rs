struct Light {
    on: bool,
}

impl Light {
    #[onloop::coroutine]
    fn turn_off(&mut self) {
        self.on = false;
    }
}

fn main() {}
