use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use std::iter;

use super::entry::*;
use super::pages::*;
use super::values::*;
use super::*;
use crate::knowledge::project::Project;

static NEVER: &str = include_str!("../../../tests/never.txt");

/// The body of the table under a heading, as lines.
fn table<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let Some((_, after)) = text.split_once(heading) else {
        return Vec::new();
    };
    let lines = after.lines().skip_while(|line| !line.starts_with('|')).skip(2);
    lines.take_while(|line| line.starts_with('|')).collect()
}

fn calls(family: &Family) -> Vec<&'static str> {
    table(family.text, "\n## Calls\n")
}

fn types(family: &Family) -> Vec<&'static str> {
    table(family.text, "\n## Types\n")
}

/// The cells of a line, and the path in the first.
fn cells(line: &str) -> (Vec<&str>, &str) {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    assert_eq!((cells.first(), cells.last()), (Some(&""), Some(&"")), "{line}");
    let cells = cells[1..cells.len() - 1].to_vec();
    let path = cells[0].trim_matches(['*', '[', ']', '`']);
    (cells, path)
}

fn entries() -> impl Iterator<Item = (&'static Family, Entry)> {
    FAMILIES.iter().flat_map(|family| {
        calls(family).into_iter().map(move |line| {
            let (_, path) = cells(line);
            let row = rows_named(family.text, last_name(path)).find(|row| row.path == path);
            let entry = row.unwrap_or_else(|| panic!("{path} is not found")).entry();
            (family, entry.unwrap_or_else(|| panic!("{path}: a word is unknown")))
        })
    })
}

fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.split("::").all(is_name)
}

#[test]
fn every_row_is_whole() {
    for family in FAMILIES {
        assert!(family.text.is_ascii(), "{}", family.name);
        let rows = family.text.lines().filter(|line| line.starts_with('|')).count();
        let heads = if types(family).is_empty() { 2 } else { 4 };
        assert_eq!(rows, calls(family).len() + types(family).len() + heads, "{}", family.name);
        for line in calls(family) {
            let (cells, path) = cells(line);
            assert_eq!(cells.len(), 6, "{line}");
            assert!(is_path(path) && path.contains("::"), "{line}");
            assert!(line.starts_with("| `") || line.starts_with("| [`"), "{line}");
            facts(cells[5], &CALL_FACTS, line);
        }
        for line in types(family) {
            let (cells, path) = cells(line);
            assert_eq!(cells.len(), 4, "{line}");
            assert!(is_path(path) && path.contains("::"), "{line}");
            assert!(line.starts_with("| **`") || line.starts_with("| **[`"), "{line}");
            facts(cells[3], &TYPE_FACTS, line);
        }
    }
}

const CALL_FACTS: [&str; 11] =
    ["as", "trait", "on", "console on", "given", "from", "chain", "implements", "derefs", "takes", "streams"];
const TYPE_FACTS: [&str; 6] = ["as", "implements", "derefs", "fields", "holds", "blocking from"];

/// The facts of a last cell: known keys in their order, each with values.
fn facts(cell: &str, known: &[&str], line: &str) {
    let mut after = 0;
    for fact in cell.split("; ").filter(|fact| !fact.is_empty()) {
        let (key, values) = fact.split_once(": ").unwrap_or_else(|| panic!("no key: {line}"));
        let at = known.iter().position(|known| *known == key);
        let at = at.unwrap_or_else(|| panic!("`{key}` is unknown: {line}"));
        assert!(at >= after, "`{key}` is too late: {line}");
        after = at + 1;
        for value in values.split(", ") {
            let path = value.split(['#', '@', '.']).next().unwrap_or_default();
            let is_count = ["takes", "streams"].contains(&key) && value.parse::<usize>().is_ok();
            assert!(is_path(path) || key == "on" && value == "*" || is_count, "`{value}`: {line}");
        }
    }
}

#[test]
fn every_method_of_std_that_blocks_says_how_many_arguments_it_takes() {
    for (_, entry) in entries() {
        let counts = entry.kind == Kind::Method && entry.certainty == Certainty::Always;
        if counts && entry.path.starts_with("std::") {
            assert!(entry.takes().is_some(), "{}", entry.path);
        }
    }
}

