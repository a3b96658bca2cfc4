#[onloop::blocking]
enum Button {
    Press,
}

fn main() {
    let _ = Button::Press;
}
