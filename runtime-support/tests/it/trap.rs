//! The trap, with calls that std and tokio really make.
//!
//! A violation panics when the scope ends, so each test catches the panics of its own scopes, and none of them
//! configures the trap: that would be for all of them.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread;
use std::time::Duration;

use onloop::__private::{Kind, Site, enter};
use onloop::{allow_blocking, trap};

/// Longer than the trap is patient with a lock, with room for a busy machine.
const LONG: Duration = Duration::from_millis(600);

/// Runs `call` in a callback, and gives what the trap says of it, which is nothing if all is well.
fn said_of<R>(call: impl FnOnce() -> R) -> String {
    static SITE: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 12);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let _scope = enter(&SITE);
        drop(call());
    }));
    match outcome {
        Ok(()) => String::new(),
        Err(payload) => *payload.downcast::<String>().expect("the trap formats what it says"),
    }
}

/// Asserts that `call` is reported, by the function of the C library and what it is about.
#[track_caller]
fn caught<R>(function: &str, about: &str, call: impl FnOnce() -> R) {
    let said = said_of(call);
    let first = said.lines().next().unwrap_or("nothing is said");
    assert!(said.lines().any(|line| line.contains(&format!("`{function}` (")) && line.contains(about)), "{said}");
    assert!(first.contains("in callback `house::on_tick` (src/house.rs:12)"), "{said}");
}

#[track_caller]
fn let_go<R>(call: impl FnOnce() -> R) {
    assert_eq!(said_of(call), "");
}

/// A folder of this test's own.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("trap").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn it_is_armed() {
    assert_eq!(trap::verify(), Ok(()));
    assert_eq!(allow_blocking("a test", trap::verify), Err(trap::Unarmed::NotHere));
}

#[test]
fn sleeping_is_caught() {
    caught("clock_nanosleep", "(3ms)", || thread::sleep(Duration::from_millis(3)));
    let_go(|| thread::sleep(Duration::ZERO));
}

#[test]
fn files_are_caught() {
    let folder = folder("files");
    let [file, other] = ["file", "other"].map(|name| folder.join(name));
    caught("open64", "trap/files/file", || fs::write(&file, "text"));
    caught("write", "trap/files/file", || fs::write(&file, "text"));
    caught("read", "trap/files/file", || fs::read(&file));
    caught("statx", "trap/files/file", || fs::metadata(&file));
    caught("rename", "trap/files/file", || fs::rename(&file, &other).unwrap());
    caught("opendir", "trap/files", || fs::read_dir(&folder).unwrap().count());
    caught("readdir64", "trap/files", || fs::read_dir(&folder).unwrap().count());
    caught("realpath", "trap/files/other", || fs::canonicalize(&other));
    let open = File::options().write(true).open(&other).unwrap();
    caught("fsync", "trap/files/other", || open.sync_all());
    caught("ftruncate64", "trap/files/other", || open.set_len(3));
    caught("fchmod", "trap/files/other", || open.set_permissions(open.metadata().unwrap().permissions()));
    caught("fchown", "trap/files/other", || std::os::unix::fs::fchown(&open, None, None));
    caught("futimens", "trap/files/other", || open.set_modified(std::time::SystemTime::now()));
    caught("flock", "trap/files/other", || open.lock());
    caught("copy_file_range", "trap/files/other", || fs::copy(&other, &file).unwrap());
    caught("unlink", "trap/files/other", || fs::remove_file(&other));
}

#[test]
fn what_lies_in_memory_is_let_go() {
    let_go(|| fs::read_to_string("/proc/self/stat").unwrap());
    let_go(|| fs::read_dir("/sys/class").unwrap().count());
    let_go(|| File::create("/dev/null").unwrap().write_all(b"text").unwrap());
    let_go(|| File::open("/dev/urandom").unwrap().read_exact(&mut [0; 8]).unwrap());
}

#[test]
fn sockets_are_caught_unless_they_are_non_blocking() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut client = None;
    caught("connect", "a socket", || client = Some(TcpStream::connect(address).unwrap()));
    let mut client = client.unwrap();
    let mut server = None;
    caught("accept4", "a socket", || server = Some(listener.accept().unwrap().0));
    let mut server = server.unwrap();
    caught("send", "a socket", || client.write_all(b"text").unwrap());
    caught("recv", "a socket", || server.read_exact(&mut [0; 4]).unwrap());
    caught("poll", "for events", || TcpStream::connect_timeout(&address, LONG).unwrap());

    client.set_nonblocking(true).unwrap();
    server.set_nonblocking(true).unwrap();
    listener.set_nonblocking(true).unwrap();
    let_go(|| client.write_all(b"text").unwrap());
    let_go(|| server.read(&mut [0; 4]));
    let_go(|| listener.accept());
}

