#[onloop::coroutine]
mod light {
    pub fn toggle() {}
}

fn main() {
    light::toggle();
}
