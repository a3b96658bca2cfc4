use std::time::Duration;

use onloop::Hub;

async fn tick() {
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[onloop::callback]
fn on_start(hub: &Hub) {
    hub.create_background_task("ticks", tick());
    hub.create_task(async {
        let mut left = 3;
        loop {
            left -= 1;
            if left == 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
    });
}

fn main() {
    Hub::run(async |hub| on_start(&hub));
}
