#[onloop::blocking("disk")]
fn load() {}

fn main() {
    load();
}
