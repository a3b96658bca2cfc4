use onloop::Hub;

#[onloop::main]
async fn main(hub: &Hub) {
    println!("{}", hub.name());
}
