//! Files that are made from the catalogue say what it says. `BLESS=1 cargo test -p onloop-ui-tests --test generated`
//! writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use onloop_analysis::catalogue::{self, Entry, Kind};

fn check(path: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(found == made, "{} is not what the catalogue says; write it anew with BLESS=1", path.display());
}

/// Types with parameters, as the table of probes writes them.
const GENERIC: &[(&str, &str)] = &[
    ("std::io::BufReader", "[R: ?Sized + Blocks<read>] std::io::BufReader<R>"),
    ("std::io::BufWriter", "[W: ?Sized + std::io::Write + Blocks<write>] std::io::BufWriter<W>"),
    ("std::io::Bytes", "[R: Blocks<read>] std::io::Bytes<R>"),
    ("std::io::Lines", "[B: Blocks<read>] std::io::Lines<B>"),
    ("std::io::LineWriter", "[W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>"),
    ("std::io::Split", "[B: Blocks<read>] std::io::Split<B>"),
    ("std::io::Take", "[R: Blocks<read>] std::io::Take<R>"),
    ("std::net::Incoming", "[] std::net::Incoming<'_>"),
    ("std::os::unix::net::Incoming", "[] std::os::unix::net::Incoming<'_>"),
    ("std::io::StdinLock", "[] std::io::StdinLock<'_>"),
    ("std::io::StdoutLock", "[] std::io::StdoutLock<'_>"),
    ("std::sync::OnceLock", "[T] std::sync::OnceLock<T>"),
    ("std::sync::mpsc::IntoIter", "[T] std::sync::mpsc::IntoIter<T>"),
    ("std::sync::mpsc::Iter", "[T] std::sync::mpsc::Iter<'_, T>"),
    ("std::sync::mpsc::Receiver", "[T] std::sync::mpsc::Receiver<T>"),
    ("std::sync::mpsc::SyncSender", "[T] std::sync::mpsc::SyncSender<T>"),
    ("std::thread::JoinHandle", "[T] std::thread::JoinHandle<T>"),
    ("std::thread::ScopedJoinHandle", "[T] std::thread::ScopedJoinHandle<'_, T>"),
];

/// Readers and writers that block where what they hold does.
const AROUND: &[(&str, &[&str])] = &[
    ("std::io::Read", &["std::io::BufReader", "std::io::Take"]),
    ("std::io::BufRead", &["std::io::BufReader", "std::io::Take"]),
    ("std::io::Seek", &["std::io::BufReader"]),
    ("std::io::Write", &["std::io::BufWriter", "std::io::LineWriter"]),
];

#[test]
fn the_table_of_probes() {
    let mut methods = BTreeSet::new();
    // By the path of the entry: its advice, and for each method the types on which it blocks.
    let mut entries: BTreeMap<&str, (String, BTreeMap<&str, BTreeSet<&str>>)> = BTreeMap::new();
    for (entry, on) in catalogue::probes() {
        let method = entry.path.rsplit("::").next().unwrap();
        methods.insert(method);
        let (_, on_types) = entries.entry(entry.path).or_insert_with(|| (entry.advice(), BTreeMap::new()));
        let types = on_types.entry(method).or_default();
        types.insert(on);
        let around = AROUND.iter().find(|(of, _)| entry.trait_path() == Some(of));
        types.extend(around.into_iter().flat_map(|(_, around)| *around));
    }
    let mut made = String::from(
        "//! What the compiler can be asked about, made from the catalogue.\n//!\n\
         //! `BLESS=1 cargo test -p onloop-ui-tests --test generated` writes this file.\n\n\
         use super::{Blocks, Nothing};\n\ncalls! {\n    methods {\n",
    );
    for method in &methods {
        writeln!(made, "        {method}").unwrap();
    }
    made += "    }\n";
    for (path, (advice, on_types)) in &entries {
        let method = path.rsplit("::").next().unwrap();
        let traits = catalogue::probe_traits(method);
        let (_, name) = traits.iter().find(|(entry, _)| entry.path == *path).unwrap();
        let message = format!("`{method}` blocks the event loop: it is `{path}`");
        writeln!(made, "    {name}({message:?}, {advice:?}) {{").unwrap();
        for (method, types) in on_types {
            let types = types.iter().map(|on| {
                let gate = if on.starts_with("std::os::unix") { "#[cfg(unix)] " } else { "" };
                let generic = GENERIC.iter().find(|(of, _)| of == on);
                format!("{gate}{}", generic.map_or_else(|| format!("[] {on}"), |(_, generic)| (*generic).to_owned()))
            });
            writeln!(made, "        {method}:\n            {};", types.collect::<Vec<_>>().join(",\n            "))
                .unwrap();
        }
        made += "    }\n";
    }
    made += "}\n";
    check("runtime-support/src/probe/table.rs", &made);
}