#[test]
fn a_method_is_a_suspect_by_its_name_and_its_number_of_arguments() {
    assert!(
        Project::default().is_suspect("recv", 0)
            && Project::default().is_suspect("read", 1)
            && Project::default().is_suspect("wait", 1)
    );
    for (name, arguments) in [("join", 1), ("read", 0), ("next", 0), ("iter", 0), ("frobnicate", 0)] {
        assert!(!Project::default().is_suspect(name, arguments), "{name}");
    }
    assert!(probes().any(|(entry, on)| entry.path == "std::io::Read::read" && on == "std::fs::File"));
    assert!(probes().any(|(entry, on)| entry.path == on.to_owned() + "::recv"));
}

#[test]
fn rows_are_sorted_and_unique() {
    for family in FAMILIES {
        for lines in [calls(family), types(family)] {
            let keys = lines.into_iter().map(|line| (last_name(cells(line).1), cells(line).1));
            let keys: Vec<_> = keys.collect();
            for pair in keys.windows(2) {
                assert!(pair[0] < pair[1], "{}: {} before {}", family.name, pair[0].1, pair[1].1);
            }
        }
    }
    assert!(table(ELSEWHERE, "\n\n").len() > 50);
    for page in [ELSEWHERE, EXEMPTING] {
        for pair in table(page, "\n\n").windows(2) {
            let key = |line| (last_name(cells(line).1), cells(line).1);
            assert!(key(pair[0]) < key(pair[1]), "{} before {}", pair[0], pair[1]);
        }
    }
}

#[test]
fn no_path_or_alias_stands_twice() {
    let mut seen = BTreeMap::new();
    for (family, entry) in entries() {
        for path in iter::once(entry.path).chain(entry.aliases()) {
            let before = seen.insert(path, family.name);
            assert_eq!(before, None, "{path} in {}", family.name);
        }
    }
}

#[test]
fn no_row_is_lost() {
    for family in FAMILIES {
        let found = rows(family.text).filter_map(Row::entry).count();
        assert_eq!(found, calls(family).len(), "{}", family.name);
        for line in types(family) {
            let path = cells(line).1;
            assert!(type_line(path).is_some(), "{line}");
        }
    }
}

#[test]
fn remedies_end_a_help_line() {
    for (_, entry) in entries() {
        let instead = entry.instead;
        assert!(!entry.advice().contains(", instead"), "{instead}");
        for way in entry.remedies() {
            let Remedy::Do(what) = way else { continue };
            assert!(!what.contains(" or await ") && !what.ends_with("in the executor"), "{}: {what}", entry.path);
        }
        assert!(instead.starts_with(|first: char| first.is_ascii_lowercase()), "{instead}");
        assert!(!instead.ends_with(['.', ',']), "{instead}");
        assert_eq!(instead.matches('`').count() % 2, 0, "{instead}");
        let bare = instead.split('`').step_by(2).any(|prose| prose.contains("::"));
        assert!(!bare, "a path without backticks: {instead}");
    }
}

#[test]
fn crates_are_those_of_the_paths() {
    assert!(FAMILIES.len() < 256 && FAMILIES.iter().all(|family| family.crates.len() < 256));
    for family in FAMILIES {
        let mut crates = BTreeSet::new();
        for (_, entry) in entries().filter(|(of, _)| of.name == family.name) {
            let paths = iter::once(entry.path).chain(entry.aliases());
            crates.extend(paths.filter_map(|path| path.split("::").next()));
        }
        // Types that only lead to others.
        let types = family.text.lines().filter_map(|line| line.strip_prefix("| **`")?.split("::").next());
        crates.extend(types);
        if family.name == "std" {
            crates.extend(["alloc", "core"]);
        }
        assert!(crates.iter().eq(family.crates), "{} needs: {crates:?}", family.name);
        for krate in crates {
            assert!(knows_crate(krate), "{krate}");
            assert!(families_of(krate).any(|of| of.name == family.name), "{krate}");
        }
    }
    assert_eq!(CRATES.iter().flatten().count(), FAMILIES.iter().map(|of| of.crates.len()).sum());
    for unknown in ["", "x", "serde", "crate", "self", "super", "Self", "onloop", "std2", "tokio_"] {
        assert!(!knows_crate(unknown), "{unknown}");
    }
}

