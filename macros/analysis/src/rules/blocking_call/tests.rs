mod chains;
mod closures;
mod decided;
mod exempt;
mod foreign;
mod iterators;
mod never;
mod parallel;
mod paths;
mod selects;
mod strict;
mod types;

use crate::testing::{Kind, check_callback, check_coroutine, check_file, findings_of};

#[test]
fn a_catalogued_function_is_reported_at_its_path() {
    check_coroutine(
        "
        async fn settle() {
            std::thread::sleep(SECOND);
          //^^^ `std::thread::sleep` blocks the event loop
            let text = std::fs::read_to_string(\"x\")?.trim();
                     //^^^ `std::fs::read_to_string` blocks the event loop
            ::std::fs::File::open(\"x\");
          //^^ `::std::fs::File::open` blocks the event loop
            reqwest::blocking::get(url)?.text()?;
          //^^^^^^^ `reqwest::blocking::get` blocks the event loop
        }
        ",
    );
}

#[test]
fn all_findings_come_at_once_and_in_macros_too() {
    check_coroutine(
        "
        async fn settle() {
            println!(\"{}\", std::fs::read_to_string(name)?);
                         //^^^ `std::fs::read_to_string` blocks the event loop
            tokio::select! {
                _ = tick() => std::thread::sleep(SECOND),
                            //^^^ `std::thread::sleep` blocks the event loop
                Some(x) = rx.recv(), if open => { std::fs::write(x, x); }
                                                //^^^ `std::fs::write` blocks the event loop
                else => {}
            }
            if matches!(std::fs::metadata(name), Ok(found) if found.is_dir()) {}
                      //^^^ `std::fs::metadata` blocks the event loop
            let all = vec![std::fs::read(name); 3];
                         //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn names_are_resolved_through_the_file() {
    check_file(
        Kind::Coroutine,
        "
        use std::{fs::{self, File as Disk}, thread::sleep as nap, io::*};
        use std::fs as disk;
        extern crate ureq as http;
        type Log = std::fs::File;
        mod inner { pub use std::fs::remove_file as unlink; pub mod deep { pub use super::*; } }

        async fn settle() {
            nap(SECOND);
          //^^^ `nap` blocks the event loop: it is `std::thread::sleep`
            fs::read(name);
          //^^ `fs::read` blocks the event loop
            disk::write(name, text);
          //^^^^ `disk::write` blocks the event loop: it is `std::fs::write`
            Disk::open(name);
          //^^^^ `Disk::open` blocks the event loop: it is `std::fs::File::open`
            Log::create(name);
          //^^^ `Log::create` blocks the event loop: it is `std::fs::File::create`
            inner::deep::unlink(name);
          //^^^^^ `inner::deep::unlink` blocks the event loop: it is `std::fs::remove_file`
            crate::inner::unlink(name);
          //^^^^^ `crate::inner::unlink` blocks the event loop: it is `std::fs::remove_file`
            use std::process;
            <std::process::Child>::wait(child);
          //^ `<std::process::Child>::wait` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_glob_of_std_hides_nothing_of_its_prelude() {
    check_file(
        Kind::Callback,
        "
        use std::io::prelude::*;
        use std::net::*;
        use tokio::io::*;
        struct Log { file: Option<std::fs::File>, peers: Vec<TcpStream> }
        fn on_line(log: &mut Log) {
            if let Some(file) = &mut log.file { file.sync_all(); }
                                                   //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            for peer in &log.peers { peer.peek(buffer); }
                                        //^^^^ `peek` blocks the event loop
        }
        ",
    );
}

#[test]
fn what_shadows_a_name_wins() {
    check_file(
        Kind::Coroutine,
        "
        use std::fs;
        use std::thread::sleep;
        use memory::read_dir;

        async fn settle<File: Open>(sleep: Sleep, write: impl Fn(u8)) {
            mod fs { pub fn read() {} }
            fn read_dir() {}
            sleep(SECOND);
            fs::read(name);
            write(1);
            read_dir();
            File::open(name);
            let copy = |x| x;
            copy(1);
            { use tokio::fs; fs::read(name).await; let f = fs::read(name); }
            if let Some(exists) = x { exists(1); }
            for sleep in all { sleep(1) }
        }
        ",
    );
    check_file(
        Kind::Callback,
        "
        mod std { pub mod thread { pub fn sleep() {} } }
        use self::std::thread;
        fn on_tick() { thread::sleep(); self::std::thread::sleep(); }
        ",
    );
}

#[test]
fn nested_items_and_test_code_are_left_alone() {
    check_coroutine(
        "
        async fn settle() {
            fn work() { std::thread::sleep(SECOND) }
            #[cfg(test)]
            std::thread::sleep(SECOND);
            #[cfg(all(test, unix))]
            { std::thread::sleep(SECOND); }
            #[cfg(unix)]
            std::thread::sleep(SECOND);
          //^^^ `std::thread::sleep` blocks the event loop
        }
        ",
    );
}

#[test]
fn an_awaited_call_is_not_reported() {
    check_coroutine("async fn settle() { std::fs::read(x).await; rx.blocking_recv().await; }");
    check_coroutine("async fn settle() { tokio::join!(rx.block_on(), hickory_resolver::Resolver::lookup_ip(r, x)); }");
}

#[test]
fn what_an_attribute_waits_for_is_not_the_users() {
    check_coroutine(
        "
        fn settle() {
            futures::executor::block_on(tick());
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^ `futures::executor::block_on` blocks the event loop: it is `futures_executor::block_on`
            Builder::new_current_thread().build().unwrap().block_on(async { tick().await })
        }
        ",
    );
}

#[test]
fn a_method_whose_name_is_proof() {
    check_coroutine(
        "
        async fn settle() {
            rx.blocking_recv();
             //^^^^^^^^^^^^^ `blocking_recv` blocks the event loop
            self.runtime.block_on(async { std::thread::park() });
                       //^^^^^^^^ `block_on` blocks the event loop
                                        //^^^ `std::thread::park` blocks the event loop
        }
        ",
    );
}

#[test]
fn own_blocking_functions_are_known() {
    check_file(
        Kind::Callback,
        "
        mod jobs { #[onloop::blocking] pub fn load() {} pub fn peek() {} }
        use jobs::load as get;
        struct Store;
        impl Store { #[onloop::blocking] fn open() {} fn new() {} }

        fn on_tick() {
            get();
          //^^^ `get` blocks the event loop: it is marked `#[onloop::blocking]`
            jobs::peek();
            Store::new();
            Store::open();
          //^^^^^ `Store::open` blocks the event loop: it is marked `#[onloop::blocking]`
            let all = names.map(jobs::load);
                              //^^^^ `jobs::load` blocks the event loop when it is called: it is marked `#[onloop::blocking]`
            jobs::spawn_blocking(get);
        }
        ",
    );
}

#[test]
fn the_help_says_what_can_be_done_there() {
    let help = |kind, item: &str| findings_of(kind, item)[0].help[0].clone();
    assert_eq!(
        help(Kind::Coroutine, "async fn f() { std::thread::sleep(S) }"),
        "await `tokio::time::sleep(..)` instead"
    );
    let make = "make `f` a coroutine and await `tokio::time::sleep(..)`";
    for (item, later) in [
        (
            "fn f() { std::thread::sleep(S) }",
            ", or await it in a task of a `tokio::task::JoinSet` that you keep: `tasks.spawn(async move { .. })`",
        ),
        ("fn f(hub: &Hub) { std::thread::sleep(S) }", ", or await it in a task: `hub.create_task(async move { .. })`"),
        // No task can take along what is lent, nor return what it gives.
        ("fn f(lamp: &Lamp) { std::thread::sleep(S) }", ""),
        ("fn f() -> bool { std::thread::sleep(S); true }", ""),
    ] {
        assert_eq!(help(Kind::Callback, item), format!("{make}{later}"), "{item}");
    }
    assert_eq!(
        help(Kind::Callback, "fn f(hub: &Hub) { std::fs::hard_link(A, B); std::os::unix::fs::chown(a, b, c); }"),
        "make `f` a coroutine and await `tokio::fs::hard_link(..)`, or await it in a task: \
         `hub.create_task(async move { .. })`"
    );
    assert_eq!(
        help(Kind::Callback, "fn f(hub: &Hub) { std::os::unix::fs::chown(a, b, c); }"),
        "make `f` a coroutine and run it in the executor: `tokio::task::spawn_blocking(..).await` or \
         `hub.add_executor_job(..).await`, or hand it over: `hub.add_executor_job(..)`"
    );
    assert_eq!(
        help(Kind::Coroutine, "async fn f() { retry(|| std::fs::read(x)) }"),
        "await `tokio::fs::read(..)` outside of the closure, or run the call that takes the closure in the executor: \
         `tokio::task::spawn_blocking(..).await`"
    );
    assert_eq!(
        help(Kind::Callback, "fn f(hub: &Hub) { hub.create_task(async { std::thread::sleep(S) }); }"),
        "await `tokio::time::sleep(..)` instead"
    );
    assert_eq!(help(Kind::Coroutine, "async fn f() { rx.blocking_recv() }"), "await `recv(..)` instead");
}

#[test]
fn strict_reports_what_usually_does_not_wait() {
    use crate::testing::strict_findings_of;
    let item = "async fn f() { std::sync::Mutex::lock(&state); }";
    assert_eq!(strict_findings_of("", item), 0);
    assert_eq!(strict_findings_of("strict(cpu)", item), 0);
    assert_eq!(strict_findings_of("strict(cpu, lock)", item), 1);
    assert_eq!(strict_findings_of("strict", item), 1);
}

#[test]
fn a_name_that_is_proof_is_so_on_types_that_nobody_knows() {
    check_file(
        Kind::Callback,
        "
        use other::{System, Endpoint};
        struct Fake;
        impl Fake { fn block_on(&self, n: u8) {} }
        fn on_tick(system: System, endpoint: Endpoint, address: std::net::SocketAddr, addresses: impl std::net::ToSocketAddrs, ip: std::net::IpAddr) {
            system.block_on(future);
                 //^^^^^^^^ `block_on` blocks the event loop
            System::new().block_on(future);
                        //^^^^^^^^ `block_on` blocks the event loop
            endpoint.to_socket_addrs();
                   //^^^^^^^^^^^^^^^ `to_socket_addrs` blocks the event loop
            addresses.to_socket_addrs();
                    //^^^^^^^^^^^^^^^ `to_socket_addrs` blocks the event loop
            Fake.block_on(1);
            address.to_socket_addrs();
            (ip, 80).to_socket_addrs();
            [address].to_socket_addrs();
        }
        ",
    );
}

#[test]
fn block_on_of_a_crate_that_is_not_known() {
    check_callback(
        "
        fn settle(future: F) {
            use some_runtime::task::block_on;
            some_runtime::block_on(future);
          //^^^^^^^^^^^^ `some_runtime::block_on` blocks the event loop
            block_on(future);
          //^^^^^^^^ `block_on` blocks the event loop: it is `some_runtime::task::block_on`
        }
        ",
    );
}

#[test]
fn a_block_on_that_may_be_another_is_left_alone() {
    for body in [
        "fn block_on(n: u8) {} block_on(1);",
        "let block_on = |n: u8| n; block_on(1);",
        "mod own { pub fn block_on(n: u8) {} } own::block_on(1);",
        "for next in some_runtime::stream::block_on(stream).take(0) {}",
        "let items = futures_lite::stream::block_on(stream);",
        "std::thread::spawn(|| some_runtime::block_on(future));",
        "let waits = some_runtime::block_on_later(future);",
    ] {
        assert!(findings_of(Kind::Callback, &format!("fn settle() {{ {body} }}")).is_empty(), "{body}");
    }
}