/// The entries of which clippy knows enough.
fn disallowed(is_macro: bool) -> impl Iterator<Item = Entry> {
    catalogue::calls().filter(move |entry| catalogue::is_for_clippy(entry) && (entry.kind == Kind::Macro) == is_macro)
}

/// What takes the same arguments and gives the same, so that it can stand in the place of a function.
fn replacement(entry: Entry) -> Option<&'static str> {
    let (path, _) = entry.instead.strip_prefix("use `")?.strip_suffix(" instead")?.split_once('(')?;
    let same = path.rsplit("::").next() == Some(entry.name()) && path.bytes().all(|byte| byte != b' ');
    // Of a method clippy would replace the name alone.
    (same && entry.kind != Kind::Method).then_some(path)
}

/// Guards for which clippy has lints that need no configuration.
const KNOWN_TO_CLIPPY: &[&str] = &[
    "lock_api::MutexGuard",
    "lock_api::RwLockReadGuard",
    "lock_api::RwLockWriteGuard",
    "std::cell::Ref",
    "std::cell::RefMut",
    "std::sync::MutexGuard",
    "std::sync::RwLockReadGuard",
    "std::sync::RwLockWriteGuard",
];

/// The guards that clippy has to be told. Those of `parking_lot` are names for types of `lock_api`, and clippy asks for
/// the type.
fn guards() -> BTreeSet<String> {
    let types = onloop_analysis::guards().map(|path| match path.strip_prefix("parking_lot::") {
        Some(name) => format!("lock_api::{}", name.replace("Fair", "")),
        None => path.to_owned(),
    });
    types.filter(|path| !KNOWN_TO_CLIPPY.contains(&path.as_str())).collect()
}

#[test]
fn the_configuration_of_clippy() {
    let mut made = String::from(
        "# What the compiler's types tell of calls that block an event loop, for `cargo clippy`. See the README.\n#\n\
         # Made from the catalogue: `BLESS=1 cargo test -p onloop-ui-tests --test generated` writes this file.\n",
    );
    for (key, is_macro) in [("disallowed-methods", false), ("disallowed-macros", true)] {
        writeln!(made, "\n{key} = [").unwrap();
        let mut known = BTreeSet::new();
        for entry in disallowed(is_macro) {
            for path in std::iter::once(entry.path).chain(entry.aliases()).filter(|path| known.insert(*path)) {
                let (advice, replacement) = match replacement(entry) {
                    // Clippy shows it behind the reason.
                    Some(path) => (String::new(), format!(", replacement = {path:?}")),
                    None => (format!(": {}", entry.advice()), String::new()),
                };
                let reason = format!("blocks the event loop (onloop::blocking_call){advice}");
                writeln!(made, "    {{ path = {path:?}, reason = {reason:?}{replacement}, allow-invalid = true }},")
                    .unwrap();
            }
        }
        made += "]\n";
    }
    made += "\nawait-holding-invalid-types = [\n";
    for path in guards() {
        let reason = "must not be alive across an `.await` (onloop::guard_across_await): end its scope before";
        writeln!(made, "    {{ path = {path:?}, reason = {reason:?}, allow-invalid = true }},").unwrap();
    }
    made += "]\n";
    check("clippy.toml", &made);
}

/// "1,234 calls of std and 56 crates", as the README counts them.
#[test]
fn the_figures_in_the_readme() {
    const BETWEEN: &str = " calls of std and ";
    let crates: BTreeSet<_> = catalogue::FAMILIES.iter().flat_map(|family| family.crates).copied().collect();
    let others = crates.iter().filter(|name| !["alloc", "core", "std"].contains(name)).count();
    let calls = catalogue::calls().count();
    let calls = format!("{},{:03}", calls / 1000, calls % 1000);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let Some((before, after)) = readme.split_once(BETWEEN) else { return };
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    check("README.md", &format!("{before}{calls}{BETWEEN}{others}{after}"));
}