#[test]
fn of_datagrams_only_reading_waits() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let_go(|| socket.connect(socket.local_addr().unwrap()).unwrap());
    let_go(|| socket.send(b"text").unwrap());
    caught("recv", "a socket", || socket.recv(&mut [0; 4]).unwrap());
}

#[test]
fn pipes_are_caught_when_they_wait() {
    let (mut here, mut there) = io::pipe().unwrap();
    let_go(|| there.write_all(b"text").unwrap());
    caught("read", "a pipe", || here.read_exact(&mut [0; 4]).unwrap());

    there.write_all(&vec![0; 65536]).unwrap();
    let reader = thread::spawn(move || {
        thread::sleep(LONG);
        here.read_exact(&mut vec![0; 65537]).unwrap();
    });
    caught("write", "a pipe that is full", || there.write_all(b"!").unwrap());
    reader.join().unwrap();
}

#[test]
fn names_of_hosts_are_caught_and_addresses_are_not() {
    caught("getaddrinfo", "(localhost)", || ("localhost", 80).to_socket_addrs().unwrap().count());
    let_go(|| ("127.0.0.1", 80).to_socket_addrs().unwrap().count());
    let_go(|| "[::1]:80".to_socket_addrs().unwrap().count());
    let_go(|| ("fe80::1%lo", 80).to_socket_addrs());
}

#[test]
fn the_end_of_a_process_is_caught_and_its_beginning_is_not() {
    let mut child = None;
    let_go(|| child = Some(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()));
    let mut child = child.unwrap();
    let_go(|| child.try_wait().unwrap());
    drop(child.stdin.take());
    caught("waitpid", "until a process ends", || child.wait().unwrap());
    caught("read", "a pipe", || Command::new("true").output().unwrap());
}

#[test]
fn a_process_that_begins_with_a_fork_is_let_go() {
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::process::CommandExt as _;

    // With another user std forks, and the child tells through a pipe whether it could become the program.
    let user = fs::metadata("/proc/self").unwrap().uid();
    let mut child = None;
    let_go(|| child = Some(Command::new("true").uid(user).spawn().unwrap()));
    child.unwrap().wait().unwrap();
    let_go(|| Command::new("/no/such/program").uid(user).spawn().unwrap_err());
}

#[test]
fn waiting_for_other_threads_is_caught() {
    let (_send, receive) = channel::<()>();
    caught("futex", "until another thread wakes", || receive.recv_timeout(Duration::from_millis(1)));
    caught("futex", "until another thread wakes", || {
        thread::park_timeout(Duration::from_millis(1));
        thread::park_timeout(Duration::from_millis(1));
    });
    let (end, ends) = channel::<()>();
    let running = thread::spawn(move || ends.recv().unwrap());
    caught("pthread_join", "until a thread ends", || {
        let ending = thread::spawn(move || {
            thread::sleep(LONG);
            end.send(()).unwrap();
        });
        running.join().unwrap();
        drop(ending);
    });
    let done = thread::spawn(|| ());
    while !done.is_finished() {
        thread::yield_now();
    }
    let_go(|| done.join().unwrap());
}

#[test]
fn a_lock_is_caught_when_it_takes_long() {
    let lock = Arc::new(Mutex::new(1));
    let_go(|| *lock.lock().unwrap());
    let held = Arc::clone(&lock);
    let (holds, is_held) = channel();
    let holder = thread::spawn(move || {
        let _guard = held.lock().unwrap();
        holds.send(()).unwrap();
        thread::sleep(LONG);
    });
    is_held.recv().unwrap();
    caught("futex", "a lock or the like, for more than 100ms", || *lock.lock().unwrap());
    holder.join().unwrap();
}

#[test]
fn a_lock_for_which_readers_and_writers_wait_is_a_lock() {
    static LOCK: RwLock<()> = RwLock::new(());
    let guard = LOCK.write().unwrap();
    let tried = |run: fn()| {
        let thread = thread::spawn(run);
        // The state of a lock cannot be asked for: until the thread waits for it, or it does not matter.
        thread::sleep(Duration::from_millis(20));
        thread
    };
    let writer = tried(|| drop(LOCK.write().unwrap()));
    let reader = tried(|| let_go(|| drop(LOCK.read().unwrap())));
    drop(guard);
    reader.join().unwrap();
    writer.join().unwrap();
}

