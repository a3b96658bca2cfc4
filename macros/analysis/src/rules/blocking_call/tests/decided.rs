//! What the text decides far from the call: constants, and functions that ask.

use crate::testing::check_coroutine;

#[test]
fn under_a_constant_that_is_false() {
    check_coroutine(
        "
        mod flags {
            pub struct Flags;
            impl Flags {
                pub const SLOW: bool = false;
                pub const FAST: bool = !Self::SLOW;
                pub fn tune(&self) { if Self::SLOW { std::fs::read(\"a\"); } }
            }
        }
        use flags::Flags;
        trait Tuned { const TUNED: bool; }
        impl Tuned for Flags { const TUNED: bool = cfg!(any()); }

        async fn tune(flags: Flags) {
            flags.tune();
            if Flags::SLOW { std::fs::read(\"a\"); }
            if flags::Flags::SLOW { std::fs::read(\"a\"); }
            if Flags::TUNED { std::fs::read(\"a\"); }
            if <flags::Flags as Tuned>::TUNED { std::fs::read(\"a\"); }
            match Flags::SLOW { true => { std::fs::read(\"a\"); } false => {} }
            if !Flags::SLOW { std::fs::read(\"b\"); }
                            //^^^ `std::fs::read` blocks the event loop
            if Flags::FAST { std::fs::read(\"b\"); }
                           //^^^ `std::fs::read` blocks the event loop
            if Flags::OTHER { std::fs::read(\"b\"); }
                            //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn threads_that_a_named_function_has_seen_end() {
    check_coroutine(
        "
        type Threads = Vec<std::thread::JoinHandle<()>>;
        fn is_over(thread: &std::thread::JoinHandle<()>) -> bool { thread.is_finished() }
        fn is_named(thread: &std::thread::JoinHandle<()>) -> bool { thread.thread().name().is_some() }

        async fn reap(over: Threads, named: Threads, more: Threads) {
            over.into_iter().filter(is_over).map(|thread| thread.join()).count();
            named.into_iter().filter(is_named).map(|thread| thread.join()).count();
                                                                 //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
            for thread in more.into_iter().filter(is_over) { thread.join(); }
        }
        ",
    );
}

#[test]
fn who_expects_would_block_does_not_wait() {
    check_coroutine(
        "
        fn drain(mut pipe: &std::fs::File) -> std::io::Result<()> {
            loop {
                match pipe.read(&mut [0; 64]) {
                    Ok(0) => return Ok(()),
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        }

        async fn accept(listener: std::net::TcpListener, pipe: std::fs::File, path: &Path) {
            drain(&pipe);
            let accepted = listener.accept();
            if accepted.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) { return }
            std::fs::metadata(path);
          //^^^ `std::fs::metadata` blocks the event loop
        }
        ",
    );
    check_coroutine(
        "
        async fn receive(socket: std::net::UdpSocket) {
            socket.set_read_timeout(Some(LIMIT));
            let received = socket.recv(&mut [0; 64]);
                                //^ `recv` blocks the event loop: it is `std::net::UdpSocket::recv`
            if received.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) { return }
        }
        ",
    );
}

#[test]
fn a_helper_that_is_given_no_time_does_not_wait() {
    check_coroutine(
        "
        fn poll(limit: Option<Duration>, events: &std::sync::mpsc::Receiver<u8>) -> Option<u8> {
            events.recv_timeout(limit?).ok()
        }

        async fn look(events: &std::sync::mpsc::Receiver<u8>) {
            poll(Some(Duration::from_secs(0)), events);
            poll(Some(Duration::ZERO), events);
        }
        ",
    );
}

#[test]
fn who_has_polled_finds_something_to_read() {
    check_coroutine(
        "
        use crossterm::event;
        async fn keys() -> std::io::Result<()> {
            if !event::poll(Duration::from_millis(16))? { return Ok(()) }
              //^ `event::poll` blocks the event loop
            event::read()?;
            Ok(())
        }
        ",
    );
    check_coroutine(
        "
        use crossterm::event;
        async fn keys() { event::read(); }
                        //^ `event::read` blocks the event loop
        ",
    );
}

#[test]
fn one_thread_that_is_denied_not_to_have_ended() {
    check_coroutine(
        "
        async fn export(handle: Option<std::thread::JoinHandle<()>>, last: Option<std::thread::JoinHandle<()>>) {
            if handle.as_ref().is_some_and(|handle| !handle.is_finished()) {
                return;
            } else if let Some(handle) = handle && let Err(error) = handle.join() {
                report(error);
            }
            if matches!(&last, Some(last) if !last.is_finished()) { return }
            if let Some(last) = last { last.join(); }
        }
        ",
    );
}

#[test]
fn a_function_that_hands_itself_over() {
    check_coroutine(
        "
        struct Node { children: Vec<Node>, task: std::thread::JoinHandle<()> }
        fn is_over(node: &Node) -> bool { node.children.iter().all(is_over) && node.task.is_finished() }
        async fn poll(nodes: Vec<Node>) {
            if nodes.iter().all(is_over) { done(); }
        }
        ",
    );
}