/// `names.md` follows from the other pages. `BLESS=1 cargo test -p onloop-analysis` writes it anew.
#[test]
fn names_are_those_of_the_pages() {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (family, entry) in entries() {
        let families = names.entry(entry.name()).or_default();
        if families.last() != Some(&family.name) {
            families.push(family.name);
        }
    }
    let mut page = String::from(
        "# Names\n\nEvery last name of a call in the catalogue, and the pages where it stands. \
         Made from them: `BLESS=1 cargo test -p onloop-analysis`.\n\n| name | pages |\n| --- | --- |\n",
    );
    for (name, families) in names {
        for part in ["| `", name, "` | ", &families.join(", "), " |\n"] {
            page.push_str(part);
        }
    }
    if env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/knowledge/catalogue/names.md");
        fs::write(path, page).expect("the sources can be written to");
    } else {
        assert!(page.lines().eq(NAMES.lines()), "names.md is stale: run the test with BLESS=1");
    }
}

#[test]
fn every_entry_is_found() {
    for (_, entry) in entries() {
        for path in iter::once(entry.path).chain(entry.aliases()) {
            assert_eq!(call(path), Some(entry), "{path}");
        }
        assert!(named(entry.name()).any(|named| named == entry), "{}", entry.path);
        for of in [owner(entry.path)].into_iter().flatten().chain(entry.receivers()) {
            let found = associated(of, entry.name());
            assert!(found.is_some_and(|found| found.name() == entry.name()), "{}", entry.path);
        }
    }
}

#[test]
fn nothing_else_is_found() {
    for path in ["", "::", "std", "std::", "sleep", "std::thread", "std::fs::readx", "std::fs::rea"] {
        assert_eq!(call(path), None, "{path}");
    }
    for path in ["std::vec::Vec::new", "tokio::fs::read", "std::thread::sleep::", "xstd::fs::read"] {
        assert_eq!(call(path), None, "{path}");
    }
    for name in ["", "|", "`", "unwrap", "to_vec", "aaa", "zzzzzz", "~", "A", "\u{e9}t\u{e9}"] {
        assert_eq!(named(name).count(), 0, "{name}");
    }
    assert_eq!(associated("std::vec::Vec", "read"), None);
    assert_eq!(associated("", ""), None);
}

#[test]
fn looks_up_by_path() {
    let sleep = call("std::thread::sleep").expect("known");
    assert_eq!((sleep.kind, sleep.category), (Kind::Fn, Category::Sleep));
    assert_eq!(sleep.instead, "await `tokio::time::sleep(..)` instead");
    assert_eq!(call("core::hint::spin_loop"), call("std::hint::spin_loop"));
    assert_eq!(call("smol::block_on").map(|entry| entry.path), Some("async_io::block_on"));
    assert_eq!(call("dunce::realpath").map(|entry| entry.path), Some("dunce::realpath"));
    assert_eq!(call("std::println").map(|entry| entry.kind), Some(Kind::Macro));
}

#[test]
fn looks_up_by_type() {
    let of = |ty, name| associated(ty, name).map(|entry| (entry.path, entry.certainty));
    assert_eq!(of("std::fs::File", "open"), Some(("std::fs::File::open", Certainty::Always)));
    assert_eq!(of("std::fs::File", "read"), Some(("std::io::Read::read", Certainty::Always)));
    assert_eq!(of("std::path::PathBuf", "exists"), Some(("std::path::Path::exists", Certainty::Always)));
    let text = of("alloc::string::String", "to_socket_addrs");
    assert_eq!(text.map(|(path, _)| path), Some("std::net::ToSocketAddrs::to_socket_addrs"));
    for on in ["std::io::Stdout", "std::io::StderrLock"] {
        let found = associated(on, "write_all").map(|entry| (entry.path, entry.category, entry.certainty));
        assert_eq!(found, Some(("std::io::Write::write_all", Category::Console, Certainty::Bounded)), "{on}");
    }
    assert!(call("std::io::Write::flush").expect("known").console_receivers().any(|on| on == "std::io::StdoutLock"));
}

