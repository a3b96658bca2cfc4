use tokio::sync::mpsc::Receiver;

#[onloop::coroutine]
async fn next(mut readings: Receiver<f32>) -> Option<f32> {
    readings.blocking_recv()
}

fn main() {}
