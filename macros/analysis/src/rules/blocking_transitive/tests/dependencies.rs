//! Functions of other crates.

use crate::testing::{Kind, check_crate_with, findings_with};

const LISTS: &[(&str, &str)] = &[("store", "target/deps/libstore-0a1.rmeta")];

const LIST: &str = "target/deps/store-0a1.d: store/src/lib.rs store/src/disk\\ io.rs store/Cargo.toml\n\ntarget/deps/libstore-0a1.rmeta: store/src/lib.rs\n";

#[test]
fn dependencies_from_a_path_are_followed() {
    check_crate_with(
        Kind::Coroutine,
        LISTS,
        "
        mod app { pub use store::Store as Shop; }
        use app::Shop;
        use store::{load, nap as doze};
        struct App { shop: std::sync::Arc<Shop> }
        async fn settle(app: &App) {
            load(1);
          //^^^^ `load(..)` blocks the event loop: it calls `read_all`, which calls `std::fs::read`
            ::store::disk::read_all();
          //^ `::store::disk::read_all()` blocks the event loop: it calls `std::fs::read`
            let shop = Shop::open();
                     //^^^^ `Shop::open()` blocks the event loop: it calls `read_all`, which calls `std::fs::read`
            shop.refresh();
               //^^^^^^^ `shop.refresh()` blocks the event loop: it calls `open`, which calls `read_all`, which calls `std::fs::read`
            app.shop.refresh();
                   //^^^^^^^ `app.shop.refresh()` blocks the event loop: it calls `open`, which calls `read_all`, which calls `std::fs::read`
            doze();
          //^^^^ `doze` blocks the event loop: it is `std::thread::sleep`
            store::marked();
          //^^^^^ `store::marked` blocks the event loop: it is marked `#[onloop::blocking]`
            app.shop.peek(); store::fine(); store::gated(); store::tls::connect(); store::missing();
        }
        ",
        &[
            ("target/deps/store-0a1.d", LIST),
            (
                "store/src/lib.rs",
                "#[path = \"disk io.rs\"] pub mod disk; pub use std::thread::sleep as nap; mod inner;
                pub struct Store; impl Store { pub fn open() -> Store { crate::disk::read_all(); Store } pub fn peek(&self) {} }
                pub fn load(n: u8) { disk::read_all() } pub fn fine() {}
                #[onloop::blocking] pub fn marked() {}
                #[cfg(feature = \"net\")] pub fn gated() { std::thread::park() }
                #[cfg(feature = \"tls\")] pub mod tls { pub fn connect() { std::thread::park() } }",
            ),
            ("store/src/disk io.rs", "pub fn read_all() { std::fs::read(\"x\"); }"),
            ("store/src/inner.rs", "impl super::Store { pub fn refresh(&self) { Self::open(); } }"),
        ],
    );
}

#[test]
fn the_place_in_a_dependency_names_it() {
    let files = [
        ("src/lib.rs", "fn on_tick() { store::load(); }"),
        ("target/deps/store-0a1.d", LIST),
        ("store/src/lib.rs", "pub fn load() {\n    std::fs::read(x);\n}"),
    ];
    let files = files.map(|(name, text)| (name, text.to_owned())).to_vec();
    let found = findings_with(Kind::Callback, "", "src/lib.rs", files, LISTS);
    assert_eq!(found[0].place.as_deref(), Some("store/src/lib.rs:2:5"));
}

#[test]
fn what_clippy_was_configured_by_is_not_the_first_file() {
    let list = LIST.replace("d: store/src/lib.rs", "d: house/clippy.toml store/src/lib.rs");
    let files =
        [("target/deps/store-0a1.d", list.as_str()), ("store/src/lib.rs", "pub fn load() { std::thread::park() }")];
    check_crate_with(
        Kind::Callback,
        LISTS,
        "
        fn on_tick() {
            store::load();
          //^^^^^ `store::load()` blocks the event loop: it calls `std::thread::park`
        }
        ",
        &files,
    );
}

#[test]
fn dependencies_of_dependencies_are_found_beside_them() {
    let list = |name: &str, hash: &str, root: &str| {
        format!("target/deps/{name}-{hash}.d: {root}\n\ntarget/deps/lib{name}-{hash}.rmeta: {root}\n")
    };
    let files = [
        ("target/deps/store-0a1.d", LIST.to_owned()),
        (
            "store/src/lib.rs",
            "pub fn load() { core_lib::load() } pub fn twice() { two::load() } pub fn old() { gone::load() }".into(),
        ),
        // Two builds of one crate, one of them clippy's, its tests, and two crates of one name.
        ("target/deps/core_lib-1.d", list("core_lib", "1", "core/src/lib.rs")),
        ("target/deps/core_lib-2.d", list("core_lib", "2", "house/clippy.toml core/src/lib.rs")),
        ("target/deps/core_lib-3.d", "target/deps/core_lib-3.d: core/src/main.rs\n".into()),
        ("core/src/lib.rs", "pub fn load() { std::thread::park() }".into()),
        ("target/deps/two-1.d", list("two", "1", "two/src/lib.rs")),
        ("target/deps/two-2.d", list("two", "2", "other/src/lib.rs")),
        ("two/src/lib.rs", "pub fn load() { std::thread::park() }".into()),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    check_crate_with(
        Kind::Callback,
        LISTS,
        "
        fn on_tick() {
            store::load();
          //^^^^^ `store::load()` blocks the event loop: it calls `load`, which calls `std::thread::park`
            store::twice(); store::old();
        }
        ",
        &files,
    );
}

#[test]
fn what_is_no_path_or_known_by_name_is_not_followed() {
    let blocks = "pub fn load() { std::thread::park() }";
    for (externs, more) in [
        // From a registry, vendored, without a list, a macro, in the catalogue, renamed from there.
        (LISTS, vec![("target/deps/store-0a1.d", LIST), ("store/.cargo-ok", "")]),
        (LISTS, vec![("target/deps/store-0a1.d", LIST), ("store/.cargo-checksum.json", "{}")]),
        (LISTS, vec![]),
        (LISTS, vec![("target/deps/store-0a1.d", "no list")]),
        (&[("store", "target/deps/libstore-0a1.so")], vec![("target/deps/store-0a1.d", LIST)]),
        (&[("store", "target/deps/libureq-0a1.rmeta")], vec![("target/deps/ureq-0a1.d", LIST)]),
    ] {
        let mut files = vec![("store/src/lib.rs", blocks)];
        files.extend(more);
        check_crate_with(Kind::Callback, externs, "fn on_tick() { store::load(); }", &files);
    }
}

// Methods of traits.
