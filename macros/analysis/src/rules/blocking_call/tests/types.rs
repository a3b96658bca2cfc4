//! Methods, by the types of their receivers.

use crate::testing::{Kind, check_callback, check_coroutine, check_crate, check_file};

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
