struct Light;

#[onloop::callback]
impl Light {
    fn toggle(&mut self) {}
}

fn main() {
    Light.toggle();
}
