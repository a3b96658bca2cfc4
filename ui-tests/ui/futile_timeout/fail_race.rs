use tokio::sync::Notify;

#[onloop::coroutine]
async fn race(text: &str, stop: &Notify) -> usize {
    tokio::select! {
        words = async { text.split(' ').count() } => words,
        () = stop.notified() => 0,
    }
}

fn main() {}
