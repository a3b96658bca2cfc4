use std::time::Duration;

#[onloop::coroutine]
async fn watch(mut events: tokio::sync::mpsc::Receiver<u8>) {
    tokio::select! {
        _ = events.recv() => {}
        _ = tokio::time::sleep(Duration::from_secs(1)) => std::thread::sleep(Duration::from_secs(1)),
    }
}

fn main() {}
