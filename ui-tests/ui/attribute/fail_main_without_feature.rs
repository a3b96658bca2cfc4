use onloop::Hub;

#[onloop::main(stop_on_signal)]
async fn main(hub: Hub) {
    hub.stopped().await;
}
