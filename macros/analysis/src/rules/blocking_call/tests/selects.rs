//! `select!` of channels of threads waits where no arm says what to do at once.

use crate::testing::{Kind, check_file};

#[test]
fn a_select_that_only_receives_waits() {
    check_file(
        Kind::Coroutine,
        "
        use crossbeam_channel::{select, tick, Receiver};

        async fn serve(requests: Receiver<Request>, stop: Receiver<()>, patience: Duration) {
            select! {
          //^^^ `select!` blocks the event loop
                recv(requests) -> request => answer(request),
                recv(stop) -> _ => return,
            }
            crossbeam::select! {
          //^^^ `crossbeam::select!` blocks the event loop: it is `crossbeam_channel::select`
                recv(requests) -> request => answer(request.unwrap_or_default()),
                default(patience) => late(),
            }
            let next = crossbeam_channel::select_biased! {
                     //^^^ `crossbeam_channel::select_biased!` blocks the event loop
                recv(stop) -> _ => None,
                recv(requests) -> request => request.map(|r| Request { ok: r.ok, ..Default::default() }).ok(),
            };
        }
        ",
    );
}

#[test]
fn one_that_has_something_else_to_do_does_not() {
    check_file(
        Kind::Coroutine,
        "
        use crossbeam_channel::{select, Receiver, Sender};

        async fn serve(requests: Receiver<Request>, replies: Sender<Reply>, stop: Receiver<()>) {
            select! {
                recv(requests) -> request => answer(request),
                default => {}
            }
            select! { recv(stop) -> _ => return, default() => idle() }
            select! { recv(stop) -> _ => return, default(Duration::ZERO) => idle() }
            select! { recv(stop) -> _ => return, default(std::time::Duration::from_millis(0)) => idle() }
            select! { send(replies, Reply::new()) -> sent => note(sent), recv(stop) -> _ => return }
            tokio::select! { request = next() => answer(request), _ = stopped() => return }
            std::thread::spawn(move || loop { select! { recv(requests) -> r => answer(r), recv(stop) -> _ => break } });
        }
        ",
    );
}
