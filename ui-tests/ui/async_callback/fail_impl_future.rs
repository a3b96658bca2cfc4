#[onloop::callback]
fn on_press(level: u8) -> impl Future<Output = u8> {
    async move { level + 1 }
}

fn main() {}
