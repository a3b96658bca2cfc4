//! What never runs, or has nothing to wait for, is not reported.

use crate::testing::{Kind, check_coroutine, check_file};

#[test]
fn code_behind_a_condition_that_does_not_hold_never_runs() {
    check_coroutine(
        "
        async fn load(debug: bool) {
            if false { std::fs::read(\"a\"); }
            while false { std::fs::read(\"a\"); }
            if false && debug { std::fs::read(\"a\"); } else { std::fs::read(\"b\"); }
                                                           //^^^ `std::fs::read` blocks the event loop
            if !false { std::fs::read(\"b\"); } else { std::fs::read(\"a\"); }
                      //^^^ `std::fs::read` blocks the event loop
            if cfg!(test) { std::fs::read(\"a\"); }
            if debug && false { std::fs::read(\"b\"); }
            if false && std::fs::exists(\"a\").is_ok() { return; }
            let known = false && std::fs::exists(\"a\").is_ok();
            let found = debug && std::fs::exists(\"b\").is_ok();
                               //^^^ `std::fs::exists` blocks the event loop
            match debug {
                true if false => { std::fs::read(\"a\"); }
                _ => {}
            }
        }
        ",
    );
}

#[test]
fn a_condition_is_known_in_more_than_one_shape() {
    check_coroutine(
        "
        const DEBUG: bool = false;
        const EITHER: bool = cfg!(test) || cfg!(unix);
        static CHECKS: bool = true;
        static mut CHANGED: bool = false;
        #[cfg(unix)] const FAST: bool = false;
        #[cfg(windows)] const FAST: bool = true;

        async fn load() {
            if { false } { std::fs::read(\"a\"); }
            if unsafe { false } { std::fs::read(\"a\"); }
            if const { false } { std::fs::read(\"a\"); }
            if EITHER { std::fs::read(\"b\"); }
                      //^^^ `std::fs::read` blocks the event loop
            if DEBUG { std::fs::read(\"a\"); }
            if !CHECKS { std::fs::read(\"a\"); }
            if let true = cfg!(test) { std::fs::read(\"a\"); }
            match DEBUG { true => { std::fs::read(\"a\"); } false => {} }
            match cfg!(test) { false => {} true if g() => { std::fs::read(\"a\"); } _ => {} }
            if unsafe { CHANGED } { std::fs::read(\"b\"); }
                                  //^^^ `std::fs::read` blocks the event loop
            if FAST { std::fs::read(\"b\"); }
                    //^^^ `std::fs::read` blocks the event loop
            if { g(); false } { std::fs::read(\"b\"); }
                              //^^^ `std::fs::read` blocks the event loop
            match DEBUG { false => { std::fs::read(\"b\"); } true => {} }
                                   //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn code_behind_a_statement_that_ends_the_way_never_runs() {
    check_file(
        Kind::Coroutine,
        "
        fn fail() -> ! { panic!() }

        async fn load(kind: u8) {
            loop {
                if kind == 1 { break; std::fs::read(\"a\"); }
                if kind == 2 { fail(); std::fs::read(\"a\"); }
                if kind == 3 { std::process::exit(1); std::fs::read(\"a\"); }
                if kind == 4 { let never: u8 = loop {}; std::fs::read(\"a\"); }
                                             //^^^ this loop never ends and never awaits: nothing else on the event loop ever runs again
                if kind == 5 { match kind { 0 => return, _ => panic!() } std::fs::read(\"a\"); }
                if kind == 6 { 'a: { if kind == 7 { break 'a; } return; } std::fs::read(\"b\"); }
                                                                        //^^^ `std::fs::read` blocks the event loop
                if kind == 8 { #[cfg(windows)] return; std::fs::read(\"b\"); }
                                                     //^^^ `std::fs::read` blocks the event loop
                let Some(_) = g() else { continue };
            }
            'all: loop { loop { break 'all; } std::fs::read(\"a\"); }
            if true { todo!() }
            std::fs::read(\"a\");
        }
        ",
    );
}

#[test]
fn what_other_attributes_write_above_the_body_never_runs() {
    check_coroutine(
        "
        async fn load(kind: u8) -> Vec<u8> {
            if false {
                let __tracing_attr_fake_return: Vec<u8> = loop {};
                return __tracing_attr_fake_return;
            }
            {
                std::fs::read(\"b\")
              //^^^ `std::fs::read` blocks the event loop
            }
        }
        ",
    );
}

#[test]
fn a_thread_that_has_ended_is_not_waited_for() {
    check_coroutine(
        "
        async fn reap(thread: std::thread::JoinHandle<()>, more: Option<std::thread::JoinHandle<()>>) {
            if thread.is_finished() { thread.join(); }
            if !thread.is_finished() { thread.join(); } else { thread.join(); }
                                            //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
            if let Some(thread) = more && thread.is_finished() { thread.join(); }
            if more.as_ref().is_some_and(|thread| thread.is_finished()) { more.take().unwrap().join(); }
            match more { Some(thread) if thread.is_finished() => thread.join(), _ => {} }
            while !thread.is_finished() { tick().await; }
            thread.join();
        }
        ",
    );
    check_coroutine(
        "
        async fn reap_later(thread: std::thread::JoinHandle<()>) {
            let is_over = thread.is_finished();
            if is_over { thread.join(); }
        }
        ",
    );
    check_coroutine(
        "
        async fn reap_surely(thread: std::thread::JoinHandle<()>) {
            assert!(thread.is_finished());
            thread.join();
        }
        ",
    );
    check_coroutine(
        "
        async fn reap_those(threads: Vec<std::thread::JoinHandle<()>>) {
            let (over, running): (Vec<_>, Vec<_>) = threads.into_iter().partition(|thread| thread.is_finished());
            for thread in over { thread.join(); }
        }
        ",
    );
    check_coroutine(
        "
        async fn reap_in_time(mut more: Option<std::thread::JoinHandle<()>>) {
            let thread: Option<std::thread::JoinHandle<()>> = more.take_if(|thread| thread.is_finished());
            if let Some(thread) = thread { thread.join(); }
            if let Some(thread) = more.take_if(|thread| thread.is_finished()) { thread.join(); }
        }
        ",
    );
    check_coroutine(
        "
        async fn reap(thread: std::thread::JoinHandle<()>) {
            if thread.is_finished() || late() { thread.join(); }
                                                     //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
            if !thread.is_finished() { println!(\"still there\"); }
            thread.join();
                 //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
        }
        ",
    );
}

#[test]
fn of_many_threads_only_those_are_joined_that_have_ended() {
    check_coroutine(
        "
        type Threads = Vec<std::thread::JoinHandle<()>>;

        async fn reap(mut threads: Threads, more: Threads, others: Threads, rest: Threads, last: Threads) {
            for thread in threads.extract_if(.., |thread| thread.is_finished()) { thread.join(); }
            while let Some(thread) = threads.pop_if(|thread| thread.is_finished()) { thread.join(); }
            match threads.pop_if(|thread| thread.is_finished()) { Some(thread) => { thread.join(); } None => {} }
            more.into_iter().filter(|thread| thread.is_finished()).map(|thread| thread.join()).count();
            let all = others.iter().all(|thread| thread.is_finished()) && others.into_iter().all(|one| one.join().is_ok());
            if rest.iter().any(|thread| !thread.is_finished()) { return }
            for thread in rest { thread.join(); }
        }
        ",
    );
    check_coroutine(
        "
        async fn reap(threads: Vec<std::thread::JoinHandle<()>>, more: Vec<std::thread::JoinHandle<()>>) {
            threads.into_iter().filter(|thread| !thread.is_finished()).map(|thread| thread.join()).count();
                                                                                         //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
            if more.iter().any(|thread| thread.thread().name().is_none()) { return }
            for thread in more { thread.join(); }
                                      //^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
        }
        ",
    );
}

#[test]
fn no_time_is_no_waiting() {
    check_file(
        Kind::Coroutine,
        "
        use std::time::Duration;

        async fn poll(rx: std::sync::mpsc::Receiver<u8>) {
            rx.recv_timeout(Duration::ZERO);
            rx.recv_timeout(std::time::Duration::from_millis(0));
            rx.recv_timeout(Duration::from_millis(1));
             //^ `recv_timeout` blocks the event loop: it is `std::sync::mpsc::Receiver::recv_timeout`
            std::thread::park_timeout(Duration::from_secs(0));
            std::thread::sleep(Duration::ZERO);
          //^^^ `std::thread::sleep` blocks the event loop
            libc::poll(fds, 1, 0);
            libc::poll(fds, 1, 10);
          //^^^^ `libc::poll` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_socket_that_does_not_wait_is_read_at_once() {
    check_coroutine(
        "
        async fn poll(socket: std::net::UdpSocket, other: std::net::UdpSocket, buffer: &mut [u8]) {
            socket.set_nonblocking(true)?;
            socket.recv(buffer);
            other.recv(buffer);
                //^ `recv` blocks the event loop: it is `std::net::UdpSocket::recv`
            socket.set_nonblocking(false)?;
            socket.recv(buffer);
                 //^ `recv` blocks the event loop: it is `std::net::UdpSocket::recv`
        }
        ",
    );
    check_file(
        Kind::Coroutine,
        "
        use std::io::{Read, Write};

        async fn poll(mut stream: std::net::TcpStream, listener: std::net::TcpListener, buffer: &mut [u8]) {
            stream.set_nonblocking(true)?;
            stream.read(buffer)?;
            stream.write(buffer)?;
            listener.set_nonblocking(true)?;
            for client in listener.incoming() { break; }
        }
        ",
    );
}

#[test]
fn a_future_runs_where_its_variable_goes() {
    check_coroutine(
        "
        async fn start() {
            let job = async { std::fs::read(\"a\") };
            let thread = std::thread::spawn(move || drive(job));
            let job = Box::pin(async move { std::fs::read(\"a\") });
            tokio::task::spawn_blocking(move || handle.block_on(job)).await;
            let job = async { std::fs::read(\"b\") };
                            //^^^ `std::fs::read` blocks the event loop
            tokio::spawn(job).await;
            let job = async { std::fs::read(\"b\") };
                            //^^^ `std::fs::read` blocks the event loop
            tasks.spawn(job);
            let job = async { std::fs::read(\"b\") };
                            //^^^ `std::fs::read` blocks the event loop
            job.await;
            let job = async { std::fs::read(\"b\") };
                            //^^^ `std::fs::read` blocks the event loop
            tokio::join!(job, job);
        }
        ",
    );
}

#[test]
fn a_future_that_is_sent_is_driven_by_somebody_else() {
    check_file(
        Kind::Coroutine,
        "
        struct Request { run: BoxFuture<'static, ()>, id: u32 }
        enum Message { Run(BoxFuture<'static, ()>), Call { job: BoxFuture<'static, ()> } }
        struct Own;
        impl Own {
            async fn send(&self, job: impl Future) { job.await; }
        }

        async fn start(queue: std::sync::mpsc::Sender<Request>, tx: tokio::sync::mpsc::Sender<Message>, own: &Own) {
            queue.send(Request { run: Box::pin(async { std::fs::read(\"a\"); }), id: 1 });
            tx.send(Message::Run(async { std::fs::read(\"a\"); }.boxed())).await;
            tx.try_send(Message::Call { job: Box::pin(async { std::fs::read(\"a\"); }) });
            let request = Request { run: Box::pin(async { std::fs::read(\"a\"); }) as BoxFuture<'static, ()>, id: 1 };
            queue.send(request);
            pairs.send((1, Box::pin(async { std::fs::read(\"a\"); })));
            closures.send(Box::new(|| { std::fs::read(\"a\"); }));
            let job: Job = Arc::new(|| { std::fs::read(\"a\"); });
            closures.send(job);
            let job = async { std::fs::read(\"a\"); }.boxed();
            tokio::task::spawn_blocking(move || handle.block_on(job)).await;
            tx.send(std::fs::read(\"b\"));
                  //^^^ `std::fs::read` blocks the event loop
            tx.send(Request { run: Box::pin(async {}), id: std::fs::read(\"b\").len() });
                                                         //^^^ `std::fs::read` blocks the event loop
            let request = Request { run: Box::pin(async { std::fs::read(\"b\"); }), id: 1 };
                                                        //^^^ `std::fs::read` blocks the event loop
            request.run.await;
            let job = async { std::fs::read(\"b\"); }.boxed();
                            //^^^ `std::fs::read` blocks the event loop
            job.await;
            async { std::fs::read(\"b\"); }.boxed().await;
                  //^^^ `std::fs::read` blocks the event loop
            own.send(async { std::fs::read(\"b\"); }).await;
                           //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_future_runs_where_a_function_drives_it() {
    check_file(
        Kind::Coroutine,
        "
        struct Pool;
        impl Pool {
            fn run(&self, job: impl Future<Output = ()> + Send + 'static) { in_a_thread(job); }
        }
        fn in_a_thread<F: Future>(job: F) { std::thread::spawn(move || drive(job)); }
        fn boxed(job: BoxFuture<'static, ()>) { let job = Some(job); std::thread::spawn(move || drive(job)); }
        fn made<F: Future>(make: impl FnOnce() -> F) { std::thread::spawn(move || drive(make())); }
        async fn in_a_pool(job: impl Future) { tokio::task::spawn_blocking(move || drive(job)).await; }
        fn on_the_loop(job: impl Future) -> tokio::task::JoinHandle<()> { tokio::spawn(job) }
        async fn twice(job: impl Future) { job.await; }
        async fn load() { std::fs::read(\"a\"); }

        async fn start(pool: &Pool) {
            in_a_thread(async { std::fs::read(\"a\"); });
            boxed(Box::pin(async { std::fs::read(\"a\"); }));
            made(|| async { std::fs::read(\"a\"); });
            in_a_pool(async { std::fs::read(\"a\"); }).await;
            pool.run(async { std::fs::read(\"a\"); });
            pool.run(load());
            let job = async { std::fs::read(\"a\"); };
            pool.run(job);
            let make = || async { std::fs::read(\"a\"); };
            tokio::task::spawn_blocking(move || drive(make())).await;
            on_the_loop(async { std::fs::read(\"b\"); }).await;
                              //^^^ `std::fs::read` blocks the event loop
            twice(async { std::fs::read(\"b\"); }).await;
                        //^^^ `std::fs::read` blocks the event loop
            twice(load()).await;
                //^^^^ `load()` blocks the event loop: it calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn the_closures_of_an_iterator_run_where_it_is_used_up() {
    check_file(
        Kind::Coroutine,
        "
        fn texts(names: Vec<String>) -> impl Iterator<Item = String> {
            names.into_iter().filter_map(|name| std::fs::read_to_string(name).ok())
        }

        async fn start(names: Vec<String>) {
            let all = names.iter().map(|name| std::fs::read(name)).enumerate();
            tokio::task::spawn_blocking(move || all.count()).await;
            let more = texts(names);
            tokio::task::spawn_blocking(move || more.count()).await;
            let all = names.iter().map(|name| std::fs::read(name));
                                            //^^^ `std::fs::read` blocks the event loop
            for text in all {}
            let text = name.map(|name| std::fs::read(name));
                                     //^^^ `std::fs::read` blocks the event loop
            tokio::task::spawn_blocking(move || text.len()).await;
        }
        ",
    );
}
