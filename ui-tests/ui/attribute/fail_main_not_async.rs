use onloop::Hub;

#[onloop::main]
fn main(hub: Hub) {
    println!("{}", hub.name());
}