#[test]
fn a_condition_is_caught_when_it_takes_long_and_its_limit_holds() {
    let condition = Condvar::new();
    let lock = Mutex::new(());
    let begun = std::time::Instant::now();
    let limit = Duration::from_millis(150);
    caught("futex", "for more than 100ms", || condition.wait_timeout(lock.lock().unwrap(), limit).unwrap().1);
    assert!(begun.elapsed() >= limit, "{:?}", begun.elapsed());
    let_go(|| condition.wait_timeout(lock.lock().unwrap(), Duration::from_millis(2)).unwrap().1);
}

#[test]
fn outside_of_annotated_functions_nothing_is_looked_at() {
    fs::read("Cargo.toml").unwrap();
    let_go(|| {
        let elsewhere = thread::spawn(|| fs::read("Cargo.toml").unwrap());
        while !elsewhere.is_finished() {
            thread::yield_now();
        }
    });
}

#[test]
fn what_is_allowed_is_let_go_as_far_as_it_is_allowed() {
    let_go(|| allow_blocking("a test", || fs::read("Cargo.toml").unwrap()));
    caught("open64", "Cargo.toml", || {
        allow_blocking("a test", || fs::read("Cargo.toml").unwrap());
        fs::read("Cargo.toml").unwrap()
    });
}

#[test]
fn what_the_attributes_exempt_is_let_go() {
    #[onloop::callback]
    #[onloop::allow(blocking_call, reason = "a test")]
    fn as_a_whole() {
        fs::metadata("Cargo.toml").unwrap();
    }
    #[onloop::callback]
    fn in_part(also: &dyn Fn()) {
        #[onloop::allow(blocking_call, reason = "a test")]
        fs::metadata("Cargo.toml").unwrap();
        also();
    }
    #[onloop::callback]
    fn by_a_closure(also: &dyn Fn()) {
        #[onloop::expect(blocking_transitive, reason = "a test")]
        let () = [1].map(|_| has_a_line_of_its_own())[0];
        also();
    }
    fn has_a_line_of_its_own() {
        fs::metadata("Cargo.toml").unwrap();
    }
    #[onloop::allow(blocking_call, reason = "a test")]
    fn helper() {
        fs::metadata("Cargo.toml").unwrap();
    }
    as_a_whole();
    let_go(helper);
    for exempt in [in_part, by_a_closure] {
        exempt(&|| ());
        let outcome = catch_unwind(|| exempt(&|| drop(fs::metadata("Cargo.lock"))));
        let message = *outcome.expect_err("the other line is not exempt").downcast::<String>().unwrap();
        assert!(message.starts_with("`statx` (Cargo.lock)") && !message.contains("Cargo.toml"), "{message}");
    }
}

#[test]
fn a_blocking_function_may_run_on_the_loop_where_that_is_allowed() {
    #[onloop::blocking]
    fn load() -> usize {
        fs::read("Cargo.toml").unwrap().len()
    }
    let_go(|| allow_blocking("a test", load));
}

#[test]
fn the_innermost_function_is_named_and_ends_first() {
    static OUTER: Site = Site::new("house::poll", Kind::Coroutine, "src/house.rs", 3);
    let ended = Cell::new(false);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let _outer = enter(&OUTER);
        let said = said_of(|| fs::read("Cargo.toml"));
        assert!(said.contains("`house::on_tick`") && !said.contains("`house::poll`"), "{said}");
        ended.set(true);
    }));
    assert!(ended.get());
    outcome.unwrap();
}

#[test]
fn a_function_that_is_called_does_not_panic_for_its_caller() {
    static OUTER: Site = Site::new("house::guilty", Kind::Callback, "src/house.rs", 70);
    let said = said_of(|| {
        let _outer = enter(&OUTER);
        fs::metadata("Cargo.toml").unwrap();
        assert_eq!(said_of(|| ()), "");
    });
    assert!(said.contains("in callback `house::guilty`"), "{said}");
}

#[test]
fn what_was_meant_for_others_is_there_after_it_was_verified() {
    thread::current().unpark();
    trap::verify().unwrap();
    // Does not wait.
    thread::park();
}

#[test]
fn what_is_called_again_and_again_is_told_once() {
    let said = said_of(|| (0..100).for_each(|_| drop(fs::metadata("Cargo.toml"))));
    assert!(said.contains(", 100 times\n"), "{said}");
    assert_eq!(said.matches("blocks the event loop").count(), 1, "{said}");
}

