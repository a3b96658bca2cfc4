mod dependencies;
mod derived;
mod files;
mod foreign;
mod implicit;
mod shadowed;
mod stores;
mod traits;

use crate::testing::{Kind, check_crate, check_file, findings_of, findings_with};

#[test]
fn what_says_why_in_a_helper_is_exempt_for_all_callers() {
    check_file(
        Kind::Callback,
        "
        use onloop::allow_blocking as quick;
        fn load() -> String { quick(\"in memory\", || std::fs::read_to_string(name)) }
        fn through() -> String { quick(\"in memory\", || wait()) }
        fn wait() { std::thread::park() }
        fn both() -> String {
            let text = quick(\"in memory\", || std::fs::read_to_string(name));
            wait();
            text
        }

        fn on_tick() {
            load();
            through();
            quick(\"in memory\", || wait());
            quick(\"in memory\", wait);
            both();
          //^^^^ `both()` blocks the event loop: it calls `wait`, which calls `std::thread::park`
        }
        ",
    );
}

#[test]
fn helpers_are_followed_to_any_depth() {
    check_file(
        Kind::Coroutine,
        "
        mod layout { pub fn remove(dir: &Path) -> bool { std::fs::remove_dir_all(dir).is_ok() } }
        struct Root { path: PathBuf }
        impl Root {
            fn clean(&mut self) -> usize { layout::remove(&self.path) as usize }
            fn wipe(&mut self) -> usize { self.clean() }
            fn secret() -> String { std::fs::read_to_string(\"x\").unwrap() }
        }
        async fn late() { std::thread::sleep(SECOND) }
        fn in_memory() -> usize { 1 }

        async fn settle(root: &mut Root) {
            root.wipe();
               //^^^^ `root.wipe()` blocks the event loop: it calls `clean`, which calls `remove`, which calls `std::fs::remove_dir_all`
            layout::remove(path);
          //^^^^^^ `layout::remove(..)` blocks the event loop: it calls `std::fs::remove_dir_all`
            Root::secret();
          //^^^^ `Root::secret()` blocks the event loop: it calls `std::fs::read_to_string`
            late().await;
          //^^^^ `late()` blocks the event loop: it calls `std::thread::sleep`
            all.iter().map(layout::remove);
                         //^^^^^^ `layout::remove` blocks the event loop when it is called: it calls `std::fs::remove_dir_all`
            in_memory();
            spawn_blocking(move || root.wipe()).await;
        }
        ",
    );
}

#[test]
fn recursion_ends() {
    check_file(
        Kind::Callback,
        "
        fn even(n: u32) { if n > 0 { odd(n - 1) } }
        fn odd(n: u32) { std::thread::sleep(n); if n > 0 { even(n - 1) } }
        fn ping(n: u32) { pong(n) }
        fn pong(n: u32) { ping(n); pong(n) }
        fn on_tick() {
            ping(1);
            even(1);
          //^^^^ `even(..)` blocks the event loop: it calls `odd`, which calls `std::thread::sleep`
        }
        ",
    );
}

#[test]
fn who_answers_for_itself_or_is_exempt_is_trusted() {
    check_file(
        Kind::Callback,
        "
        #[onloop::callback] fn answers() { std::thread::park() }
        #[onloop::allow(blocking_call, reason = \"x\")] fn trusted() { std::thread::park() }
        fn hands_over() { std::thread::spawn(|| std::thread::park()); }
        fn nested() { fn inner() { std::thread::park() } }
        #[cfg(test)] fn tested() { std::thread::park() }
        fn gated() { #[cfg(unix)] std::thread::park() }
        #[onloop::blocking] fn marked() {}
        fn calls_marked() { marked() }
        fn on_tick() {
            answers(); trusted(); hands_over(); nested(); tested(); gated();
            calls_marked();
          //^^^^^^^^^^^^ `calls_marked()` blocks the event loop: it calls `marked`, marked `#[onloop::blocking]`
        }
        ",
    );
}

#[test]
fn what_a_helper_only_makes_does_not_run_in_it() {
    check_file(
        Kind::Coroutine,
        "
        fn jobs() -> Vec<Box<dyn Fn()>> { vec![Box::new(|| std::thread::park())] }
        fn job() -> impl FnOnce() { || std::thread::park() }
        fn table() -> Table { Table { run: std::thread::park, stop: Box::new(|| std::thread::park()) } }
        fn in_background(f: impl FnOnce()) -> JoinHandle<()> { tokio::task::spawn_blocking(f) }
        fn all(names: &[&str]) { names.iter().for_each(|name| drop(std::fs::read(name))) }

        async fn settle() {
            jobs(); table();
            tokio::task::spawn_blocking(job()).await;
            let handle = in_background(|| std::thread::park());
            let own = Table { run: std::thread::park, stop: Box::new(|| std::thread::park()) };
            all(names);
          //^^^ `all(..)` blocks the event loop: it calls `std::fs::read`
            (|| std::thread::park())();
              //^ `std::thread::park` blocks the event loop
        }
        ",
    );
}

#[test]
fn fields_and_other_files_are_followed() {
    check_crate(
        Kind::Coroutine,
        "
        mod store;
        use store::Store;
        struct App { store: std::sync::Arc<Store> }
        fn load(app: &App) -> usize { app.store.load().len() }
        async fn settle(app: &App) {
            load(app);
          //^^^^ `load(..)` blocks the event loop: it calls `load`, which calls `std::fs::read`
            app.store.load();
                    //^^^^ `app.store.load()` blocks the event loop: it calls `std::fs::read`
            app.store.peek();
        }
        ",
        &[(
            "src/store.rs",
            "pub struct Store;\nimpl Store {\n    pub fn load(&self) -> Vec<u8> {\n        std::fs::read(\"x\").unwrap()\n    }\n    pub fn peek(&self) {}\n}",
        )],
    );
}

#[test]
fn the_place_is_shown() {
    let text = "fn load() {\n    let x = 1;\n    std::fs::read(x);\n}\nfn on_tick() { load(); }";
    assert_eq!(findings_of(Kind::Callback, text)[0].place.as_deref(), Some("src/lib.rs:3:5"));
}

#[test]
fn long_chains_are_walked_without_recursion() {
    let mut lines: Vec<_> = (0..10_000).map(|n| format!("fn f{n}() {{ f{}() }}", n + 1)).collect();
    lines.push("fn f10000() { std::thread::park() }\nfn on_tick() { f0(); }".to_owned());
    let text = lines.join("\n");
    let found = findings_of(Kind::Callback, &text);
    assert_eq!(found.len(), 1);
}

// Other crates.

#[test]
fn a_trait_with_one_implementation_is_that_one() {
    check_crate(
        Kind::Coroutine,
        "
        mod disk;
        trait Store { fn load(&self) -> u8; fn peek(&self) {} fn refresh(&self) { self.load(); } }
        #[cfg(test)] mod tests { struct Fake; impl super::Store for Fake { fn load(&self) -> u8 { 0 } } }
        #[cfg(test)] impl Store for u8 { fn load(&self) -> u8 { 0 } }
        struct App { store: Box<dyn Store> }
        async fn settle<T, U: Store + Send>(app: &App, any: &dyn Store, some: impl Store, one: T, two: &U, disk: disk::Disk)
        where T: Store
        {
            any.load();
              //^^^^ `any.load()` blocks the event loop: it calls `std::fs::read`
            some.load();
               //^^^^ `some.load()` blocks the event loop: it calls `std::fs::read`
            one.load();
              //^^^^ `one.load()` blocks the event loop: it calls `std::fs::read`
            two.refresh();
              //^^^^^^^ `two.refresh()` blocks the event loop: it calls `load`, which calls `std::fs::read`
            app.store.load();
                    //^^^^ `app.store.load()` blocks the event loop: it calls `std::fs::read`
            disk.load();
               //^^^^ `disk.load()` blocks the event loop: it calls `std::fs::read`
            Store::load(any);
          //^^^^^ `Store::load(..)` blocks the event loop: it calls `std::fs::read`
            <disk::Disk as Store>::load(&disk);
          //^ `<disk::Disk as Store>::load(..)` blocks the event loop: it calls `std::fs::read`
            any.peek(); disk.peek(); one.missing();
        }
        ",
        &[("src/disk.rs", "pub struct Disk; impl crate::Store for Disk { fn load(&self) -> u8 { std::fs::read(x)[0] } }")],
    );
}

#[test]
fn of_several_implementations_the_receiver_decides() {
    check_file(
        Kind::Coroutine,
        "
        trait Store { fn load(&self) {} fn sync(&self) { std::thread::park() } fn stop(&self) { std::thread::park() } }
        struct Disk; struct Memory; struct Other;
        impl Store for Disk { fn load(&self) { std::fs::read(x); } fn stop(&self) {} }
        impl Store for Memory { fn load(&self) {} }
        impl Other { fn load(&self) {} }
        impl Store for Other { fn load(&self) { std::fs::read(x); } }
        async fn settle(any: &dyn Store, disk: &Disk, memory: Memory, other: &Other) {
            disk.load();
               //^^^^ `disk.load()` blocks the event loop: it calls `std::fs::read`
            Store::load(disk);
          //^^^^^ `Store::load(..)` blocks the event loop: it calls `std::fs::read`
            <Other as Store>::load(other);
          //^ `<Other as Store>::load(..)` blocks the event loop: it calls `std::fs::read`
            memory.sync();
                 //^^^^ `memory.sync()` blocks the event loop: it calls `std::thread::park`
            any.sync();
              //^^^^ `any.sync()` blocks the event loop: it calls `std::thread::park`
            any.load(); any.stop(); memory.load(); Store::load(&memory); other.load(); disk.stop(); Store::load(any);
        }
        ",
    );
}

#[test]
fn what_a_macro_may_implement_is_not_told() {
    for more in [
        "implement!(Store for Memory);",
        "macro_rules! implement { ($t:ty) => { impl Store for $t {} } }",
        "#[derive(Store)] struct Memory;",
        "#[cfg(unix)] impl Store for Memory {}",
    ] {
        let text = format!(
            "trait Store {{ fn load(&self) {{}} }} struct Disk; impl Store for Disk {{ fn load(&self) {{ std::thread::park() }} }}
            {more}
            fn on_tick(any: &dyn Store) {{ any.load(); }}"
        );
        check_file(Kind::Callback, &text);
    }
}

#[test]
fn associated_functions_and_conversions_of_own_types() {
    check_crate(
        Kind::Coroutine,
        "
        mod far;
        pub struct Config; struct Id(u8); struct Two;
        impl Default for Config { fn default() -> Self { std::fs::read(x); Config } }
        impl From<&str> for Config { fn from(path: &str) -> Self { std::fs::read(path); Config } }
        impl From<u8> for Id { fn from(n: u8) -> Self { Id(n) } }
        impl From<u8> for Two { fn from(n: u8) -> Self { Two } }
        impl From<u16> for Two { fn from(n: u16) -> Self { std::thread::park(); Two } }
        async fn settle() {
            Config::new();
          //^^^^^^ `Config::new()` blocks the event loop: it calls `std::fs::read`
            Config::default();
          //^^^^^^ `Config::default()` blocks the event loop: it calls `std::fs::read`
            <Config as Default>::default();
          //^ `<Config as Default>::default()` blocks the event loop: it calls `std::fs::read`
            Config::from(name);
          //^^^^^^ `Config::from(..)` blocks the event loop: it calls `std::fs::read`
            Id::from(1); Two::from(1); Id::default(); Default::default();
        }
        ",
        &[("src/far.rs", "use super::Config; impl Config { pub fn new() -> Self { std::fs::read(x); Config } }")],
    );
}

// Closures.

#[test]
fn a_closure_runs_where_the_function_runs_it() {
    check_file(
        Kind::Coroutine,
        "
        fn run<F: FnOnce() + Send + 'static>(f: F) { middle(f) }
        fn middle<F: FnOnce() + Send + 'static>(f: F) { inner(move || f()) }
        fn inner<F: FnOnce() + Send + 'static>(f: F) { tokio::task::spawn_blocking(f); }
        fn call(f: impl FnOnce() -> u8) -> u8 { once(f) }
        fn once(f: impl FnOnce() -> u8) -> u8 { let g = f; g() }
        fn each(all: &[u8], f: fn(&u8)) { all.iter().for_each(f) }
        fn keep(&mut self, f: fn()) { self.all.push(f) }
        fn pool(f: fn()) { POOL.run(move || f()) }
        fn round(n: u8, f: fn()) { around(n, f) }
        fn around(n: u8, f: fn()) { round(n, f) }
        struct Log; impl Log { fn with(&self, level: u8, f: impl Fn()) { if level > 1 { f() } } }
        async fn retry(f: impl Fn() -> u8) -> u8 { f() }
        async fn apart(f: impl Fn() -> u8) -> u8 { tokio::task::spawn_blocking(f).await.unwrap() }
        fn helper() { call(|| std::fs::read(x)[0]); }
        fn clean_helper() { run(|| drop(std::fs::read(x))); }

        async fn settle(log: &Log) {
            run(|| std::thread::park());
            middle(std::thread::park);
            inner(|| std::thread::park());
            call(|| std::fs::read(x)[0]);
                  //^^^ `std::fs::read` blocks the event loop
            each(all, |path| drop(std::fs::read(path)));
                                //^^^ `std::fs::read` blocks the event loop
            log.with(1, || std::thread::park());
                         //^^^ `std::thread::park` blocks the event loop
            Log::with(log, 1, || std::thread::park());
                               //^^^ `std::thread::park` blocks the event loop
            retry(|| std::fs::read(x)[0]).await;
                   //^^^ `std::fs::read` blocks the event loop
            apart(|| std::fs::read(x)[0]).await;
            keep(|| std::thread::park());
            pool(|| std::thread::park());
            round(1, || std::thread::park());
            helper();
          //^^^^^^ `helper()` blocks the event loop: it calls `std::fs::read`
            clean_helper();
            run(|| call(|| std::fs::read(x)[0]));
            call(|| { run(|| std::thread::park()); 1 });
        }
        ",
    );
}

// Macros.

#[test]
fn own_macros_that_block_in_every_arm() {
    check_file(
        Kind::Callback,
        "
        macro_rules! save { ($path:expr, $($part:expr),*) => {{ let all = [$($part),*]; std::fs::write($path, all) }} }
        macro_rules! pause { () => { ::std::thread::park() }; ($n:expr) => { std::thread::sleep($n) }; }
        macro_rules! maybe { () => { std::thread::park() }; ($n:expr) => { $n }; }
        macro_rules! local { ($path:expr) => { fs::read($path) } }
        macro_rules! later { ($e:expr) => { std::thread::spawn(move || $e) } }
        macro_rules! make { ($name:ident) => { fn $name() { std::thread::park() } } }
        macro_rules! log { ($($all:tt)*) => { println!($($all)*) } }
        fn helper() { save!(path, 1); }
        mod inner { pub fn nested() { pause!() } }
        fn on_tick() {
            save!(path, a, b);
          //^^^^ `save!` blocks the event loop: it calls `std::fs::write`
            pause!(1);
          //^^^^^ `pause!` blocks the event loop: it calls `std::thread::park`
            helper();
          //^^^^^^ `helper()` blocks the event loop: it calls `save`, which calls `std::fs::write`
            inner::nested();
          //^^^^^ `inner::nested()` blocks the event loop: it calls `pause`, which calls `std::thread::park`
            log!(\"{}\", std::fs::read(x));
                     //^^^ `std::fs::read` blocks the event loop
            maybe!(1); local!(x); make!(f); missing!(1);
            let job = later!(std::thread::park());
        }
        ",
    );
}

// Odd sources.

#[test]
fn places_in_odd_files_are_right() {
    let disk = "\u{feff}#!/usr/bin/env run\r\n// é\r\npub fn load() {\r\n    std::fs::read(x);\r\n}\r\n";
    let files = [("src/lib.rs", "mod disk; fn on_tick() { disk::load(); }"), ("src/disk.rs", disk)];
    let files = files.map(|(name, text)| (name, text.to_owned())).to_vec();
    let found = findings_with(Kind::Callback, "", "src/lib.rs", files, &[]);
    assert_eq!(found[0].place.as_deref(), Some("src/disk.rs:4:5"));
}

#[test]
fn what_is_not_built_is_not_looked_at() {
    check_file(
        Kind::Callback,
        "
        struct Store;
        #[cfg(test)] impl Store { fn load(&self) { std::fs::read(x); } }
        #[cfg(not(test))] impl Store { fn load(&self) {} }
        #[cfg(any())] mod off { impl super::Store { fn peek(&self) { std::fs::read(x); } } }
        impl Store { fn peek(&self) {} }
        fn gated() { if cfg!(feature = \"off\") { std::fs::read(x); } if cfg!(unix) { std::fs::read(x); } else { std::fs::read(x); } }
        fn tested() { if !cfg!(test) { return; } std::thread::spawn(x); }
        #[cfg_attr(unix, onloop::blocking)] fn maybe() { std::fs::read(x); }
        #[cfg_attr(all(), onloop::blocking)] fn surely() {}
        fn on_tick(store: &Store) {
            store.load(); store.peek(); gated(); tested(); maybe();
            surely();
          //^^^^^^ `surely` blocks the event loop: it is marked `#[onloop::blocking]`
            if cfg!(test) { std::fs::read(x); }
            if cfg!(unix) { std::fs::read(x); }
                          //^^^ `std::fs::read` blocks the event loop
        }
        ",
    );
}

#[test]
fn what_a_cfg_takes_out_of_a_helper_does_not_block() {
    check_file(
        Kind::Callback,
        "
        fn statement() { #[cfg(not(test))] std::thread::sleep(SECOND); }
        fn arm(n: u8) { match n { #[cfg(not(feature = \"calm\"))] 0 => std::thread::sleep(SECOND), _ => {} } }
        fn branch() { if cfg!(test) {} else { std::thread::sleep(SECOND) } }
        fn both() { #[cfg(all(not(test), not(feature = \"calm\")))] { let text = std::fs::read(name); } }
        fn absent() { #[cfg(feature = \"calm\")] std::thread::sleep(SECOND); }
        fn in_tests() { #[cfg(test)] std::thread::sleep(SECOND); }
        fn not_known() { #[cfg(of_a_build_script)] std::thread::sleep(SECOND); }
        fn other() { if cfg!(feature = \"calm\") { std::thread::sleep(SECOND) } }
        fn on_tick() {
            statement();
          //^^^^^^^^^ `statement()` blocks the event loop: it calls `std::thread::sleep`
            arm(1);
          //^^^ `arm(..)` blocks the event loop: it calls `std::thread::sleep`
            branch();
          //^^^^^^ `branch()` blocks the event loop: it calls `std::thread::sleep`
            both();
          //^^^^ `both()` blocks the event loop: it calls `std::fs::read`
            absent();
            in_tests();
            not_known();
            other();
        }
        ",
    );
}

#[test]
fn items_in_the_body_are_followed() {
    check_file(
        Kind::Coroutine,
        "
        fn outer() { fn inner() { std::fs::read(name); } inner(); }
        async fn settle() {
            fn inner() { deeper() }
            fn deeper() { std::thread::sleep(SECOND); }
            async fn later() -> u8 { inner(); 1 }
            inner();
          //^^^^^ `inner()` blocks the event loop: it calls `deeper`, which calls `std::thread::sleep`
            later().await;
          //^^^^^ `later()` blocks the event loop: it calls `inner`, which calls `deeper`, which calls `std::thread::sleep`
            struct Table { path: PathBuf }
            impl Table { fn load(&self) { std::fs::read(name); } fn calm(&self) {} }
            let table = Table { path };
            table.load();
                //^^^^ `table.load()` blocks the event loop: it calls `std::fs::read`
            table.calm();
            if ready {
                fn calm() {}
                calm();
                enum State { On, Off(u8) }
                impl State { fn save(&self) { std::fs::write(name, text); } }
                State::On.save();
                        //^^^^ `save()` blocks the event loop: it calls `std::fs::write`
                let state = State::Off(1);
                state.save();
                    //^^^^ `state.save()` blocks the event loop: it calls `std::fs::write`
            }
            macro_rules! save { ($name:expr) => { std::fs::write($name, text) } }
            save!(name);
          //^^^^ `save!` blocks the event loop: it calls `std::fs::write`
            outer();
          //^^^^^ `outer()` blocks the event loop: it calls `inner`, which calls `std::fs::read`
        }
        ",
    );
}

#[test]
fn two_items_of_one_name_in_two_blocks_are_left_alone() {
    check_file(
        Kind::Callback,
        "
        fn on_tick() {
            { fn load() {} load(); }
            { fn load() { std::fs::read(name); } load(); }
        }
        ",
    );
}

#[test]
fn a_unit_struct_is_a_value_of_its_type() {
    check_file(
        Kind::Callback,
        "
        struct Store;
        struct Tuple(u8);
        impl Store { fn load(&self) { std::fs::read(name); } fn calm(&self) {} }
        fn on_tick() {
            let store = Store;
            store.load();
                //^^^^ `store.load()` blocks the event loop: it calls `std::fs::read`
            Store.load();
                //^^^^ `Store.load()` blocks the event loop: it calls `std::fs::read`
            Store.calm();
            Tuple.load();
        }
        ",
    );
}

#[test]
fn what_frameworks_wrap_is_used_as_what_it_holds() {
    check_file(
        Kind::Coroutine,
        "
        use axum::extract::State;
        use bevy::prelude::*;
        use std::sync::Arc;
        struct App { store: Arc<Store> }
        struct Store(Vec<u8>);
        impl Store { fn save(&self) { std::fs::write(name, text); } fn calm(&self) {} }
        async fn settle(
            State(app): State<App>, whole: State<Arc<App>>, data: actix_web::web::Data<Store>, Wrapped(inner): other::Wrapped<Store>,
            mut resource: ResMut<Store>, stores: Query<(&Store, &mut Other)>, tauri: tauri::State<'_, Store>, shared: Arc<Store>,
            Other(unknown): Query<Store>,
        ) {
            app.store.save();
                    //^^^^^ `app.store.save()` blocks the event loop: it calls `std::fs::write`
            whole.store.save();
                      //^^^^^ `whole.store.save()` blocks the event loop: it calls `std::fs::write`
            whole.0.store.save();
                        //^^^^^ `whole.0.store.save()` blocks the event loop: it calls `std::fs::write`
            data.save();
               //^^^^^ `data.save()` blocks the event loop: it calls `std::fs::write`
            data.get_ref().save();
                         //^^^^^ `save()` blocks the event loop: it calls `std::fs::write`
            inner.save();
                //^^^^^ `inner.save()` blocks the event loop: it calls `std::fs::write`
            resource.save();
                   //^^^^^ `resource.save()` blocks the event loop: it calls `std::fs::write`
            for (store, _) in &stores { store.save(); }
                                            //^^^^^ `store.save()` blocks the event loop: it calls `std::fs::write`
            tauri.inner().save();
                        //^^^^^ `save()` blocks the event loop: it calls `std::fs::write`
            shared.0.save();
            unknown.save();
            data.calm();
        }
        ",
    );
}

#[test]
fn the_first_use_of_a_static_fills_it() {
    let text = |body: &str| {
        format!(
            "
            use std::{{collections::HashMap, fs, sync::{{LazyLock, OnceLock}}}};
            use once_cell::sync::Lazy;
            struct Config {{ port: u16 }}
            fn load() -> Config {{ Config {{ port: fs::read(\"x\").map_or(0, |text| text.len() as u16) }} }}
            static CONFIG: LazyLock<Config> = LazyLock::new(load);
            static INLINE: LazyLock<String> = LazyLock::new(|| fs::read_to_string(\"x\").unwrap_or_default());
            static LAZY: Lazy<Config> = Lazy::new(|| load());
            lazy_static::lazy_static! {{ static ref STATIC: Config = load(); static ref PLAIN: u8 = 1; }}
            thread_local! {{ static LOCAL: Config = load(); static CELL: Cell<u8> = const {{ Cell::new(1) }}; }}
            static WORDS: LazyLock<HashMap<u32, u32>> = LazyLock::new(|| HashMap::from([(1, 1)]));
            static LATER: LazyLock<fn()> = LazyLock::new(|| later);
            static PORT: u16 = 1;
            static AGAIN: LazyLock<u32> = LazyLock::new(|| register(|| AGAIN.len()));
            static THERE: LazyLock<u32> = LazyLock::new(|| register(|| BACK.len()));
            static BACK: LazyLock<u32> = LazyLock::new(|| register(|| THERE.len()));
            fn later() {{}}
            fn helper() -> u16 {{ CONFIG.port }}
            fn on_tick() {{ {body} }}
            "
        )
    };
    let rules = |body: &str| {
        let found = crate::testing::findings_of(Kind::Callback, &text(body));
        found.iter().map(|found| found.rule).collect::<Vec<_>>()
    };
    for body in [
        "CONFIG.port;",
        "CONFIG.port; CONFIG.port;",
        "INLINE.len();",
        "LazyLock::force(&CONFIG).port;",
        "LAZY.port;",
        "STATIC.port;",
        "LOCAL.with(|config| config.port);",
        "let config = &CONFIG; config.port;",
    ] {
        assert_eq!(rules(body), ["blocking_transitive"], "{body}");
    }
    for body in [
        // Of all who call it only the first waits.
        "helper();",
        "WORDS.get(&1);",
        "AGAIN.len(); BACK.len();",
        "*PLAIN;",
        "CELL.get();",
        "PORT;",
        "LATER();",
        "hub.add_executor_job(|| CONFIG.port);",
        "std::thread::Builder::new().spawn(move || STATIC.port);",
    ] {
        assert_eq!(rules(body), [""; 0], "{body}");
    }
    let found = crate::testing::findings_of(Kind::Callback, &text("CONFIG.port;"));
    let message = "`CONFIG` blocks the event loop when it is used for the first time: it calls `load`, which calls `std::fs::read`";
    assert_eq!(found[0].message, message);
}
