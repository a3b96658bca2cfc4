use onloop::Hub;

#[onloop::main(flavor = "current_thread", start_paused = true)]
async fn main(hub: Hub) {
    println!("{}", hub.name());
}