#[test]
fn a_trait_needs_its_receiver() {
    let needs = |path: &str| call(path).expect("known").needs_receiver();
    assert!(needs("std::io::Read::read"));
    assert!(needs("redis::Commands::get"));
    assert!(!needs("std::path::Path::exists"));
    assert!(!needs("std::fs::ReadDir::next"));
    assert!(!needs("pollster::FutureExt::block_on"));
    assert!(!needs("std::fs::read"));
}

#[test]
fn names_that_prove() {
    let mut proven: Vec<_> =
        entries().filter_map(|(_, entry)| Some(Project::default().proven_by_name(entry.name())?.name())).collect();
    proven.sort_unstable();
    proven.dedup();
    assert_eq!(
        proven,
        [
            "acquire_arc_blocking",
            "acquire_blocking",
            "block_on",
            "blocking_acquire",
            "blocking_acquire_many",
            "blocking_acquire_many_owned",
            "blocking_acquire_owned",
            "blocking_lock",
            "blocking_lock_owned",
            "blocking_read",
            "blocking_recv",
            "blocking_recv_many",
            "blocking_send",
            "blocking_write",
            "enumerate_dev_nodes_blocking",
            "get_or_init_blocking",
            "get_or_try_init_blocking",
            "lock_arc_blocking",
            "lock_blocking",
            "read_arc_blocking",
            "read_blocking",
            "recv_blocking",
            "send_blocking",
            "transfer_blocking",
            "upgradable_read_arc_blocking",
            "upgradable_read_blocking",
            "wait_blocking",
            "write_arc_blocking",
            "write_blocking",
        ]
    );
    let never = NEVER.lines().map(last_name);
    for name in never.chain(["block", "blocking", "set_blocking", "blocking_iter", "block_read", "set_nonblocking"]) {
        assert_eq!(Project::default().proven_by_name(name), None, "{name}");
    }
    let instead = |name| Project::default().proven_by_name(name).expect("known").instead;
    assert_eq!(instead("block_on"), "await the future instead");
    assert_eq!(instead("blocking_recv"), "await its async counterpart instead");
    assert_eq!(instead("blocking_lock"), "await `tokio::sync::Mutex::lock(..)` instead");
}

#[test]
fn what_never_blocks_is_not_accused() {
    let paths = NEVER.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for path in paths {
        assert!(is_path(path), "{path}");
        assert_eq!(call(path), None, "{path}");
        if let Some(of) = owner(path) {
            assert_eq!(associated(of, last_name(path)), None, "{path}");
        }
        count += 1;
    }
    assert!(count > 1000, "the list is read");
}

#[test]
fn closures_that_run_elsewhere() {
    for line in table(ELSEWHERE, "\n\n") {
        let (cells, path) = cells(line);
        assert!(cells.len() == 2 && is_path(path), "{line}");
        assert!(cells[1] == "any" || cells[1].parse::<u8>().is_ok(), "{line}");
        assert_eq!(runs_elsewhere(path), path.contains("::"), "{line}");
        assert_eq!(method_runs_elsewhere(path), !path.contains("::"), "{line}");
    }
    assert!(runs_elsewhere("tokio::task::spawn_blocking") && method_runs_elsewhere("spawn"));
    for here in ["std::thread::scope", "rayon::join", "std::thread::spawn::", "spawn", "", "::"] {
        assert!(!runs_elsewhere(here), "{here}");
    }
    assert!(["a spawn(x)", "unblock", "onloop::allow_blocking"].iter().all(|text| mentions_hand_over(text)));
    assert!(!mentions_hand_over("let x = 1; f(x)"));
    for here in ["map", "install", "scope", "join", "call", "", "std::thread::spawn"] {
        assert!(!method_runs_elsewhere(here), "{here}");
    }
}

#[test]
fn types_that_the_compiler_is_asked_about() {
    let mut before = (String::new(), String::new());
    for (path, parameters) in probed_types() {
        assert!(is_path(path) && matches!(parameters, "" | "'_" | "T"), "{path}");
        assert!(path.matches("::").count() <= 2 && knows_crate(path.split("::").next().unwrap()), "{path}");
        let key = (last_name(path).to_owned(), path.to_owned());
        assert!(before < key, "{path}");
        before = key;
    }
}

