use crossbeam_channel::{Receiver, Sender, select};

#[onloop::coroutine]
async fn serve(requests: Receiver<u8>, stop: Receiver<()>, replies: Sender<u8>) {
    select! {
        recv(requests) -> request => drop(replies.try_send(request.unwrap_or(0))),
        recv(stop) -> _ => return,
        default => {}
    }
    select! {
        send(replies, 1) -> sent => drop(sent),
        recv(stop) -> _ => {}
    }
}

fn main() {}
