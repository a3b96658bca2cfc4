use std::time::Duration;

#[onloop::callback]
fn on_start(hub: &onloop::Hub) {
    hub.create_task(async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}

fn main() {}