#[test]
fn types_that_are_used_as_what_they_hold() {
    for line in table(WRAPPERS, "\n\n") {
        let (cells, path) = cells(line);
        assert!(cells.len() == 3 && is_path(path), "{line}");
        assert_eq!(used_as(path).map(|number| number.to_string()).as_deref(), Some(cells[1]), "{line}");
    }
    assert!(gives_held("actix_web::web::Data", "get_ref") && !gives_held("std::sync::Arc", "get_ref"));
    assert_eq!(used_as("std::vec::Vec"), None);
}

#[test]
fn closures_that_are_exempt() {
    for line in table(EXEMPTING, "\n\n") {
        let (cells, path) = cells(line);
        assert!(cells.len() == 3 && is_path(path), "{line}");
        let found = exempting(path).unwrap_or_else(|| panic!("{line}"));
        assert_eq!([cells[1], cells[2]], [found.closure.to_string(), found.reason.to_string()]);
        assert!(!runs_elsewhere(path) && !method_runs_elsewhere(path), "{line}");
    }
    assert!(exempting("onloop::allow_blocking").is_some() && lists_crate("onloop"));
    for other in ["other::allow_blocking", "onloop::allow", "tokio::task::block_in_place", "", "::"] {
        assert_eq!(exempting(other), None, "{other}");
    }
}

#[test]
fn types_and_what_makes_them() {
    use super::{Makes, derefs_to, implements, is_wrapper, keeps_type, made_by};

    assert_eq!(made_by("std::process::Command::new")[0], ("std::process::Command", Makes::Value));
    assert_eq!(made_by("std::fs::read_dir")[0], ("std::fs::ReadDir", Makes::Value));
    assert_eq!(made_by("std::process::Child.stdin")[0], ("std::process::ChildStdin", Makes::Value));
    assert_eq!(made_by("std::io::BufReader::with_capacity")[0], ("std::io::BufReader", Makes::Around(1)));
    assert_eq!(made_by("std::io::BufRead::lines")[0], ("std::io::Lines", Makes::AroundSelf));
    assert_eq!(made_by("std::io::pipe")[0], ("std::io::PipeReader", Makes::Element(0)));
    assert!(made_by("std::thread::sleep").is_empty());
    assert!(made_by("std::io::Read").is_empty());
    assert!(keeps_type("std::process::Command", "arg") && !keeps_type("std::process::Command", "output"));
    assert!(implements("std::process::ChildStdin").eq(["std::io::Write"]));
    assert!(is_wrapper("std::io::BufReader") && !is_wrapper("std::process::Command"));
    assert_eq!(derefs_to("std::process::Command"), None);
}

#[test]
fn types_that_wait_when_they_are_dropped() {
    let all: Vec<_> = super::droppings().collect();
    assert_eq!(all.len(), table(DROPS, "\n\n").len(), "a row cannot be read");
    for dropping in &all {
        assert!(
            dropping.path.contains("::") && !dropping.why.is_empty() && !dropping.why.ends_with('.'),
            "{dropping:?}"
        );
    }
    assert!(all.windows(2).all(|pair| pair[0].path < pair[1].path), "in the order of the paths");
    let runtime = super::dropping("tokio::runtime::Runtime").unwrap();
    assert!(runtime.is_let_go_by("shutdown_background") && !runtime.is_let_go_by("block_on"));
}

#[test]
fn a_method_is_at_hand_with_any_crate_that_gives_it() {
    let project = Project::default();
    let with = |name: &str, at_hand: &str| project.is_method(name, |krate| krate == at_hand);
    assert_eq!(with("hash_password", "password_hash"), Listed::Yes);
    assert_eq!(with("hash_password", "argon2"), Listed::Yes, "it re-exports the trait");
    assert_eq!(with("query_row", "tokio_rusqlite"), Listed::Yes, "it re-exports the crate");
    assert_eq!(with("query_map", "tokio_rusqlite"), Listed::Yes, "what it gives iterates");
    assert_eq!(with("hash_password", "bcrypt"), Listed::No);
}
