mod generic;
mod places;

use crate::testing::{Kind, check_file, findings_in, findings_of};

const FILE: &str = "
    use std::{fs::File, sync::Arc, thread::{self, JoinHandle}};
    struct Driver { quit: Option<JoinHandle<()>> }
    impl Driver {
        fn start() -> Self { Driver { quit: None } }
        fn open() -> Result<Driver, u8> { Ok(Driver { quit: None }) }
        fn shared() -> Arc<Driver> { Arc::new(Driver::start()) }
        async fn connect() -> Driver { Driver::start() }
        fn title(&self) -> &str { \"page\" }
        fn quit(self) -> u8 { std::mem::forget(self); 1 }
        fn all() -> Vec<Driver> { Vec::new() }
    }
    impl Drop for Driver { fn drop(&mut self) { if let Some(thread) = self.quit.take() { let _ = thread.join(); } } }
    struct Session { driver: Driver, name: String }
    impl Session { fn new() -> Session { todo!() } fn part(&self) -> &Driver { &self.driver } }
    struct Browser<'a> { session: Option<Session>, driver: Driver, other: &'a Driver, name: String }
    impl<'a> Browser<'a> { fn session(&self) -> &Session { todo!() } }
    struct Held<T> { inner: T, n: usize }
    impl<T> Held<T> { fn new(inner: T) -> Self { Held { inner, n: 1 } } }
    struct Pair<A, B>(A, B);
    struct Counter(u32);
    impl Drop for Counter { fn drop(&mut self) { self.0 = 0; } }
    fn count() -> Counter { Counter(1) }
    fn leave(driver: Driver) { let name = driver.title().len(); }
    enum Results { None, Memory(Vec<u8>), File(Driver) }
    struct Rows { results: Results }
    impl Rows { fn new() -> Rows { Rows { results: Results::None } } }
    struct Package { fs: Option<Driver>, name: String }
";

fn rules(body: &str) -> Vec<&'static str> {
    let text =
        format!("{FILE} async fn poll(browser: &mut Browser<'_>, given: &Driver, hub: &Hub) -> usize {{ {body} }}");
    findings_in(Kind::Coroutine, "", "src/lib.rs", vec![("src/lib.rs", text)])
        .iter()
        .map(|found| found.rule)
        .filter(|rule| rule.starts_with("blocking_"))
        .collect()
}

#[test]
fn a_value_is_not_dropped_on_the_loop() {
    check_file(
        Kind::Callback,
        "
        use std::thread::JoinHandle;
        struct Driver { quit: Option<JoinHandle<()>> }
        impl Drop for Driver { fn drop(&mut self) { if let Some(thread) = self.quit.take() { let _ = thread.join(); } } }
        fn close(driver: Driver, other: Driver) {
                               //^^^^^ dropping `other` at the end of its scope blocks the event loop: `Driver::drop` calls `std::thread::JoinHandle::join`
            drop(driver);
               //^^^^^^ dropping `driver` blocks the event loop: `Driver::drop` calls `std::thread::JoinHandle::join`
        }
        ",
    );
    check_file(
        Kind::Callback,
        "
        fn start() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
              //^^^^^^^ dropping `runtime` at the end of its scope blocks the event loop: a `tokio::runtime::Runtime` waits for its blocking tasks, and panics inside a runtime
        }
        ",
    );
}

#[test]
fn each_way_to_drop_it() {
    for body in [
        "let driver = Driver::start(); driver.title().len()",
        "let driver = Driver::open().unwrap(); 1",
        "let driver = Driver::connect().await; 1",
        "let driver = Driver::start(); drop(driver); 1",
        "let session = Session::new(); 1",
        "let session = Some(1); { let driver = Driver::start(); } 1",
        "let driver = Driver { quit: None }; if quick { return driver.title().len(); } 1",
        "let all = Driver::all(); all.len()",
        "browser.session = None; 1",
        "browser.driver = Driver::start(); 1",
        "browser.session.take(); 1",
        "let _ = browser.session.take(); 1",
        "drop(browser.session.take()); 1",
        "let mut driver = Driver::start(); driver = make(); driver.quit() as usize",
        "Driver::start(); 1",
        "let driver = Driver::start(); if quick { std::process::exit(1); } 1",
        "let driver = Driver::start(); loop { if driver.title().is_empty() { break; } } 1",
    ] {
        assert_eq!(rules(body), ["blocking_drop"], "{body}");
    }
    assert_eq!(rules("leave(make()); 1"), ["blocking_transitive"]);
}

