//! Stores of one's own, in this crate and in others.

use crate::testing::{Kind, check_crate_with, check_file};

const EXTERNS: &[(&str, &str)] =
    &[("domain", "target/deps/libdomain-0c3.rmeta"), ("store", "target/deps/libstore-0a1.rmeta")];

/// What the compiler leaves beside the artifacts.
const LISTS: &[(&str, &str)] = &[
    (
        "target/deps/store-0a1.d",
        "target/deps/store-0a1.d: store/src/lib.rs\n\ntarget/deps/libstore-0a1.rmeta: store/src/lib.rs\n",
    ),
    (
        "target/deps/domain-0c3.d",
        "target/deps/domain-0c3.d: domain/src/lib.rs\n\ntarget/deps/libdomain-0c3.rmeta: domain/src/lib.rs\n",
    ),
];

fn check_with(text: &str, domain: &str, store: &str) {
    let files = [LISTS[0], LISTS[1], ("domain/src/lib.rs", domain), ("store/src/lib.rs", store)];
    check_crate_with(Kind::Coroutine, EXTERNS, text, &files);
}

#[test]
fn a_closure_is_given_what_the_head_of_the_function_says() {
    check_file(
        Kind::Coroutine,
        "
        use rusqlite::Connection;
        struct Store { db: Mutex<Connection> }
        impl Store {
            fn with<T>(&self, f: impl FnOnce(&Connection) -> T) -> T { f(&self.db.lock().unwrap()) }
            fn both<F: Fn(&str, &mut Connection)>(&self, f: F) { f(\"a\", &mut self.db.lock().unwrap()) }
            fn boxed(&self, f: Box<dyn FnOnce(&Connection)>) { f(&self.db.lock().unwrap()) }
            fn get(&self, key: &str) -> usize { self.with(|db| db.query_row(SQL, [key], |row| row.get(0)).unwrap()) }
            fn kept(&self, f: impl FnOnce(&Connection)) { std::thread::spawn(move || f(&open())); }
        }
        fn with<T>(store: &Store, f: impl FnOnce(&Connection) -> T) -> T { store.with(f) }

        async fn settle(store: &Store) {
            store.get(\"a\");
                //^^^ `store.get(..)` blocks the event loop: it calls `rusqlite::Connection::query_row`
            store.with(|db| db.execute(SQL, []).unwrap());
                             //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            store.both(|_, db| db.execute_batch(SQL).unwrap());
                                //^^^^^^^^^^^^^ `execute_batch` blocks the event loop: it is `rusqlite::Connection::execute_batch`
            with(store, |db| db.execute(SQL, []).unwrap());
                              //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            Store::with(store, |db| db.execute(SQL, []).unwrap());
                                     //^^^^^^^ `execute` blocks the event loop: it is `rusqlite::Connection::execute`
            store.with(|db| db.path().len());
            store.kept(|db| db.execute(SQL, []).unwrap());
        }
        ",
    );
}

#[test]
fn a_trait_of_another_crate_with_one_impl_is_followed() {
    check_with(
        "
        use std::sync::Arc;
        use store::{Backend, Cache, Repo, Store};
        struct App { repo: Arc<dyn Repo>, cache: Arc<dyn Cache>, files: Store<Files> }
        struct Files;
        impl Backend for Files { fn fetch(&self) { std::fs::read(\"x\"); } fn name(&self) -> &str { \"x\" } }
        async fn settle(app: &App) {
            app.repo.find();
                   //^^^^ `app.repo.find()` blocks the event loop: it calls `std::fs::read`
            app.repo.all();
                   //^^^ `app.repo.all()` blocks the event loop: it calls `find`, which calls `std::fs::read`
            app.files.get();
                    //^^^ `app.files.get()` blocks the event loop: it calls `fetch`, which calls `std::fs::read`
            app.cache.hit();
            app.files.name();
            app.repo.size();
        }
        ",
        "
        pub trait Repo { fn find(&self); fn size(&self) -> usize; fn all(&self) { self.find() } }
        pub trait Cache { fn hit(&self); }
        pub trait Backend { fn fetch(&self); fn name(&self) -> &str; }
        impl<T: Repo> Repo for std::sync::Arc<T> { fn find(&self) { (**self).find() } fn size(&self) -> usize { 0 } }
        ",
        "
        pub use domain::*;
        struct Sql;
        impl Repo for Sql { fn find(&self) { std::fs::read(\"x\"); } fn size(&self) -> usize { 0 } }
        struct Disk; impl Cache for Disk { fn hit(&self) { std::fs::read(\"x\"); } }
        struct Memory; impl Cache for Memory { fn hit(&self) {} }
        pub struct Store<B: Backend> { backend: B }
        impl<B: Backend> Store<B> {
            pub fn get(&self) { self.backend.fetch() }
            pub fn name(&self) -> &str { self.backend.name() }
        }
        ",
    );
}

#[test]
fn a_trait_that_a_macro_or_a_cfg_may_implement_is_left_alone() {
    check_with(
        "
        use domain::{Cache, Repo};
        implement!(Repo for Memory);
        async fn settle(repo: &dyn Repo, cache: &dyn Cache) { repo.find(); cache.hit(); }
        ",
        "pub trait Repo { fn find(&self); } pub trait Cache { fn hit(&self); }",
        "
        use domain::{Cache, Repo};
        impl Repo for Sql { fn find(&self) { std::fs::read(\"x\"); } }
        #[cfg(feature = \"disk\")] impl Cache for Disk { fn hit(&self) { std::fs::read(\"x\"); } }
        ",
    );
}

#[test]
fn a_glob_of_a_crate_brings_its_names() {
    check_with(
        "
        use rusqlite::*;
        use store::*;
        async fn settle(store: &Store) {
            store.load();
                //^^^^ `store.load()` blocks the event loop: it calls `std::fs::read`
            Connection::open(path);
          //^^^^^^^^^^ `Connection::open` blocks the event loop
            other();
        }
        ",
        "",
        "pub struct Store; impl Store { pub fn load(&self) { std::fs::read(\"x\"); } } pub fn other() {}",
    );
}

#[test]
fn a_glob_of_another_crate_does_not_hide_a_crate_that_is_followed() {
    check_with(
        "
        use rusqlite::*;
        async fn settle(store: &store::Store) {
            store.load();
                //^^^^ `store.load()` blocks the event loop: it calls `other`, which calls `std::fs::read`
            store::other();
          //^^^^^ `store::other()` blocks the event loop: it calls `std::fs::read`
        }
        ",
        "",
        "pub struct Store; impl Store { pub fn load(&self) { other() } } pub fn other() { std::fs::read(\"x\"); }",
    );
}
