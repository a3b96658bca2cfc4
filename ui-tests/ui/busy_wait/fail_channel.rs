use std::sync::mpsc::Receiver;

#[onloop::coroutine]
async fn first(results: &Receiver<u32>) -> u32 {
    loop {
        if let Ok(result) = results.try_recv() {
            break result;
        }
    }
}

fn main() {}
