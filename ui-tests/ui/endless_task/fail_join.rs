use std::time::Duration;

async fn tick() {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn load() {}

#[onloop::callback]
fn on_start(hub: &onloop::Hub) {
    hub.create_task(async {
        tokio::join!(load(), tick());
    });
}

fn main() {}
