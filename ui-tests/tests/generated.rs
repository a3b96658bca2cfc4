//! Files that are made from the catalogue say what it says. `BLESS=1 cargo test -p onloop-ui-tests --test generated`
//! writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use onloop_analysis::catalogue;

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
    ("std::io::LineWriter", "[W: ?Sized + std::io::Write + Blocks<write>] std::io::LineWriter<W>"),
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
        // `for x in iterator`
        if method == "next" {
            on_types.entry("into_iter").or_default().insert(on);
        }
    }
    let mut made = String::from(
        "//! What the compiler can be asked about, made from the catalogue.\n//!\n\
         //! `BLESS=1 cargo test -p onloop-ui-tests --test generated` writes this file.\n\n\
         use super::Blocks;\n\ncalls! {\n    methods {\n",
    );
    for method in &methods {
        writeln!(made, "        {method}").unwrap();
    }
    made += "    }\n";
    for (path, (advice, on_types)) in &entries {
        let method = path.rsplit("::").next().unwrap();
        let name: String = path.split("::").skip(1).flat_map(|part| part.split('_')).map(capitalised).collect();
        let message = format!("`{method}` blocks the event loop: it is `{path}`");
        writeln!(made, "    {name}({message:?}, {:?}) {{", format!("help: {advice}")).unwrap();
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
