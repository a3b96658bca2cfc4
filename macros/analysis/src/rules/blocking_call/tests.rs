mod chains;
mod exempt;
mod foreign;
mod iterators;
mod never;
mod paths;
mod strict;

use crate::testing::{Kind, check_callback, check_coroutine, check_crate, check_file, findings_of};

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
fn marked_closures_and_paths_run_where_the_mark_says() {
    check_coroutine(
        "
        async fn start(hub: &Hub) {
            let stored = #[callback] |event: &Event| { std::fs::read(\"x\"); };
                                                     //^^^ `std::fs::read` blocks the event loop
            let stored = #[onloop::blocking] |event: &Event| { std::fs::read(\"x\"); };
            hub.add_executor_job(#[coroutine] async || std::fs::read(\"x\"));
                                                     //^^^ `std::fs::read` blocks the event loop
            hub.listen(#[blocking] std::fs::read);
            hub.listen(#[callback] std::fs::read);
                     //^ `std::fs::read` blocks the event loop
            listen(#[callback] || hub.listen(#[blocking] || std::fs::read(\"x\")));
        }
        ",
    );
    let help = |item: &str| findings_of(Kind::Coroutine, item)[0].help[0].clone();
    assert_eq!(
        help("async fn f(hub: &Hub) { hub.listen(#[callback] std::fs::read); }"),
        "mark it so that it runs in the executor: `#[blocking] std::fs::read`"
    );
    let task = help("async fn f(hub: &Hub) { hub.listen(#[callback] || std::fs::read(x)); }");
    assert!(task.starts_with("a callback cannot wait; in a task"), "{task}");
}

#[test]
fn a_function_passed_as_a_value_is_reported() {
    check_coroutine(
        "
        async fn settle() {
            let texts = names.iter().map(std::fs::read_to_string);
                                       //^^^ `std::fs::read_to_string` blocks the event loop when it is called here
            let nap = std::thread::sleep;
                    //^^^ `std::thread::sleep` blocks the event loop when it is called here
            nap(SECOND);
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
fn a_static_has_the_type_that_is_written() {
    check_crate(
        Kind::Coroutine,
        "
        mod state;
        use state::{DB, WORKER as worker};
        static LOG: std::sync::OnceLock<std::fs::File> = std::sync::OnceLock::new();
        async fn settle() {
            static JOBS: std::sync::Mutex<Option<std::process::Child>> = std::sync::Mutex::new(None);
            LOG.get().unwrap().sync_all();
                             //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            state::DB.execute(sql);
                    //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            DB.path();
            worker.recv();
                 //^^^^ `recv` blocks the event loop: it is `std::sync::mpsc::Receiver::recv`
            JOBS.lock().unwrap().as_mut().unwrap().wait();
                                                 //^^^^ `wait` blocks the event loop: it is `std::process::Child::wait`
            let DB = memory();
            DB.execute(sql);
        }
        ",
        &[(
            "src/state.rs",
            "
            pub static DB: std::sync::LazyLock<rusqlite::Connection> = std::sync::LazyLock::new(|| open());
            pub const WORKER: std::sync::mpsc::Receiver<u8> = make();
            ",
        )],
    );
}

#[test]
fn an_alias_keeps_its_arguments_wherever_it_is_imported() {
    check_crate(
        Kind::Callback,
        "
        mod kinds;
        use kinds::{self as k, Db, Logs as Lines};
        struct Home { db: Db, lines: Lines, pool: k::Shared<Vec<rusqlite::Connection>> }
        fn on_tick(home: &mut Home, db: k::Db) {
            home.db.lock().unwrap().execute(sql);
                                  //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            home.lines.flush();
                     //^^^^^ `flush` blocks the event loop: it is `std::io::Write::flush`
            db.lock().unwrap().execute(sql);
                             //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            home.pool.lock().unwrap()[0].execute(sql);
                                       //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
        }
        ",
        &[(
            "src/kinds.rs",
            "
            use std::fs::File as Disk;
            pub type Db = std::sync::Arc<std::sync::Mutex<rusqlite::Connection>>;
            pub type Logs = std::io::BufWriter<Disk>;
            pub type Shared<T> = std::sync::Arc<std::sync::Mutex<T>>;
            pub type Round = Round;
            ",
        )],
    );
}

#[test]
fn what_async_locks_and_channels_hold_blocks_all_the_same() {
    check_file(
        Kind::Coroutine,
        "
        use std::process::Child;
        use std::sync::Arc;
        use rusqlite::Connection;
        use tokio::sync::{Mutex, RwLock, mpsc, oneshot};
        struct Home { db: Arc<Mutex<Connection>>, last: RwLock<Option<Connection>> }
        async fn settle(home: &Home, mut done: mpsc::Receiver<Child>, opened: oneshot::Receiver<Connection>) {
            home.db.lock().await.execute(sql);
                               //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            let db = home.db.clone().lock_owned().await;
            db.execute(sql);
             //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            drop(db);
            if let Some(db) = home.last.write().await.as_mut() { db.execute(sql); }
                                                                  //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            if let Ok(db) = home.db.try_lock() { db.execute(sql); }
                                                  //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            tokio::select! {
                Some(mut child) = done.recv() => { child.wait(); }
                                                       //^^^^ `wait` blocks the event loop: it is `std::process::Child::wait`
                Ok(db) = tokio::time::timeout(SECOND, home.db.lock()) => { db.execute(sql); }
                                                                            //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            }
            opened.await?.execute(sql);
                        //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            home.db.lock().await.path();
            let mut file = tokio::fs::File::open(name).await?;
            file.sync_all().await;
            home.db.lock().await;
            done.close();
        }
        ",
    );
}

#[test]
fn branches_have_the_type_of_their_values() {
    check_file(
        Kind::Coroutine,
        "
        use rusqlite::Connection;
        struct Memory;
        async fn settle(cached: Option<Connection>, other: Memory) {
            let db = match cached { Some(db) => db, None => return };
            db.execute(sql);
             //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            let db = if quick { let opened: Connection = get(); opened } else { panic!() };
            db.execute(sql);
             //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            let db = if let Some(db) = cached && quick { other } else { db };
            db.execute(sql);
            let db = { let db = &cached; other };
            db.execute(sql);
            let all = vec![db, Connection::open_in_memory()?];
            all[1].execute(sql);
            for db in [Connection::open_in_memory()?] { db.execute(sql); }
                                                         //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
        }
        ",
    );
}

#[test]
fn closures_are_given_what_the_method_is_called_on() {
    check_file(
        Kind::Coroutine,
        "
        use std::collections::HashMap;
        use rusqlite::Connection;
        async fn settle(one: Option<Connection>, all: Vec<Connection>, by_name: HashMap<String, Connection>) {
            one.as_ref().map(|db| db.execute(sql));
                                   //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            all.iter().enumerate().for_each(|(n, db)| { db.execute(sql); });
                                                         //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            by_name.values().map(|db| db.execute(sql)).sum();
                                       //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            by_name.retain(|name, db| db.execute(name) > 0);
                                       //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            Connection::open(path).and_then(|db| db.execute(sql));
          //^^^^^^^^^^ `Connection::open` blocks the event loop
                                                  //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            all.iter().map(|db: &Memory| db.execute(sql));
            all.iter().map(|db| db.memory()).map(|db| db.execute(sql));
            one.ok_or(1).map_err(|db| db.execute(sql));
            one.map_or_else(|db| db.execute(sql), keep(|db| db.execute(sql)));
        }
        ",
    );
}

#[test]
fn a_function_blocks_where_what_it_reads_from_or_writes_to_does() {
    check_coroutine(
        "
        async fn settle(mut file: std::fs::File, mut memory: Vec<u8>) {
            std::io::copy(&mut &memory[..], &mut file);
          //^^^ `std::io::copy` blocks the event loop
            std::io::copy(&mut &b\"x\"[..], &mut memory);
            std::io::copy(&mut unknown(), &mut memory);
            let text = std::io::read_to_string(std::io::stdin());
                     //^^^ `std::io::read_to_string` blocks the event loop
            let config = serde_json::from_reader(std::io::BufReader::new(file))?;
                       //^^^^^^^^^^ `serde_json::from_reader` blocks the event loop
            serde_json::to_writer(&mut memory, &config);
            serde_json::from_reader(std::io::Cursor::new(memory));
        }
        ",
    );
}

#[test]
fn what_methods_and_functions_give_in_tuples() {
    check_coroutine(
        "
        async fn settle(listener: std::net::TcpListener) {
            let (sender, receiver) = std::sync::mpsc::sync_channel(1);
            sender.send(1);
                 //^^^^ `send` blocks the event loop: it is `std::sync::mpsc::SyncSender::send`
            receiver.recv();
                   //^^^^ `recv` blocks the event loop: it is `std::sync::mpsc::Receiver::recv`
            let (stream, address) = listener.accept()?;
                                           //^^^^^^ `accept` blocks the event loop: it is `std::net::TcpListener::accept`
            stream.peek(&mut buffer);
                 //^^^^ `peek` blocks the event loop: it is `std::net::TcpStream::peek`
            address.peek(&mut buffer);
        }
        ",
    );
}

#[test]
fn the_body_of_a_response_is_read_from_the_net() {
    check_coroutine(
        "
        async fn settle(agent: ureq::Agent) {
            let mut reply = agent.get(url).call()?;
                                         //^^^^ `call` blocks the event loop
            let text = reply.body_mut().read_to_string()?;
                                      //^^^^^^^^^^^^^^ `read_to_string` blocks the event loop: it is `ureq::Body::read_to_string`
            let status = reply.status();
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
fn closures_run_where_they_are_handed_to() {
    check_coroutine(
        "
        async fn settle(hub: &Hub) {
            hub.add_executor_job(move || std::fs::read(name)).await;
            tokio::task::spawn_blocking(|| { std::thread::sleep(SECOND); }).await;
            tokio::task::spawn_blocking(std::thread::park).await;
            some_runtime::spawn_blocking(move || { std::thread::sleep(SECOND); });
            tasks.push(std::thread::spawn(|| std::fs::read(name)));
            let job = move || std::fs::read(name);
            let boxed: Box<dyn FnOnce()> = Box::new(|| std::thread::park());
            let inner = || std::fs::read(name);
            let outer = move || inner();
            tokio::task::spawn_blocking(job).await;
            tokio::task::spawn_blocking(boxed).await;
            tokio::task::spawn_blocking(outer).await;
            let here = || std::fs::read(name);
                        //^^^ `std::fs::read` blocks the event loop
            here();
            tokio::task::spawn_blocking(here).await;
            tokio::task::spawn_blocking(make(std::fs::read(name))).await;
                                           //^^^ `std::fs::read` blocks the event loop
            names.iter().map(|name| std::fs::read(name));
                                  //^^^ `std::fs::read` blocks the event loop
            tokio::spawn(async move { std::fs::read(name) }).await;
                                    //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn closures_are_followed_through_what_hands_them_on() {
    check_coroutine(
        "
        async fn settle(hub: &Hub) {
            hub.add_executor_job({ let n = name.clone(); move || std::fs::read(n) }).await;
            hub.add_executor_job({ let n = std::fs::read(name); move || std::fs::read(n) }).await;
                                         //^^^ `std::fs::read` blocks the event loop
            let job = { let n = 1; move || std::fs::read(n) };
            hub.add_executor_job(job).await;
            let job = if quick { Box::new(|| std::fs::read(a)) as Box<dyn FnOnce()> } else { Box::new(|| std::fs::read(b)) };
            hub.add_executor_job(job).await;
            hub.add_executor_job(match kind { A => || std::fs::read(a), B => std::thread::park }).await;
            for job in names.into_iter().map(|n| move || std::fs::read(n)) { hub.add_executor_job(job).await; }
            let job = { let n = 1; move || std::fs::read(n) };
                                         //^^^ `std::fs::read` blocks the event loop
            job();
        }
        ",
    );
}

#[test]
fn an_awaited_call_may_have_an_executor_of_its_own() {
    check_file(
        Kind::Coroutine,
        "
        async fn asyncify<T>(work: impl FnOnce() -> T) -> T { tokio::task::spawn_blocking(work).await }

        async fn settle(pool: &Pool) {
            asyncify(|| std::fs::read(name)).await;
            pool.run(move || std::fs::read(name)).await?;
            retry(|| std::fs::read(name));
                   //^^^ `std::fs::read` blocks the event loop
            stream.for_each(|name| { std::fs::read(name); ready(()) }).await;
                                   //^^^ `std::fs::read` blocks the event loop
            retry(|| async { std::fs::read(name) }).await;
                           //^^^ `std::fs::read` blocks the event loop
        }
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
                              //^^^^ `jobs::load` blocks the event loop when it is called here: it is marked `#[onloop::blocking]`
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
    assert_eq!(
        help(Kind::Callback, "fn f() { std::thread::sleep(S) }"),
        "a callback cannot wait; in a task, `tokio::spawn(async move { .. })`, await `tokio::time::sleep(..)`"
    );
    assert_eq!(
        help(Kind::Callback, "fn f(hub: &Hub) { std::thread::sleep(S) }"),
        "a callback cannot wait; in a task, `tokio::spawn(async move { .. })` or `hub.create_task(async move { .. })`, \
         await `tokio::time::sleep(..)`"
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
fn the_bounds_of_a_type_tell_what_it_gives() {
    check_callback(
        "
        use std::path::{Path, PathBuf};
        use std::borrow::{Borrow, Cow};
        fn on_tick<P: AsRef<Path>, Q, I, R>(path: P, into: Q, paths: I, dynamic: &dyn AsRef<Path>, either: Cow<'_, Path>, memory: R)
        where Q: Into<PathBuf>, I: IntoIterator<Item = P>, R: AsRef<str> + Borrow<[u8]> {
            let one = path.as_ref();
            one.exists();
              //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            path.as_ref().join(name).is_file();
                                   //^^^^^^^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            into.into().is_dir();
                      //^^^^^^ `is_dir` blocks the event loop: it is `std::path::Path::is_dir`
            for each in paths { each.as_ref().metadata(); }
                                            //^^^^^^^^ `metadata` blocks the event loop: it is `std::path::Path::metadata`
            dynamic.as_ref().read_dir();
                           //^^^^^^^^ `read_dir` blocks the event loop: it is `std::path::Path::read_dir`
            either.is_symlink();
                 //^^^^^^^^^^ `is_symlink` blocks the event loop: it is `std::path::Path::is_symlink`
            memory.as_ref().exists();
            memory.borrow().read(buffer);
            path.as_ref().is_absolute();
        }
        ",
    );
}

#[test]
fn two_bounds_that_could_be_meant_say_nothing() {
    check_callback("fn on_tick<P: AsRef<std::path::Path> + AsRef<Table>>(path: P) { path.as_ref().exists(); }");
    check_callback(
        "fn on_tick<T: AsRef<T> + Ord<T>, U: Into<V>, V: Into<U>>(t: T, u: U) { t.as_ref().exists(); u.into().into().exists(); }",
    );
}

#[test]
fn types_of_the_crate_are_known_with_their_arguments() {
    let text = "
        use std::fs::File;
        struct Holder<T> { inner: T, all: Vec<T> }
        impl<T> Holder<T> { fn get(&mut self) -> &mut T { &mut self.inner } }
        struct Wrap(Holder<File>);
        impl std::ops::Deref for Wrap { type Target = Holder<File>; fn deref(&self) -> &Holder<File> { &self.0 } }
        struct Circle(Other);
        struct Other(Circle);
        impl std::ops::Deref for Circle { type Target = Other; fn deref(&self) -> &Other { &self.0 } }
        impl std::ops::Deref for Other { type Target = Circle; fn deref(&self) -> &Circle { &self.0 } }
        fn on_tick(files: &mut Holder<File>, memory: &mut Holder<Cursor<Vec<u8>>>, wrap: &Wrap, circle: &Circle) {
            files.inner.sync_all();
                      //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            files.get().set_len(1);
                      //^^^^^^^ `set_len` blocks the event loop: it is `std::fs::File::set_len`
            for file in &files.all { file.sync_data(); }
                                        //^^^^^^^^^ `sync_data` blocks the event loop: it is `std::fs::File::sync_data`
            wrap.inner.metadata();
                     //^^^^^^^^ `metadata` blocks the event loop: it is `std::fs::File::metadata`
            wrap.get().sync_all();
                     //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            memory.inner.sync_all();
            memory.get().set_len(1);
            circle.sync_all();
            circle.inner.sync_all();
        }
        ";
    check_callback(text);
}

#[test]
fn closures_are_given_what_a_stream_has() {
    check_file(
        Kind::Coroutine,
        "
        use std::path::PathBuf;
        use std::fs::File;
        use futures::stream::{self, Stream, StreamExt};
        use async_stream::stream;
        async fn settle(paths: Vec<PathBuf>, file: File, texts: Vec<String>, many: impl Stream<Item = PathBuf>) {
            stream::iter(&paths).for_each_concurrent(4, |path| async move { path.exists(); }).await;
                                                                               //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            stream::iter(paths).then(|path| async move { path.is_file() }).collect().await;
                                                            //^^^^^^^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            many.map(|path| path.is_dir()).collect().await;
                               //^^^^^^ `is_dir` blocks the event loop: it is `std::path::Path::is_dir`
            let files = stream::unfold(file, |file| async move { file.sync_all(); Some((1, file)) });
                                                                    //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
            stream::unfold(std::io::Cursor::new(text), |file| async move { file.sync_all(); Some((1, file)) }).fuse();
            stream::iter(texts).for_each_concurrent(4, |text| async move { text.exists(); }).await;
        }
        ",
    );
}

#[test]
fn the_body_of_a_stream_is_that_of_a_task() {
    check_file(
        Kind::Callback,
        "
        use async_stream::{stream, try_stream};
        fn on_tick(path: std::path::PathBuf) -> impl Stream<Item = u8> {
            let first = try_stream! {
                let text = std::fs::read(name)?;
                         //^^^ `std::fs::read` blocks the event loop
                for await line in lines(text) { path.exists(); yield line; }
                                                   //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            };
            stream! { loop { tokio::time::sleep(SECOND).await; yield 1; } }
        }
        ",
    );
}

#[test]
fn a_closure_that_takes_references_along_is_a_closure() {
    check_file(
        Kind::Callback,
        "
        use glib::clone;
        use std::path::PathBuf;
        fn on_tick(button: &Button, path: PathBuf, this: &Window) {
            button.connect_clicked(clone!(#[weak] button, #[strong(rename_to = name)] path, move |_| { name.exists(); }));
                                                                                                          //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
            button.connect_clicked(clone!(@weak button, @strong path as name => move |_, _| { name.is_dir(); }));
                                                                                                 //^^^^^^ `is_dir` blocks the event loop: it is `std::path::Path::is_dir`
            let held = glib::clone!(#[weak] this, #[upgrade_or] false, move |_| std::fs::read(name));
                                                                              //^^^ `std::fs::read` blocks the event loop
            button.connect_clicked(held);
            glib::spawn_future_local(clone!(#[strong] path, async move { path.is_file(); later().await; }));
                                                                            //^^^^^^^ `is_file` blocks the event loop: it is `std::path::Path::is_file`
            std::thread::spawn(clone!(#[strong] path, move || { path.exists(); })).detach();
            path.clone();
        }
        ",
    );
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
fn methods_that_run_their_closure_elsewhere_by_the_type_of_their_receiver() {
    check_coroutine(
        "
        async fn save(db: &tokio_rusqlite::Connection, other: &Other, mut pin: rppal::gpio::InputPin) {
            let saving = db.call(|db| std::fs::write(path, b\"x\"));
            pin.set_async_interrupt(edge, None, |event| std::fs::write(path, b\"x\"));
            other.call(|db| std::fs::write(path, b\"x\"));
                          //^^^^^ `std::fs::write` blocks the event loop
        }
        ",
    );
}

#[test]
fn a_builder_is_kept_by_what_sets_something() {
    check_file(
        Kind::Callback,
        "
        fn on_tick() {
            let port = serialport::new(name, 9600).timeout(SECOND).exclusive(true).open();
                                                                                 //^^^^ `open` blocks the event loop: it is `serialport::SerialPortBuilder::open`
            let paths = ports.iter().map(|port: &Port| port.path.clone());
            let newest = files.into_iter().max_by_key(|file: &File| file.age());
            let file = \"name\".parse::<std::path::PathBuf>().unwrap();
            file.exists();
               //^^^^^^ `exists` blocks the event loop: it is `std::path::Path::exists`
        }
        ",
    );
    check_file(
        Kind::Callback,
        "
        fn on_tick(files: Vec<(u8, std::fs::File)>) {
            let newest = files.iter().map(|(_, file)| file).max_by_key(|file| file.age()).unwrap();
            newest.sync_all();
                 //^^^^^^^^ `sync_all` blocks the event loop: it is `std::fs::File::sync_all`
        }
        ",
    );
}
