//! What only makes an iterator waits for nothing; what takes from it does.

use crate::testing::{Kind, check_coroutine, check_file};

#[test]
fn making_an_iterator_and_passing_it_on_is_nothing() {
    check_coroutine(
        "
        async fn index(rx: std::sync::mpsc::Receiver<u8>, listener: &std::net::TcpListener, root: PathBuf) {
            let mut files = walkdir::WalkDir::new(&root).max_depth(3).into_iter().filter_map(Result::ok);
            let names = files.by_ref().map(|entry| entry.into_path()).enumerate().skip(1).peekable();
            let lines = std::io::BufReader::new(file()).lines();
            let incoming = listener.incoming();
            let bytes = rx.into_iter().chain(more());
            start(names, lines, incoming, bytes);
            tokio::task::spawn_blocking(move || rx.iter().count()).await;
        }
        ",
    );
}

#[test]
fn what_is_taken_is_waited_for() {
    check_coroutine(
        "
        async fn index(rx: std::sync::mpsc::Receiver<u8>, listener: &std::net::TcpListener, root: PathBuf) {
            for entry in walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok) {}
                       //^^^ `for .. in walkdir::WalkDir::new(..).into_iter().filter_map(..)` blocks the event loop: it calls `walkdir::IntoIter::next`
            for entry in walkdir::WalkDir::new(&root).max_depth(3) {}
                       //^^^ `for .. in walkdir::WalkDir::new(..).max_depth(..)` blocks the event loop: it calls `walkdir::IntoIter::next`
            let all: Vec<_> = rx.iter().map(|byte| byte + 1).collect();
                                                           //^ `collect` blocks the event loop: it calls `std::sync::mpsc::Iter::next`
            let mut walk = walkdir::WalkDir::new(root).into_iter();
            while let Some(entry) = walk.next() {}
                                       //^ `next` blocks the event loop: it is `walkdir::IntoIter::next`
            let count = walk.enumerate().count();
                                       //^ `count` blocks the event loop: it calls `walkdir::IntoIter::next`
            listener.incoming().take(3).for_each(|socket| greet(socket));
                                      //^ `for_each` blocks the event loop: it calls `std::net::Incoming::next`
            all.extend(rx.try_iter());
            all.extend(rx.iter());
                     //^ `rx.iter()` blocks the event loop: it calls `std::sync::mpsc::Iter::next`
            let all = Vec::from_iter(rx);
                                   //^ `rx` blocks the event loop: it calls `std::sync::mpsc::IntoIter::next`
        }
        ",
    );
}

#[test]
fn lines_wait_where_their_reader_does() {
    check_file(
        Kind::Coroutine,
        "
        use std::io::{BufRead, BufReader, Cursor};

        async fn index(file: std::fs::File, text: &str) {
            let lines = BufReader::new(file).lines();
            for line in lines {}
                      //^ `for .. in lines` blocks the event loop: it calls `std::io::Lines::next`
            for line in std::io::stdin().lines() {}
                      //^ `for .. in std::io::stdin().lines()` blocks the event loop: it calls `std::io::Lines::next`
            for line in text.lines() {}
            let count = BufReader::new(Cursor::new(text)).lines().count();
        }
        ",
    );
}

#[test]
fn an_iterator_in_a_result_is_not_what_is_mapped() {
    check_coroutine(
        "
        async fn index(pattern: &str) {
            let found = glob::glob(pattern).map(|paths| start(paths)).unwrap();
            for job in found {}
            let count = glob::glob(pattern)?.map(|path| path).count();
                                                            //^ `count` blocks the event loop: it calls `glob::Paths::next`
        }
        ",
    );
}

#[test]
fn what_is_collected_from_closures_is_known() {
    check_file(
        Kind::Coroutine,
        "
        use std::thread;

        async fn sums(parts: Vec<Part>, names: &[String]) {
            let workers: Vec<_> = (0..3).map(|n| thread::spawn(move || sum(n))).collect();
            for worker in workers {
                worker.join().unwrap();
                     //^^^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
            }
            let workers = names
                .iter()
                .map(|name| {
                    let name = name.clone();
                    thread::spawn(move || count(name))
                })
                .collect::<Vec<_>>();
            let sums: Vec<u64> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
                                                                       //^^^ `join` blocks the event loop: it is `std::thread::JoinHandle::join`
        }
        ",
    );
}

#[test]
fn what_else_is_collected_is_not_taken_for_it() {
    check_file(
        Kind::Coroutine,
        "
        use std::thread;

        async fn sums(parts: Vec<Part>, names: &[String]) {
            let tasks: Vec<_> = (0..3).map(|n| tokio::spawn(async move { sum(n) })).collect();
            for task in tasks {
                task.await.unwrap();
            }
            let paths: Vec<_> = names.iter().map(|name| Part::new(name)).collect();
            for path in paths {
                path.join(\"x\");
            }
            let workers: Vec<_> = (0..3).map(|n| thread::spawn(move || sum(n))).collect();
            tokio::task::spawn_blocking(move || workers.into_iter().map(|worker| worker.join().unwrap()).sum()).await;
        }
        ",
    );
}
