//! Fire and forget, and a background task: nobody awaits either. The hub waits for the one, and cancels the other when
//! it stops.
//!
//! ```text
//! cargo run --bin fire_and_forget
//! ```

use std::time::Duration;

use onloop::Hub;
use tokio::time::sleep;

fn main() {
    Hub::run(async |hub| {
        on_start(&hub);
        // The notice is tracked, so somebody can wait for it. The heartbeat has no end of its own.
        hub.block_till_done().await;
    });
    println!("the hub has stopped");
}

/// A callback cannot wait, but it can start what does. The handles may be dropped: the hub keeps track.
#[onloop::callback]
fn on_start(hub: &Hub) {
    hub.create_task(send_notice());
    // The name is for the log.
    hub.create_background_task("heartbeat", heartbeat());
    println!("both have started");
}

/// A panic in it would be logged, with the function's name; nothing is lost because nobody awaits.
#[onloop::coroutine]
async fn send_notice() {
    println!("notice: sending");
    sleep(Duration::from_millis(250)).await;
    println!("notice: sent");
}

/// When the hub stops, the future is dropped at the `.await` where it waits, and what it holds is dropped with it.
#[onloop::coroutine]
async fn heartbeat() {
    let _farewell = Farewell;
    loop {
        println!("heartbeat");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Cleans up, on the loop, when the task ends or is cancelled.
struct Farewell;

impl Drop for Farewell {
    #[onloop::callback]
    fn drop(&mut self) {
        println!("heartbeat: cancelled");
    }
}
