#[onloop::coroutine]
async fn start(mut readings: tokio::sync::mpsc::Receiver<f32>) {
    let task = tokio::spawn(async move { readings.blocking_recv() });
    let _ = task.await;
}

fn main() {}
