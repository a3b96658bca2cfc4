#[onloop::main]
struct House;

fn main() {
    let _ = House;
}
