//! Files that are odd, that changed, or that are no Rust.

use std::path::Path;

use proc_macro2::{Span, TokenStream};

use crate::testing::{Kind, check_crate, findings_with};
use crate::{Cfg, Engine, Files, Index, Place};

#[test]
fn odd_files_are_read_all_the_same() {
    check_crate(
        Kind::Callback,
        "
        mod disk; mod r#async; mod twice; mod doubled; mod nested { #[path = \"deep.rs\"] pub mod deep; }
        #[path = \"odd/place.rs\"] mod odd;
        #[path = \"folder\"] mod inline { pub mod leaf; }
        #[cfg_attr(all(), path = \"sure.rs\")] mod chosen;
        #[cfg_attr(unix, path = \"unix.rs\")] mod system;
        #[path = \"disk.rs\"] mod again;
        fn on_tick() {
            disk::load();
          //^^^^ `disk::load()` blocks the event loop: it calls `std::fs::read`
            r#async::r#match();
          //^^^^^^^ `async::match()` blocks the event loop: it calls `std::fs::read`
            nested::deep::load();
          //^^^^^^ `nested::deep::load()` blocks the event loop: it calls `std::fs::read`
            odd::beside::load();
          //^^^ `odd::beside::load()` blocks the event loop: it calls `std::fs::read`
            inline::leaf::load();
          //^^^^^^ `inline::leaf::load()` blocks the event loop: it calls `std::fs::read`
            chosen::load();
          //^^^^^^ `chosen::load()` blocks the event loop: it calls `std::fs::read`
            again::load();
          //^^^^^ `again::load()` blocks the event loop: it calls `std::fs::read`
            system::load(); twice::load(); doubled::load(); disk::absent::load();
        }
        ",
        &[
            (
                "src/disk.rs",
                "\u{feff}#!/usr/bin/env run\r\n// é\r\npub fn load() {\r\n    std::fs::read(x);\r\n}\r\npub mod absent;",
            ),
            ("src/async.rs", "pub fn r#match() { std::fs::read(x); }"),
            ("src/nested/deep.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/odd/place.rs", "pub mod beside;"),
            ("src/odd/beside.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/folder/leaf.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/sure.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/chosen.rs", "pub fn load() {}"),
            ("src/unix.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/system.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/doubled.rs", "pub fn load() { std::fs::read(x); }"),
            ("src/doubled/mod.rs", "pub fn load() {}"),
            ("src/twice.rs", "pub fn load() {}"),
            ("src/twice/mod.rs", "pub fn load() { std::fs::read(x); }"),
        ],
    );
}

#[test]
fn source_that_is_no_rust_gives_no_answer_and_no_panic() {
    let deep = format!("fn load() {{ {}std::fs::read(x){} }}", "(".repeat(20_000), ")".repeat(20_000));
    let long = format!("fn load() {{ {}; }}", vec!["x"; 5_000].join(" + "));
    for helper in [
        deep.as_str(),
        long.as_str(),
        "fn load() { std::fs::read( }",
        "fn load() { let = ; std::fs::read(x); }",
        "fn load(",
        "impl Store { fn load(&self)",
        "trait Store { fn load(); } impl Store for { } fn load()",
        "macro_rules! load { (",
        "include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\")); include!(\"helpers.rs\");",
        "#[cfg_attr(cfg_attr(cfg_attr(cfg_attr(cfg_attr(cfg_attr(unix, path = \"x\"))))))] mod load;",
        "#[path] mod load; #[path = 1] mod load; #[cfg_attr] mod load;",
    ] {
        let files = [
            ("src/lib.rs", "mod odd; use odd::*; fn on_tick(s: Store) { odd::load(); load(); s.load(); load!(); }"),
            ("src/odd.rs", helper),
        ];
        let files = files.map(|(name, text)| (name, text.to_owned())).to_vec();
        findings_with(Kind::Callback, "", "src/lib.rs", files, &[]);
    }
}

/// A file that somebody saves between two looks at it.
struct Saved {
    versions: [String; 2],
    reads: std::cell::Cell<usize>,
}

impl Files for Saved {
    fn read(&self, path: &Path) -> Option<String> {
        if path == Path::new("src/lib.rs") {
            return Some(format!("mod load; {ON_TICK}"));
        }
        let version = self.reads.replace(self.reads.get() + 1);
        (path == Path::new("src/load.rs")).then(|| self.versions[version.min(1)].clone())
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        let changes = self.versions[0] != self.versions[1];
        match path.to_str() {
            Some("src/load.rs") if changes => Some(self.reads.get().min(2) as u128),
            Some("src/load.rs" | "src/lib.rs") => Some(0),
            _ => None,
        }
    }
}

const ON_TICK: &str = "fn on_tick() { load::load(); }";

#[test]
fn a_file_that_changed_after_it_was_outlined_is_left_alone() {
    let found = |before: &str, after: &str| {
        let versions = [before.to_owned(), after.to_owned()];
        let saved = Saved { versions, reads: std::cell::Cell::new(0) };
        let index = Index::new(Box::new(saved), Some("src/lib.rs".into()), Cfg::default());
        let place = |span: Span| {
            let column = span.start().column + 1 + "mod load; ".len();
            Some(Place { file: "src/lib.rs".into(), line: span.start().line, column })
        };
        Engine::new(index).findings(Kind::Callback, TokenStream::new(), ON_TICK.parse().unwrap(), &place).len()
    };
    let blocks = "pub fn load() { std::fs::read(x); }";
    assert_eq!(found(blocks, blocks), 1);
    // Something else stands at the place of `load` now.
    let before = "pub fn load() { harmless(x, 1);   }";
    assert_eq!(found(before, &blocks.replace("load", "evil")), 0);
}
