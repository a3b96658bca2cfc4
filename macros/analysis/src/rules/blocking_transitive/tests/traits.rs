//! Methods of traits of the crate, whatever type implements them.

use crate::testing::{Kind, check_file, findings_of};

const FILE: &str = "
    trait Store { #[onloop::blocking] fn load(&self) -> u8; fn size(&self) -> u8; }
    struct Disk; struct Memory;
    impl Store for Disk { fn load(&self) -> u8 { 1 } fn size(&self) -> u8 { 1 } }
    impl Store for Memory { fn load(&self) -> u8 { 2 } fn size(&self) -> u8 { 2 } }

    trait Sink { fn put(&self); fn flush(&self); fn close(self: Box<Self>); async fn later(&self); fn name(&self) -> u8 { 1 } }
    impl Sink for Disk { fn put(&self) { std::fs::write(a, b); } fn flush(&self) { sync() } fn close(self: Box<Self>) {} async fn later(&self) {} }
    impl Sink for Memory { fn put(&self) { self.put_all() } fn flush(&self) {} fn close(self: Box<Self>) { sync() } async fn later(&self) {} }
    impl Memory { fn put_all(&self) { sync() } }
    struct Counted<S> { inner: S }
    impl<S: Sink> Sink for Counted<S> { fn put(&self) { self.inner.put() } fn flush(&self) {} fn close(self: Box<Self>) {} async fn later(&self) {} }
    #[cfg(test)] impl Sink for Mock { fn put(&self) {} fn flush(&self) {} fn close(self: Box<Self>) {} }
    fn sync() { std::thread::park() }

    trait Marked { fn run(&self); }
    impl Marked for Disk { #[onloop::blocking] fn run(&self) {} }
    impl Marked for Memory { fn run(&self) { sync() } }

    trait Made { fn make(&self); }
    impl Made for Disk { fn make(&self) { sync() } }
    impls! { Made for Memory }
";

fn found(body: &str) -> Vec<String> {
    let text = format!(
        "{FILE} struct Home {{ store: Box<dyn Store>, sink: std::sync::Arc<dyn Sink + Send> }}
        fn on_press<T: Sink, M>(home: &Home, disk: &Disk, any: &dyn Sink, some: &T, of: impl Store, marked: &dyn Marked, made: &dyn Made, m: M) where M: Marked {{ {body} }}"
    );
    findings_of(Kind::Callback, &text).into_iter().map(|found| format!("{}: {}", found.rule, found.message)).collect()
}

#[test]
fn a_kind_on_the_declaration_holds_for_all() {
    check_file(
        Kind::Callback,
        &format!(
            "{FILE}
            struct Home {{ store: Box<dyn Store> }}
            fn on_press(store: &dyn Store, disk: Disk, any: impl Store, home: &Home) {{
                store.load();
                    //^^^^ `store.load` blocks the event loop: it is marked `#[onloop::blocking]`
                disk.load();
                   //^^^^ `disk.load` blocks the event loop: it is marked `#[onloop::blocking]`
                any.load();
                  //^^^^ `any.load` blocks the event loop: it is marked `#[onloop::blocking]`
                home.store.load();
                         //^^^^ `home.store.load` blocks the event loop: it is marked `#[onloop::blocking]`
                Store::load(&disk);
              //^^^^^ `Store::load` blocks the event loop: it is marked `#[onloop::blocking]`
                store.size();
                disk.size();
            }}
            "
        ),
    );
}

#[test]
fn a_path_alone_is_enough() {
    check_file(
        Kind::Callback,
        &format!(
            "{FILE}
            fn on_press(disk: &Disk) {{
                Store::load(disk);
              //^^^^^ `Store::load` blocks the event loop: it is marked `#[onloop::blocking]`
            }}
            "
        ),
    );
}

#[test]
fn a_method_blocks_that_blocks_on_every_type() {
    for body in [
        "any.put();",
        "some.put();",
        "home.sink.put();",
        "marked.run();",
        "m.run();",
        "for sink in [any] { sink.put(); }",
    ] {
        assert_eq!(found(body).len(), 1, "{body}: {:?}", found(body));
    }
    let first = "blocking_transitive: `any.put()` blocks the event loop: it calls `std::fs::write`";
    assert_eq!(found("any.put();")[0], first);
}

#[test]
fn what_waits_on_one_type_only_is_left_alone() {
    for body in [
        "any.flush();",
        "some.flush();",
        "home.sink.flush();",
        "any.close();",
        "any.name();",
        "made.make();",
        "let later = any.later();",
        "of.size();",
        "home.store.size();",
        "unknown.put();",
    ] {
        assert_eq!(found(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn a_default_method_is_that_of_the_types_which_keep_it() {
    let count = |body: &str| {
        let text = format!(
            "trait Store {{ fn save(&self) {{ std::thread::park() }} fn open() -> u8 where Self: Sized; }}
            struct Disk; struct Dir; struct Plain;
            impl Store for Disk {{ fn open() -> u8 {{ std::fs::read(\"x\"); 1 }} }}
            impl Store for Dir {{ fn save(&self) {{ std::fs::write(\"a\", \"b\"); }} fn open() -> u8 {{ std::fs::read(\"x\"); 2 }} }}
            trait Cache {{ fn put(&self) {{ std::thread::park() }} }}
            impl Cache for Disk {{}}
            impl Cache for Plain {{ fn put(&self) {{}} }}
            fn on_press<S: Store>(store: &dyn Store, shared: std::sync::Arc<dyn Store>, some: &S, cache: &dyn Cache, disk: &Disk, plain: &Plain) {{ {body} }}"
        );
        findings_of(Kind::Callback, &text).len()
    };
    for body in ["store.save();", "shared.save();", "some.save();", "S::open();", "S::save(some);", "disk.put();"] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in ["cache.put();", "plain.put();"] {
        assert_eq!(count(body), 0, "{body}");
    }
}
