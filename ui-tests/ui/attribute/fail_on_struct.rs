#[onloop::callback]
struct Light {
    on: bool,
}

fn main() {
    let light = Light { on: true };
    assert!(light.on);
}
