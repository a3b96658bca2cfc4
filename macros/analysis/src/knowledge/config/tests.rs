use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use super::{Config, is_path, likely_path};
use crate::knowledge::catalogue::{self, Certainty};
use crate::testing::{Kind, Memory, check_crate, findings_in, last_function, place_in, strict_findings_of};
use crate::{Cfg, Engine, Files, Finding, Index, Level};

/// What the package `house` is told, with these files around it.
fn read(files: &[(&'static str, &str)]) -> Config {
    let files = files.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    Config::read(&Memory(files), Path::new("house"))
}

/// The problems of a file, each without the file's name and with its help.
#[track_caller]
fn assert_problems(text: &str, expected: &[&str]) {
    let problems = read(&[("house/onloop.toml", text)]).problems;
    let found: Vec<_> = problems.iter().map(|problem| format!("{}; {}", problem.message, problem.help)).collect();
    let found: Vec<_> = found.iter().map(|problem| problem.strip_prefix("onloop.toml:").unwrap_or(problem)).collect();
    assert_eq!(found, expected, "in\n{text}");
}

/// Checks the last function of a file in the package `house` that has this `onloop.toml`.
fn check(config: &str, text: &str) {
    check_crate(Kind::Coroutine, text, &[("onloop.toml", config)]);
}

#[test]
fn functions_and_methods_of_other_crates_are_reported() {
    check(
        "
        [[blocking]]
        path = [\"store::flush\", \"store::sync\"]
        [[blocking]]
        path = [\"store::Db::query\", \"store::db::Db::query\"]
        instead = \"await `Db::query_async(..)` instead\"
        ",
        "
        use store::{db::Db, flush};
        struct House { db: std::sync::Arc<store::Db> }

        async fn settle(house: House, db: &Db, other: Unknown) {
            flush();
          //^^^^^ `flush` blocks the event loop: it is `store::flush`
            store::sync!();
          //^^^^^ `store::sync!` blocks the event loop
            house.db.query(\"x\");
                   //^^^^^ `query` blocks the event loop: it is `store::Db::query`
            db.query(\"x\");
             //^^^^^ `query` blocks the event loop: it is `store::db::Db::query`
            store::Db::query(db, \"x\");
          //^^^^^ `store::Db::query` blocks the event loop
            db.query(\"x\").await;
            db.queries();
            other.query(\"x\");
            spawn_blocking(move || db.query(\"x\")).await;
        }
        ",
    );
}

#[test]
fn own_functions_are_reported_however_they_are_named() {
    let config = "blocking = [\"house::db::open\", \"crate::Db::query\", \"crate::disk::Log::macro_made\", \"crate::disk::Store::save\"]";
    check_crate(
        Kind::Coroutine,
        "
        mod db;
        mod disk;
        pub use db::Db;
        use db::open as begin;
        fn refresh(db: &Db) { deeper(db) }
        fn deeper(db: &Db) { db.query() }

        async fn settle(db: &Db, log: &disk::Log, store: &dyn disk::Store) {
            begin();
          //^^^^^ `begin` blocks the event loop: it is `house::db::open`
            db.query();
             //^^^^^ `query` blocks the event loop: it is `crate::Db::query`
            db::Db::query(db);
          //^^ `db::Db::query` blocks the event loop
            log.macro_made();
              //^^^^^^^^^^ `macro_made` blocks the event loop: it is `crate::disk::Log::macro_made`
            store.save();
                //^^^^ `save` blocks the event loop: it is `crate::disk::Store::save`
            refresh(db);
          //^^^^^^^ `refresh(..)` blocks the event loop: it calls `deeper`, which calls `crate::Db::query`
            names.iter().for_each(db::open);
                                //^^ `db::open` blocks the event loop when it is called
            db.peek();
        }
        ",
        &[
            ("onloop.toml", config),
            ("src/db.rs", "pub fn open() {} pub struct Db; impl Db { pub fn query(&self) {} pub fn peek(&self) {} }"),
            ("src/disk.rs", "pub struct Log; methods!(Log); pub trait Store { fn save(&self); }"),
        ],
    );
}

#[test]
fn what_is_harmless_is_trusted() {
    let text = "
        use std::{fs::File, io::Read, path::Path};
        fn probe() { std::fs::read(\"/proc/self/stat\"); }
        struct Table;
        impl Table { fn load(&self) { std::fs::read(\"/proc/self/stat\"); } }

        async fn settle(path: &Path, file: File, table: &Table) {
            path.exists();
            std::fs::canonicalize(path);
            file.read(buffer);
            probe();
            table.load();
            std::fs::read(path);
          //^^^ `std::fs::read` blocks the event loop
        }
        ";
    check(
        "
        [[harmless]]
        path = [\"std::path::Path::exists\", \"std::fs::canonicalize\", \"std::fs::File::read\"]
        reason = \"only below /proc\"
        [[harmless]]
        path = [\"crate::probe\", \"crate::Table::load\"]
        reason = \"only below /proc\"
        ",
        text,
    );
    let without = findings_in(Kind::Coroutine, "", "src/lib.rs", vec![("src/lib.rs", text.to_owned())]);
    assert_eq!(without.len(), 6);
}

#[test]
fn closures_given_to_own_executors_run_elsewhere() {
    check(
        "
        elsewhere = [\"crate::on_worker\", \"crate::Pool::run\", \"jobs::Queue::push\", \"jobs::later\"]
        ",
        "
        use jobs::{Queue, later};
        fn on_worker(f: impl FnOnce()) { WORKERS.with(f) }
        struct Pool;
        impl Pool { fn run(&self, f: impl FnOnce()) { f() } fn call(&self, f: impl FnOnce()) { f() } }
        struct Log;
        impl Log { fn run(&self, f: impl FnOnce()) { f() } }

        async fn settle(pool: &Pool, log: &Log, queue: &Queue, other: Unknown) {
            on_worker(|| std::thread::park());
            later(|| std::thread::park());
            pool.run(|| std::thread::park());
            queue.push(|| std::thread::park());
            other.run(|| std::thread::park());
            log.run(|| std::thread::park());
                     //^^^ `std::thread::park` blocks the event loop
            pool.call(|| std::thread::park());
                       //^^^ `std::thread::park` blocks the event loop
        }
        ",
    );
}

#[test]
fn own_guards_must_not_cross_an_await() {
    check(
        "
        [[guard]]
        path = \"crate::Lease\"
        instead = \"use `Pool::with(..)`\"
        [[guard]]
        path = \"store::Snapshot\"
        ",
        "
        struct Lease;
        struct Pool;
        impl Pool { fn lease(&self) -> Option<Lease> { None } }

        async fn settle(pool: &Pool, db: &store::Db) {
            let lease = pool.lease().unwrap();
              //^^^^^ `lease` is the guard `crate::Lease` and is alive across the `.await` of `tick(..)`
            let shot: store::Snapshot = db.shot();
              //^^^^ `shot` is the guard `store::Snapshot` and is alive across the `.await` of `tick(..)`
            tick().await;
            drop((lease, shot));
            let lease = pool.lease().unwrap();
            drop(lease);
            tick().await;
        }
        ",
    );
}

#[test]
fn a_finding_says_what_the_project_says() {
    let config = "
        [[blocking]]
        path = \"store::open\"
        instead = \"await `store::aio::open(..)` instead\"
        reason = \"waits for the disk\"

        [[blocking]]
        path = \"store::close\"

        [[guard]]
        path = \"store::Lock\"
        instead = \"use `store::aio::Lock`\"
    ";
    let text = "
        fn helper() { store::close() }
        async fn settle(lock: fn() -> store::Lock) {
            store::open(); store::close(); helper();
            let lock: store::Lock = lock();
            tick().await;
        }";
    let files = vec![("src/lib.rs", text.to_owned()), ("onloop.toml", config.to_owned())];
    let found: Vec<_> = findings_in(Kind::Coroutine, "", "src/lib.rs", files);
    let found: Vec<_> = found.iter().map(|finding| (finding.help.join(" | "), finding.notes.join(" | "))).collect();
    let executor = "run it in the executor: `tokio::task::spawn_blocking(..).await`";
    let expected = [
        ("await `store::aio::open(..)` instead", "listed in onloop.toml:3: waits for the disk"),
        (executor, "listed in onloop.toml:8"),
        (executor, "listed in onloop.toml:8"),
        (
            "drop it before the `.await`: put its use in a block, or `drop(lock)` after its last use, or use `store::aio::Lock`",
            "listed in onloop.toml:11",
        ),
    ];
    assert_eq!(found, expected.map(|(help, note)| (help.to_owned(), note.to_owned())));
}

#[test]
fn categories_are_switched() {
    let text = "
        async fn settle(lock: &std::sync::Mutex<u8>, dir: &std::fs::File) {
            lock.lock();
            std::fs::read(path);
            std::thread::sleep(SECOND);
            helper();
        }";
    let text = format!("fn helper() {{ std::fs::read(path); }}{text}");
    let lines = |config: &str, arguments: &str| -> Vec<usize> {
        let files = vec![("src/lib.rs", text.clone()), ("onloop.toml", config.to_owned())];
        let found = findings_in(Kind::Coroutine, arguments, "src/lib.rs", files);
        assert!(found.iter().all(|finding| !finding.rule.is_empty()), "{config}: {found:?}");
        let line = |finding: &Finding| finding.tokens.clone().into_iter().next().unwrap().span().start().line;
        found.iter().map(line).collect()
    };
    assert_eq!(lines("", ""), [4, 5, 6]);
    assert_eq!(lines("[categories]\nlock = \"strict\"", ""), [3, 4, 5, 6]);
    assert_eq!(lines("[categories]\nall = \"strict\"\nfs = \"on\"", ""), [3, 4, 5, 6]);
    assert_eq!(lines("[categories]\nfs = \"off\"", ""), [5]);
    assert_eq!(lines("[categories]\nall = \"off\"\nsleep = \"on\"", ""), [5]);
    assert_eq!(lines("[categories]\nfs = \"off\"", "strict(fs)"), [4, 5, 6], "the attribute is nearer");
    assert_eq!(strict_findings_of("strict", "async fn settle() { std::fs::read(path); }"), 1);
}

#[test]
fn the_packages_file_counts_before_that_of_the_workspace() {
    let config = read(&[
        (
            "house/onloop.toml",
            "harmless = [{ path = \"store::open\", reason = \"x\" }]\n[categories]\nlock = \"strict\"\nall = \"on\"",
        ),
        ("house/Cargo.toml", "[package]"),
        (
            "onloop.toml",
            "blocking = [\"store::open\", \"store::close\"]\n[categories]\nlock = \"off\"\nfs = \"off\"\nx = \"on\"",
        ),
        ("Cargo.toml", "[workspace]"),
    ]);
    assert_eq!(config.files, [PathBuf::from("house/onloop.toml"), PathBuf::from("onloop.toml")]);
    let places: Vec<_> = config.problems.iter().map(|problem| &problem.message).collect();
    assert_eq!(places, ["onloop.toml:5: the catalogue has no category `x`"]);
    let project = config.project;
    assert_eq!(project.call("store::open"), None);
    assert_eq!(project.call("store::close").and_then(|entry| entry.listed), Some("onloop.toml:1"));
    assert_eq!(project.associated("std::sync::Mutex", "lock").map(|entry| entry.certainty), Some(Certainty::Always));
    assert_eq!(project.call("std::fs::read").map(|entry| entry.certainty), Some(Certainty::Always));
}

#[test]
fn it_does_so_by_whatever_path() {
    let text = "mod db { pub fn open() {} }\npub use db::open;\nasync fn settle() { open(); }";
    let reported = |package: &str, workspace: &str| {
        let files = vec![
            ("house/src/lib.rs", text.to_owned()),
            ("house/onloop.toml", package.to_owned()),
            ("onloop.toml", workspace.to_owned()),
            ("Cargo.toml", "[workspace]".to_owned()),
        ];
        let root = Some(PathBuf::from("house/src/lib.rs"));
        let index = Index::new(Box::new(Memory(files)), root, Cfg::default());
        let mut engine = Engine::new(index).in_package("house".into(), "house".to_owned());
        let item = last_function(text.parse().expect("the snippet is Rust"));
        engine.findings(Kind::Coroutine, TokenStream::new(), item, &place_in("house/src/lib.rs")).len()
    };
    let harmless = "harmless = [{ path = 'house::open', reason = 'in memory' }]";
    let blocking = "blocking = ['crate::db::open']";
    assert_eq!(reported(blocking, ""), 1);
    assert_eq!(reported(harmless, blocking), 0);
    assert_eq!(reported(blocking, harmless), 1);
}

#[test]
fn files_are_looked_for_in_the_package_and_the_root_of_its_workspace() {
    let files = |around: &[(&'static str, &str)]| -> Vec<_> {
        let around: Vec<_> = around.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        let config = Config::read(&Memory(around), Path::new("a/b/house"));
        config.files.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect()
    };
    assert!(files(&[]).is_empty());
    assert!(files(&[("Cargo.toml", "[workspace]")]).is_empty());
    assert_eq!(files(&[("a/b/house/onloop.toml", "")]), ["a/b/house/onloop.toml"]);
    // A folder that is no root, and one above the root.
    let everywhere = [("a/b/onloop.toml", ""), ("a/onloop.toml", ""), ("onloop.toml", "")];
    assert!(files(&everywhere).is_empty());
    let root = ("a/Cargo.toml", "[workspace]\nmembers = [\"b/house\"]");
    assert_eq!(files(&[&everywhere[..], &[root]].concat()), ["a/onloop.toml"]);
    // The package is a root itself; the word in a comment makes none; nor does a manifest that cannot be read.
    let own_root = ("a/b/house/Cargo.toml", "[package]\n[workspace.dependencies]");
    assert!(files(&[&everywhere[..], &[root, own_root]].concat()).is_empty());
    for other in ["[package] # workspace", "[dependencies]\nworkspace = 1", "[workspace", "version.workspace = true"] {
        assert_eq!(
            files(&[&everywhere[..], &[root, ("a/b/Cargo.toml", other)]].concat()),
            ["a/onloop.toml"],
            "{other}"
        );
    }
    let vendored = ("a/b/house/.cargo-checksum.json", "{}");
    assert!(files(&[&everywhere[..], &[root, vendored]].concat()).is_empty());
}

#[test]
fn problems_name_the_file_as_seen_from_the_workspace() {
    let messages = |files: &[(&'static str, &str)]| -> Vec<_> {
        read(files).problems.into_iter().map(|problem| problem.message).collect()
    };
    assert_eq!(messages(&[("house/onloop.toml", "\nx = 1")]), ["onloop.toml:2: there is no `x`"]);
    assert_eq!(
        messages(&[("house/onloop.toml", "x = 1"), ("onloop.toml", "y = 1"), ("Cargo.toml", "[workspace]")]),
        ["house/onloop.toml:1: there is no `x`", "onloop.toml:1: there is no `y`"]
    );
}

/// A file that is there and cannot be read.
struct Unreadable;

impl Files for Unreadable {
    fn read(&self, _: &Path) -> Option<String> {
        None
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        (path == Path::new("house/onloop.toml")).then_some(0)
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let config = Config::read(&Unreadable, Path::new("house"));
    assert_eq!(config.problems[0].message, "onloop.toml cannot be read");
    assert_eq!(config.problems[0].help, "make it a file that can be read, in UTF-8, or remove it");
    assert!(config.files.is_empty(), "the compiler could not include it either");
}

#[test]
fn each_mistake_is_told_and_the_rest_counts() {
    let text = "
# unknown keys
[[blocking]]
path = \"store::open\"
pth = 1
insted = \"x\"
[[guards]]
path = \"store::Lock\"
[[blocking]]
path = \"store::close\"
category = \"disks\"
certainty = 1
[[harmless]]
path = \"store::peek\"
";
    assert_problems(
        text,
        &[
            "5: `[[blocking]]` has no key `pth`; did you mean `path`? its keys are `path`, `instead`, `category`, `certainty`, `reason`",
            "6: `[[blocking]]` has no key `insted`; did you mean `instead`? its keys are `path`, `instead`, `category`, `certainty`, `reason`",
            "7: there is no `guards`; did you mean `guard`? the file holds `blocking`, `harmless`, `elsewhere`, `guard`, `categories`, `exempt`, `levels`",
            "11: `category` cannot be `disks`; it is one of `sleep`, `fs`, `net`, `dns`, `process`, `lock`, `channel`, `thread`, `console`, `database`, `device`, `runtime`, `cpu`, `cancel`, `jobs`",
            "12: `certainty` is a string, not an integer; it is one of `always`, `usually`, `bounded`",
            "13: `[[harmless]]` is without `reason`; add `reason = \"..\"`: what makes the call harmless here",
        ],
    );
    let project = read(&[("house/onloop.toml", text)]).project;
    assert!(project.call("store::open").is_some() && project.call("store::close").is_some());
    assert!(project.is_harmless_on("store", "peek"));
}

#[test]
fn wrong_types_are_told() {
    assert_problems(
        "harmless = \"store::open\"
[blocking]
path = \"store::open\"
[[guard]]
path = 1
[[elsewhere]]
path = [\"store::run\", true, \"store\"]
reason = [\"x\"]
",
        &[
            "1: `harmless` is a list, not a string; each entry begins with `[[harmless]]`, in double brackets",
            "2: `blocking` is a list, not a table; each entry begins with `[[blocking]]`, in double brackets",
            "5: `path` is a string, not an integer; write it as text: `path = \"my_crate::module::function\"`",
            "7: `path` is a string, not a boolean; write it as text: `path = \"my_crate::module::function\"`",
            "7: `store` is not a path; a path begins with its crate and has names only: `my_crate::module::function`",
            "8: `reason` is a string, not an array; write one line of text: `reason = \"..\"`",
        ],
    );
    assert_problems(
        "categories = [\"lock\"]\nblocking = [1.5, []]\n",
        &[
            "1: `categories` is a table, not an array; write `[categories]`, and below it lines as `lock = \"strict\"`",
            "2: an entry of `blocking` is a table or a path, not a float; write `[[blocking]]` and below it `path = \"..\"`",
            "2: an entry of `blocking` is a table or a path, not an array; write `[[blocking]]` and below it `path = \"..\"`",
        ],
    );
    assert_problems(
        "[categories]\nlock = true\nfs = \"strikt\"\nlocks = \"on\"\n",
        &[
            "2: `lock` is a string, not a boolean; it is one of `off`, `on`, `strict`",
            "3: `fs` cannot be `strikt`; did you mean `strict`? it is one of `off`, `on`, `strict`",
            "4: the catalogue has no category `locks`; did you mean `lock`? the categories are `sleep`, `fs`, `net`, `dns`, `process`, `lock`, `channel`, `thread`, `console`, `database`, `device`, `runtime`, `cpu`, `cancel`, `jobs`, `all`",
        ],
    );
}

#[test]
fn entries_that_make_no_sense_are_told() {
    assert_problems(
        "[[blocking]]
path = \"store::open\"
instead = \" \"
certainty = \"usually\"
[[blocking]]
instead = \"\"\"a
b\"\"\"
path = []
[[blocking]]
[[harmless]]
path = \"store::open\"
reason = \"x\"
",
        &[
            "3: `instead` is empty; write one line of text: `instead = \"..\"`",
            "4: what does not always block needs a category; add `category = \"..\"`, by which it is asked for: `strict(lock)`",
            "6: `instead` has more than one line; write one line of text: `instead = \"..\"`",
            "8: `path` is empty; write at least one path",
            "9: `[[blocking]]` is without `path`; add the path as it is written in Rust: `path = \"my_crate::module::function\"`",
            "11: `store::open` is listed as `blocking` and as `harmless`; keep one of the two",
        ],
    );
}

#[test]
fn paths_that_are_none_are_told() {
    let is_told = |path: &str, hint: &str| {
        let help = "a path begins with its crate and has names only: `my_crate::module::function`";
        assert_problems(&format!("blocking = ['{path}']"), &[&format!("1: `{path}` is not a path; {hint}{help}")]);
    };
    is_told("my-store::open", "did you mean `my_store::open`? ");
    is_told("store::open()", "did you mean `store::open`? ");
    is_told("store::open(path, 1)", "did you mean `store::open`? ");
    is_told("store::Table<u8>::open", "did you mean `store::Table::open`? ");
    is_told("store::Table::<Vec<u8>>::open", "did you mean `store::Table::open`? ");
    is_told("store::sync!", "did you mean `store::sync`? ");
    is_told("store.Table.open", "did you mean `store::Table::open`? ");
    for path in
        ["", "open", "::", "store::", "store::*", "store::{a, b}", "store:open", "self::open", "store::1", "a b"]
    {
        is_told(path, "");
    }
    assert_problems("blocking = ['::store::open', 'crate::open', 'haus::türe::öffnen', '_a::_b']", &[]);
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let help = "nothing in the file counts until this is mended";
    let is_told = |text: &str, expected: &str| assert_problems(text, &[&format!("{expected}; {help}")]);
    is_told(
        "[[blocking]]\npath = store::open",
        "2: this is not TOML: invalid TOML value, did you mean to use a quoted string?",
    );
    is_told("[[blocking]]\r\npath = \"a::b\"\r\npath = \"a::c\"", "3: this is not TOML: duplicate key: `path`");
    is_told("[categories]\n\n[categories]", "3: this is not TOML: redefinition of table `categories`");
    is_told("[[blocking]\npath = 'a::b'", "1: this is not TOML: expected a right bracket, found a newline");
    is_told("blocking = [", "1: this is not TOML: unexpected eof encountered");
    is_told("a = \"\u{0}\"", "1: this is not TOML: invalid character in string: `\u{0}`");
    let deep = format!("\nblocking = {}", "[".repeat(100_000));
    is_told(&deep, "2: this is not TOML: input exceeds the maximum allowed nesting depth");
}

#[test]
fn nothing_is_asked_of_an_empty_file() {
    for text in ["", "\u{feff}", "# nothing\n", "\n\n", "blocking = []\n[categories]"] {
        assert_problems(text, &[]);
    }
}

/// What the attribute makes of a function, each time it is asked.
fn expansions(text: &'static str, config: &str, level: Level) -> impl FnMut() -> String {
    let files = vec![("src/lib.rs", text.to_owned()), ("onloop.toml", config.to_owned())];
    let index = Index::new(Box::new(Memory(files)), Some("src/lib.rs".into()), Cfg::default());
    let mut engine = Engine::new(index).in_package(PathBuf::new(), "house".to_owned());
    move || {
        let item = text.parse().expect("the snippet is Rust");
        engine.expand(Kind::Coroutine, TokenStream::new(), item, level, &place_in("src/lib.rs")).to_string()
    }
}

#[test]
fn problems_are_told_once_at_the_first_function() {
    let config = "blocking = [\"x\"]\nother = 1";
    let mut expand = expansions("async fn settle() { std::thread::park(); }", config, Level::Error);
    let (first, second) = (expand(), expand());
    for part in ["there is no `other`", "`x` is not a path", "include_bytes ! (\"onloop.toml\")"] {
        assert_eq!(first.matches(part).count(), 1, "{part} in {first}");
        assert_eq!(second.matches(part).count(), 0, "{part} in {second}");
    }
    for expanded in [first, second] {
        assert!(expanded.contains("`std::thread::park` blocks the event loop"), "{expanded}");
    }
}

#[test]
fn nothing_is_read_where_findings_are_off() {
    let expanded = expansions("async fn settle() {}", "other = 1", Level::Off)();
    assert!(!expanded.contains("onloop.toml"), "{expanded}");
}

#[test]
fn the_compiler_is_told_of_no_file_that_is_not_there() {
    let index = Index::new(Box::new(Memory(Vec::new())), None, Cfg::default());
    let mut engine = Engine::new(index).in_package("house".into(), "house".to_owned());
    let item = "fn on_tick() {}".parse().expect("the snippet is Rust");
    let expanded = engine.expand(Kind::Callback, TokenStream::new(), item, Level::Error, &|_| None).to_string();
    assert!(!expanded.contains("include_bytes"), "{expanded}");
}

#[test]
fn what_is_added_counts_for_the_project_alone() {
    let project = read(&[("house/onloop.toml", "blocking = ['core::ptr::read']\nelsewhere = ['a::B::run']")]).project;
    assert!(project.call("std::ptr::read").is_some() && project.call("core::ptr::read").is_some());
    assert!(project.runs_elsewhere("a::B::run") && !catalogue::method_runs_elsewhere("run"));
    assert!(catalogue::call("std::ptr::read").is_none() && !catalogue::runs_elsewhere("a::B::run"));
}

#[test]
fn the_examples_in_the_docs_are_right() {
    let mut count = 0;
    let guide = include_str!("../../../../../runtime-support/src/guide/config.md");
    let page = include_str!("../config.rs").replace("//! ", "").replace("//!", "");
    for text in [guide, &page] {
        for example in text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            if ["dependencies]", "[lints"].iter().any(|other| example.contains(other)) {
                continue;
            }
            let config = read(&[("house/onloop.toml", example)]);
            assert_eq!(config.problems, [], "in\n{example}");
            let project = config.project;
            let query = project.call("house::db::Db::query").expect("the examples list it");
            assert_eq!(query.instead, "await `Db::query_async(..)` instead");
            assert!(project.runs_elsewhere("house::pool::Pool::submit"));
            assert!(project.associated("std::path::Path", "exists").is_none());
            assert_eq!(
                project.associated("std::sync::Mutex", "lock").map(|entry| entry.certainty),
                Some(Certainty::Always)
            );
            count += 1;
        }
    }
    assert_eq!(count, 2);
}

#[test]
fn no_text_makes_it_panic() {
    let page = include_str!("../config.rs").replace("//! ", "").replace("//!", "");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("there is one");
    let lines: Vec<_> = example.lines().map(|line| line.split('#').next().unwrap_or_default().trim_end()).collect();
    let text = lines.join("\n");
    for (at, _) in text.char_indices() {
        read(&[("house/onloop.toml", &text[..at])]);
        for other in
            ["", "[", "]", "{", "\"", "'", "\\", "=", ".", ",", "\n", "\r", "\u{0}", "ü", "\u{feff}", "\"\"\"", "1"]
        {
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            read(&[("house/onloop.toml", &changed)]);
        }
    }
}

#[test]
fn what_is_likely_a_path() {
    assert!(is_path("a::b") && !is_path("a"));
    assert_eq!(likely_path("a-b::c").as_deref(), Some("a_b::c"));
}