#[test]
fn of_very_many_calls_the_first_are_told() {
    let said = said_of(|| (0..1000).for_each(|_| drop(fs::metadata("Cargo.toml"))));
    assert!(said.contains(", 256 times\n"), "{said}");
    let said = said_of(|| fs::metadata("Cargo.lock"));
    assert!(said.starts_with("`statx` (Cargo.lock)"), "the next run is looked at anew: {said}");
}

#[test]
fn the_stack_leads_from_what_was_called_to_the_annotated_function() {
    #[inline(never)]
    fn helper() -> Vec<u8> {
        std::hint::black_box(fs::read("Cargo.toml").unwrap())
    }
    let said = said_of(helper);
    let lines: Vec<_> = said.lines().skip_while(|line| !line.contains("innermost first")).skip(1).collect();
    assert_eq!(lines[0].trim(), "std::fs::read", "{said}");
    assert!(lines[1].contains("helper") && lines[1].contains("tests/it/trap.rs:"), "{said}");
}

#[test]
fn an_error_may_be_printed_with_where_it_came_from() {
    let_go(|| std::backtrace::Backtrace::force_capture().to_string());
}

#[test]
fn what_is_let_go_takes_no_room() {
    caught("statx", "Cargo.toml", || {
        for entry in fs::read_dir("/proc/self").unwrap() {
            drop(fs::metadata(entry.unwrap().path()));
        }
        fs::metadata("Cargo.toml").unwrap();
    });
}

#[test]
fn while_it_panics_nobody_is_told() {
    struct Saves;
    impl Drop for Saves {
        fn drop(&mut self) {
            let _ = fs::metadata("Cargo.toml");
        }
    }
    let outcome = catch_unwind(|| {
        static SITE: Site = Site::new("house::doomed", Kind::Callback, "src/house.rs", 40);
        let _scope = enter(&SITE);
        let _saves = Saves;
        panic!("its own message");
    });
    assert_eq!(*outcome.unwrap_err().downcast::<&str>().unwrap(), "its own message");
}

#[test]
fn a_test_with_a_guard_fails_though_the_panic_is_lost() {
    let outcome = catch_unwind(|| {
        let _no_blocking = trap::fail_on_violation();
        said_of(|| fs::metadata("Cargo.toml"));
    });
    let message = *outcome.unwrap_err().downcast::<String>().unwrap();
    assert!(message.starts_with("the loop was blocked:\n`statx` (Cargo.toml)"), "{message}");
    let _no_blocking = trap::fail_on_violation();
    said_of(|| ());
}

#[test]
fn a_guard_looks_at_its_own_thread_only() {
    let _no_blocking = trap::fail_on_violation();
    thread::spawn(|| said_of(|| fs::metadata("Cargo.toml"))).join().unwrap();
}

#[test]
fn a_unix_socket_is_a_socket() {
    let (mut here, mut there) = UnixStream::pair().unwrap();
    caught("send", "a socket", || there.write_all(b"text").unwrap());
    caught("recv", "a socket", || here.read_exact(&mut [0; 4]).unwrap());
}

/// Runs a test of this file once more, in a process of its own with this value of `ONLOOP_TRAP`.
fn in_a_process(name: &str, value: &str) -> std::process::Output {
    let program = std::env::current_exe().expect("this is a program");
    let name = format!("trap::{name}");
    let mut command = Command::new(program);
    command.args(["--exact", &name, "--nocapture"]).env("ONLOOP_TRAP", value).env(OWN_PROCESS, "1").output().unwrap()
}

/// Set in processes of their own.
const OWN_PROCESS: &str = "ONLOOP_TEST_TRAP";

fn is_own_process() -> bool {
    std::env::var_os(OWN_PROCESS).is_some()
}