#[test]
fn what_is_moved_on_or_does_not_block_is_fine() {
    for body in [
        "let driver = Driver::start(); spawn_blocking(move || drop(driver)).await; 1",
        "let driver = Driver::start(); hub.keep(driver); 1",
        "let driver = Driver::start(); browser.others.push(driver); 1",
        "let driver = Driver::start(); std::mem::forget(driver); 1",
        "let driver = Driver::start(); driver.quit() as usize",
        "let driver = Driver::shared(); driver.title().len()",
        "let driver = Arc::new(Driver::start()); driver.title().len()",
        "let driver = given; driver.title().len()",
        "let driver = &browser.driver; driver.title().len()",
        "let session = browser.session(); session.name.len()",
        "let part = browser.session().part(); 1",
        "let counter = count(); drop(counter); 1",
        "let driver = browser.session.as_ref(); drop(driver); 1",
        "let old = browser.session.take(); hub.keep(old); browser.session = None; 1",
        "if browser.session.is_none() { browser.session = Some(Session::new()); } 1",
        "browser.session = Some(Session::new()); 1",
        "browser.other = given; browser.name = String::new(); 1",
        "let driver = Driver::start(); let guard = Holder { driver }; hub.keep(guard); 1",
        "let job = move || { let driver = Driver::start(); }; thread::Builder::new().spawn(job); 1",
        "let driver = spawn_blocking(Driver::start).await.unwrap(); 1",
        "let driver = Driver::start(); let task = async move { driver.title().len() }; hub.create_task(task); 1",
        "let runtime = tokio::runtime::Runtime::new().unwrap(); runtime.shutdown_background(); 1",
        "let driver = Driver::start(); let driver = Arc::new(driver); hub.keep(driver.clone()); driver.title().len()",
        "let session = Session { driver: Driver::start(), name: String::new() }; hub.keep(session.driver); 1",
        "let driver = Driver::start(); std::process::exit(1)",
        "let driver = Driver::start(); loop { driver.title(); tick().await; }",
        "let Session { driver, name } = Session::new(); hub.keep(driver); name.len()",
        "let mut driver = None; if quick { driver = Some(Driver::start()); } hub.keep(driver); 1",
    ] {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
    let text = format!("{FILE} fn make() -> Driver {{ let driver = Driver::start(); driver }}");
    assert_eq!(findings_of(Kind::Callback, &text).len(), 0);
    let text = format!("{FILE} fn make() -> Result<Driver, u8> {{ let driver = Driver::open()?; Ok(driver) }}");
    assert_eq!(findings_of(Kind::Callback, &text).len(), 0);
}

#[test]
fn a_variable_that_begins_empty_is_filled_once() {
    for body in [
        "let mut driver: Option<Driver> = None; if given.quit.is_none() { driver = Some(Driver::start()); } keep(driver); 1",
        "let mut driver = None; loop { if late() { driver = Some(Driver::start()); break } } keep(driver); 1",
    ] {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
    let body = "let mut driver = Some(Driver::start()); if late() { driver = Some(Driver::start()); } keep(driver); 1";
    assert_eq!(rules(body), ["blocking_drop"]);
}

#[test]
fn what_is_taken_out_of_a_field_does_not_fall_with_its_owner() {
    for body in [
        "let mut held = Held { inner: Some(Driver::start()), n: 1 }; if let Some(driver) = held.inner.take() { keep(driver); } 1",
        "let mut held = Held { inner: vec![Driver::start()], n: 1 }; for driver in held.inner.drain(..) { keep(driver); } 1",
    ] {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
    let body = "let mut held = Held { inner: Some(Driver::start()), n: 1 }; held.n = 2; 1";
    assert_eq!(rules(body), ["blocking_drop"]);
}

#[test]
fn what_a_part_mostly_does_not_hold_is_left_alone() {
    for body in [
        "let rows = Rows::new(); rows.len()",
        "let package = Package { fs: None, name: given.title().to_owned() }; package.pack()",
    ] {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
}
