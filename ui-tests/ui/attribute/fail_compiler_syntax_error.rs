#[onloop::callback]
fn on_press() {
    let level = ;
}

fn main() {}
