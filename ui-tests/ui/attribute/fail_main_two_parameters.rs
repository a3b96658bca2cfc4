use onloop::Hub;

#[onloop::main]
async fn main(hub: Hub, port: u16) {
    println!("{} {port}", hub.name());
}