#[test]
fn the_environment_has_the_last_word() {
    if is_own_process() {
        let said = said_of(|| fs::metadata("Cargo.toml"));
        println!("said {}", !said.is_empty());
        return;
    }
    for (value, said, complaint) in
        [("panic", true, false), ("log", false, false), ("off", false, false), ("Log", true, true)]
    {
        let output = in_a_process("the_environment_has_the_last_word", value);
        let [out, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(output.status.success(), "{value}: {errors}");
        assert!(out.contains(&format!("said {said}")), "{value}: {out}");
        assert_eq!(errors.contains("ONLOOP_TRAP is `Log`, and it may be"), complaint, "{value}: {errors}");
    }
}

#[test]
fn what_is_configured_holds() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static HEARD: AtomicUsize = AtomicUsize::new(0);
    if is_own_process() {
        let hook = |violation: &trap::Violation| {
            assert_eq!((violation.call, violation.what.as_str(), violation.count), ("statx", "Cargo.lock", 1));
            assert_eq!((violation.site.name(), violation.times), ("house::on_tick", 1));
            // What a hook does is its own affair.
            fs::metadata("Cargo.toml").unwrap();
            HEARD.fetch_add(1, Ordering::Relaxed);
        };
        trap::configure().policy(trap::Policy::Log).allow_path("Cargo.toml").on_violation(hook).install();
        let_go(|| fs::read("Cargo.toml").unwrap());
        assert_eq!(HEARD.load(Ordering::Relaxed), 0);
        let_go(|| fs::metadata("Cargo.lock"));
        assert_eq!(HEARD.load(Ordering::Relaxed), 1);

        // The last one counts, and a panic of a hook is one of the function.
        trap::configure().policy(trap::Policy::Log).on_violation(|_| panic!("{}", "the hook's own")).install();
        assert_eq!(said_of(|| fs::metadata("Cargo.lock")), "the hook's own");
        let of_its_own = || {
            drop(fs::metadata("Cargo.lock"));
            panic!("{}", "the function's own");
        };
        assert_eq!(said_of(of_its_own), "the function's own");
        trap::configure().policy(trap::Policy::Off).install();
        let_go(|| fs::metadata("Cargo.lock"));
        return;
    }
    let output = in_a_process("what_is_configured_holds", "");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.contains("1 passed"), "{out}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_process_exits_in_the_middle_of_a_function() {
    static SITE: Site = Site::new("house::leave", Kind::Callback, "src/house.rs", 30);
    if is_own_process() {
        let _scope = enter(&SITE);
        let _ = fs::metadata("Cargo.toml");
        std::process::exit(7);
    }
    let output = in_a_process("a_process_exits_in_the_middle_of_a_function", "panic");
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(feature = "hub")]
mod on_a_loop {
    use onloop::Hub;
    use tokio::runtime;

    use super::*;

    #[onloop::blocking]
    fn load() -> usize {
        fs::read("Cargo.toml").unwrap().len()
    }

    #[onloop::coroutine]
    async fn well_behaved(hub: Hub) -> usize {
        tokio::task::yield_now().await;
        let length = hub.add_executor_job(load).await;
        tokio::task::spawn_blocking(load).await.unwrap();
        let task = hub.create_task(async { 1 });
        task.await.unwrap() + length
    }

    #[test]
    fn what_the_runtime_does_is_let_go() {
        let _no_blocking = trap::fail_on_violation();
        let length = Hub::run(async |hub| well_behaved(hub).await);
        assert!(length > 1);
    }

    #[test]
    fn a_poll_that_blocks_ends_in_a_panic_of_its_task() {
        #[onloop::coroutine]
        async fn ill_behaved(read: fn() -> Vec<u8>) {
            tokio::task::yield_now().await;
            read();
            tokio::task::yield_now().await;
        }
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let error = runtime
            .block_on(async { tokio::spawn(ill_behaved(|| fs::read("Cargo.toml").unwrap())).await })
            .unwrap_err();
        let message = *error.into_panic().downcast::<String>().unwrap();
        assert!(message.starts_with("`open64` (Cargo.toml) blocks"), "{message}");
        assert!(message.contains("in coroutine `it::trap::on_a_loop::"), "{message}");
    }

    #[test]
    fn what_a_coroutine_exempts_is_let_go() {
        #[onloop::coroutine]
        async fn configures() -> usize {
            tokio::task::yield_now().await;
            #[onloop::allow(blocking_call, reason = "a test")]
            let length = fs::read("Cargo.toml").unwrap().len();
            length
        }
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        assert!(runtime.block_on(configures()) > 0);
    }

    #[test]
    fn a_thread_that_is_given_away_is_no_loop() {
        #[onloop::coroutine]
        async fn gives_away() -> usize {
            tokio::task::yield_now().await;
            tokio::task::block_in_place(|| fs::read("Cargo.toml").unwrap().len())
        }
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        assert!(runtime.block_on(async { tokio::spawn(gives_away()).await }).unwrap() > 0);
    }

    #[test]
    fn a_loop_inside_the_loop_is_caught() {
        caught("futex", "for more than 100ms", || {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
            runtime.block_on(async { tokio::time::sleep(LONG).await });
            runtime.shutdown_background();
        });
    }
}
