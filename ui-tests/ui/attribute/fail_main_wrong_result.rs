use onloop::Hub;

#[onloop::main]
async fn main(hub: Hub) -> Result<(), std::io::Error> {
    println!("{}", hub.name());
}
