use crossbeam_channel::{Receiver, Sender, select};

#[onloop::coroutine]
async fn serve(requests: Receiver<u8>, stop: Receiver<()>, replies: Sender<u8>) {
    select! {
        recv(requests) -> request => drop(replies.try_send(request.unwrap_or(0))),
        recv(stop) -> _ => return,
    }
    crossbeam_channel::select_biased! {
        recv(stop) -> _ => return,
        default(std::time::Duration::from_secs(1)) => {}
    }
}

fn main() {}
