use onloop::Hub;

#[onloop::callback]
fn on_press(hub: &Hub) {
    hub.create_task(async { tokio::task::yield_now().await });
    hub.create_background_task("refresh", std::future::pending::<()>());
}

fn main() {
    Hub::run(async |hub| {
        on_press(&hub);
        hub.block_till_done().await;
    });
}
