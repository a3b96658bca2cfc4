#[onloop::callback]
#[onloop::blocking]
fn load() {}

fn main() {}
