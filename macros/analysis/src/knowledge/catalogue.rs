//! The known calls that block, and what to write instead.
//!
//! The data is in the Markdown tables next to this file, one page per family of crates. Users and the engine read the
//! same page. Adding a call is adding a row. A page holds
//!
//! * `## Calls`, one row per call: path (or `Trait::method`), kind, category, certainty, what to do instead, and what
//!   else is known as `key: value, value; key: value`. `as` are other public paths of the same item; `trait` is the
//!   trait it belongs to; `on` are the types on which it blocks (`*`: on all that have the trait) and `console on` the
//!   streams of the terminal, on which it is of the category `console`, and bounded; `given` are the types of a first
//!   argument with which it blocks, whatever it is called on; `takes` is the number of arguments
//!   behind the receiver, `streams` are the arguments that a function reads from or writes to, by number: it surely
//!   blocks where one of them does. A type says where its values come from (`from`), which of its methods return it
//!   (`chain`), which traits of std it has (`implements`) and where else its methods are found (`derefs`). A row is a
//!   call that itself waits. A call that only builds a request or an iterator has no row: the call that sends has one,
//!   and so has the iterator's `next`.
//! * `## Types`, in the same order but with bold names: types that are not findings themselves. They
//!   give the type of a local. After a function in `from`, `#1` is an element of the tuple that it
//!   returns; `@0` or `@self` is the argument that the value wraps, as `BufReader` does: it blocks
//!   when that one does.
//!
//! Nothing is built before the first look-up. Rows are in byte order of their last name, then of the
//! path, so that a look-up is a binary search over the text. [`FAMILIES`] says which page may know a
//! crate; `names.md` says which pages know a last name, and answers most questions with no.
//!
//! Paths of std and tokio are written as links, which `cargo doc` follows: a broken one is an
//! error there. Where a link cannot be followed (Windows, features that are not stable in tokio) the
//! path stands without brackets, as do the paths of all other crates.
//!
//! This is what all programs share. `project` combines it with the additions of a project.

use crate::syntax::quick::{HashMap, HashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

pub use self::entry::{Category, Certainty, Entry, Kind};
use self::pages::{DROPS, ELSEWHERE, EXEMPTING, PROBED, WRAPPERS, families_of, pages_with};
pub use self::pages::{FAMILIES, Family};
pub use self::remedy::Remedy;
pub(crate) use self::remedy::{EXECUTOR, remedies, sentence};
use self::text::{Path, Row, last_name, line_around, line_end, owner, rows, rows_named, values};
use self::values::ITERATOR;
pub use self::values::{Made, Makes, derefs_to, implements, is_wrapper, iterates, keeps_type, lists_type, made_by};

// Its links into `std::os::linux` lead nowhere on other systems.
#[cfg(all(doc, target_os = "linux"))]
#[doc = include_str!("catalogue/std.md")]
pub mod std_calls {}

mod entry;
mod pages;
mod remedy;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod values;

/// Whether a call into that crate can be in the catalogue.
#[must_use]
pub fn knows_crate(name: &str) -> bool {
    families_of(name).next().is_some()
}

/// Whether something of that crate is listed: as blocking, as running closures away from the loop, or as exempting them.
#[must_use]
pub fn lists_crate(name: &str) -> bool {
    knows_crate(name) || [ELSEWHERE, EXEMPTING].iter().any(|page| page.contains(&format!("`{name}::")))
}

/// The entry of a canonical path, or of an alias: `std::fs::read`, `smol::block_on`,
/// `std::fs::File::open`. Paths of core and alloc count as paths of std.
#[must_use]
pub fn call(path: &str) -> Option<Entry> {
    let wanted = Path::new(path);
    families_of(wanted.krate).find_map(|family| {
        rows_named(family.text, last_name(path))
            .find(|row| wanted.is(row.path) || row.aliases().any(|alias| wanted.is(alias)))
            .and_then(Row::entry)
    })
}

/// The entries of one name, by the path of the type.
type Entries = HashMap<Box<str>, Option<Entry>>;

/// The entry of a method or function written or found on a type: the type's own, else that of a trait
/// which is known to block on the type.
#[must_use]
pub fn associated(type_path: &str, name: &str) -> Option<Entry> {
    thread_local! {
        /// By name and type: each method that is called on a variable asks.
        static KNOWN: RefCell<HashMap<Box<str>, Entries>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let of_name = known.entry(name.into()).or_default();
        if let Some(known) = of_name.get(type_path) {
            return *known;
        }
        let entry = find_associated(type_path, name);
        of_name.insert(type_path.into(), entry);
        entry
    })
}

fn find_associated(type_path: &str, name: &str) -> Option<Entry> {
    let wanted = Path::new(type_path);
    let is_own = |path| owner(path).is_some_and(|of| wanted.is(of));
    let mut of_trait = None;
    for row in pages_with(name).flat_map(|family| rows_named(family.text, name)) {
        if is_own(row.path) || row.aliases().any(is_own) {
            return row.entry();
        }
        if of_trait.is_none() {
            let blocks = |key| values(row.also(), key).any(|on| wanted.is(on));
            if blocks("on") {
                of_trait = row.entry();
            } else if blocks("console on") {
                let (category, certainty) = (Category::Console, Certainty::Bounded);
                of_trait = row.entry().map(|entry| Entry { category, certainty, ..entry });
            }
        }
    }
    of_trait
}

/// Every entry with that last name, those of std and tokio first.
pub fn named(name: &str) -> impl Iterator<Item = Entry> + '_ {
    pages_with(name).flat_map(move |family| rows_named(family.text, name)).filter_map(Row::entry)
}

/// The paths of the functions of the operating system with that name, as `libc` and `windows-sys` have them.
pub(crate) fn of_system(name: &str) -> Rc<[String]> {
    let is_of_system = |path: &&str| ["libc::", "windows_sys::"].iter().any(|krate| path.starts_with(krate));
    let known: Rc<[String]> = named(name).map(|entry| entry.path).filter(is_of_system).map(str::to_owned).collect();
    if known.is_empty() { Rc::new([format!("libc::{name}")]) } else { known }
}

thread_local! {
    /// The paths of what the catalogue says to await.
    static AWAITED: HashSet<&'static str> = FAMILIES
        .iter()
        .flat_map(|family| family.text.split("await `").skip(1))
        .filter_map(|advice| advice[..line_end(advice, 0)].split_once('('))
        .map(|(path, _)| path)
        .collect();
}

/// Functions of the `futures` crates that make one future of others.
const COMBINATORS: &[&str] = &[
    "join",
    "join3",
    "join4",
    "join5",
    "join_all",
    "maybe_done",
    "poll_immediate",
    "select",
    "select_all",
    "select_ok",
    "try_join",
    "try_join3",
    "try_join4",
    "try_join5",
    "try_join_all",
    "try_select",
    "zip",
];

/// Whether a function is one that makes a future: the catalogue says to await it, or it makes one of others.
#[must_use]
pub fn is_async(path: &str) -> bool {
    let of_futures = ["futures::future::", "futures_lite::future::", "futures_util::future::"];
    if of_futures.iter().any(|module| path.strip_prefix(module).is_some_and(|name| COMBINATORS.contains(&name))) {
        return true;
    }
    knows_crate(path.split("::").next().unwrap_or_default()) && AWAITED.with(|awaited| awaited.contains(path))
}

/// Whether some method of a name blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// None does.
    No,
    /// One of std, or of a crate at hand.
    Yes,
    /// Nearly every type has a method of that name. It blocks on types that come from where one of these words stands.
    WithWords(&'static [&'static str]),
}

/// Whether a method of a type is one that the catalogue says to await: the type's own, or one of tokio's traits.
#[must_use]
pub fn is_async_method(type_path: &str, name: &str) -> bool {
    /// Those that take the place of nothing that blocks.
    const OTHERS: &[&str] = &[
        "tokio::sync::mpsc::Sender::closed",
        "tokio::sync::mpsc::Sender::reserve",
        "tokio::sync::mpsc::Sender::reserve_many",
        "tokio::task::JoinSet::join_all",
        "tokio::task::JoinSet::shutdown",
        "tokio_util::sync::CancellationToken::cancelled",
        "tokio_util::task::TaskTracker::wait",
        "tokio_util::task::task_tracker::TaskTracker::wait",
    ];
    const TRAITS: &[&str] = &["AsyncBufReadExt", "AsyncReadExt", "AsyncSeekExt", "AsyncWriteExt"];
    let is_stream = ["tokio::fs::", "tokio::io::", "tokio::net::", "tokio::process::"];
    let path = format!("{type_path}::{name}");
    OTHERS.contains(&path.as_str())
        || is_async(&path)
        // `OpenOptions::read(true)` only says how to open.
        || is_stream.iter().any(|module| type_path.starts_with(module))
            && !type_path.ends_with("Options")
            && TRAITS.iter().any(|of| is_async(&format!("tokio::io::{of}::{name}")))
}

/// Whether some method of that name is one to await.
#[must_use]
pub fn may_be_async_method(name: &str) -> bool {
    thread_local! {
        static NAMES: HashSet<&'static str> = AWAITED.with(|awaited| awaited.iter().map(|path| last_name(path)).collect());
    }
    matches!(name, "cancelled" | "closed" | "join_all" | "reserve" | "reserve_many" | "shutdown" | "wait")
        || NAMES.with(|names| names.contains(name))
}

thread_local! {
    /// What makes iterators that block: by the last name of a function or method, the crates of such iterators.
    static ITERATORS: HashMap<&'static str, Vec<&'static str>> = iterators();
}

fn iterators() -> HashMap<&'static str, Vec<&'static str>> {
    let mut found: HashMap<&'static str, Vec<&'static str>> = HashMap::default();
    let lines = FAMILIES.iter().flat_map(|family| {
        family.text.match_indices(ITERATOR).map(|(at, _)| line_around(family.text, at)).filter(|line| line.names_type())
    });
    for (line, path) in lines.filter_map(|line| Some((line, line.path()?))).filter(|(_, path)| iterates(path)) {
        let from = line.values("from: ").or_else(|| line.text.split('|').nth(2)).unwrap_or_default();
        for maker in from.split(',').map(|maker| maker.trim().split(['#', '@']).next().unwrap_or_default()) {
            let paths = std::iter::once(path).chain(line.values("as: ").unwrap_or_default().split(',').map(str::trim));
            let crates = paths.filter_map(|path| path.split("::").next().filter(|krate| !krate.is_empty()));
            found.entry(last_name(maker)).or_default().extend(crates);
        }
    }
    found
}

/// Whether a function makes an iterator of a catalogued type, or what a loop makes one of.
#[must_use]
pub fn makes_iterator(path: &str) -> bool {
    let becomes = |made: &str| made_by(&format!("{made}::into_iter")).iter().any(|(made, _)| iterates(made));
    knows_crate(path.split("::").next().unwrap_or_default())
        && made_by(path).iter().any(|(made, _)| iterates(made) || becomes(made))
}

/// The crates of the iterators that functions or methods of a name make.
pub(crate) fn crates_of_iterators(name: &str) -> Vec<&'static str> {
    ITERATORS.with(|makers| makers.get(name).cloned()).unwrap_or_default()
}

/// Every entry, family by family.
pub fn calls() -> impl Iterator<Item = Entry> {
    FAMILIES.iter().flat_map(|family| rows(family.text)).filter_map(Row::entry)
}

/// Names that nearly every type has: looking at each of them, or asking the compiler, would cost more than it finds.
pub(crate) const COMMON: &[(&str, &[&str])] = &[
    ("bytes", &["File", "Stream", "Child", "BufReader", "stdin", "Stdin", "PipeReader"]),
    ("into_iter", &["Receiver", "channel"]),
    ("iter", &["Receiver", "channel"]),
    ("next", &["Receiver", "channel", "ReadDir", "read_dir", "Incoming", "incoming", "BufRead", "stdin", "Lines"]),
    ("split", &["BufRead", "stdin", "Stdin"]),
];

/// Modules of std that are not stable, or not there on every system.
const UNSTABLE: &[&str] = &["::mpmc::", "::nonpoison::", "::oneshot::", "::fs::Dir::", "::PidFd::", "::windows::"];

/// What is asked about where something is taken from an iterator.
pub const ITERATION: &str = "next";

/// What the compiler can be asked about: each call, and a type on which it blocks.
pub fn probes() -> impl Iterator<Item = (Entry, &'static str)> {
    let std = rows(FAMILIES[0].text).filter_map(Row::entry).filter(|&entry| is_probed(entry));
    std.flat_map(|entry| probed_on(entry).map(move |on| (entry, on)))
}

fn probed_on(entry: Entry) -> impl Iterator<Item = &'static str> {
    let of_trait = entry.trait_path().is_some_and(|of| owner(entry.path) == Some(of));
    let own = owner(entry.path).filter(|_| !of_trait && entry.receivers().next().is_none());
    own.into_iter().chain(entry.receivers())
}

/// The calls of a method that the compiler can be asked about, each with the name of the trait that says it. Messages
/// show these names, and without their path where nothing else is called so.
#[must_use]
pub fn probe_traits(method: &str) -> Vec<(Entry, String)> {
    let entries: Vec<_> =
        named(method).filter(|&entry| is_probed(entry) && probed_on(entry).next().is_some()).collect();
    let name = |entry: &Entry, parts: usize| {
        let parts: Vec<_> = entry.path.rsplit("::").take(parts).collect();
        let words = parts.into_iter().rev().flat_map(|part| part.split('_')).map(capitalised);
        format!("NonBlocking{}", words.collect::<String>())
    };
    let shortest = |entry: &Entry| {
        let is_unique =
            |parts: &usize| entries.iter().filter(|other| name(other, *parts) == name(entry, *parts)).count() == 1;
        let parts = (1..=entry.path.matches("::").count()).find(is_unique);
        name(entry, parts.unwrap_or(usize::MAX))
    };
    entries.iter().map(|entry| (*entry, shortest(entry))).collect()
}

/// `SetLen` of `set` and `len`.
#[must_use]
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Types of other crates cannot be named in a program that may not have them.
pub(crate) fn is_probed(entry: Entry) -> bool {
    let is_stable = !UNSTABLE.iter().any(|part| entry.path.contains(part));
    entry.kind == Kind::Method && entry.certainty == Certainty::Always && is_stable && entry.path.starts_with("std::")
}

/// Traits that types have which do not block.
const MIXED: &[&str] = &[
    "lettre::Transport",
    "std::io::BufRead",
    "std::io::Read",
    "std::io::Seek",
    "std::io::Write",
    "std::iter::IntoIterator",
    "std::iter::Iterator",
    "std::net::ToSocketAddrs",
];

/// Whether clippy's configuration can name a call: clippy knows of a call the path alone, and of one of a trait's method
/// not the type.
#[must_use]
pub fn is_for_clippy(entry: &Entry) -> bool {
    entry.certainty == Certainty::Always
        && entry.kind != Kind::Type
        && entry.trait_path().is_none_or(|of| !MIXED.contains(&of))
}

/// Whether the function of that path runs the closure or function given to it away from the loop.
#[must_use]
pub fn runs_elsewhere(path: &str) -> bool {
    path.contains(':') && rows_named(ELSEWHERE, last_name(path)).any(|row| row.path == path)
}

/// Whether a method of that name runs a closure given to it away from the loop, whatever its receiver.
#[must_use]
pub fn method_runs_elsewhere(name: &str) -> bool {
    rows_named(ELSEWHERE, name).any(|row| row.path == name)
}

/// Whether a text names a method that runs closures elsewhere, whatever its receiver, or a function that exempts them.
#[must_use]
pub fn mentions_hand_over(text: &str) -> bool {
    thread_local! {
        static NAMES: Vec<&'static str> = {
            let methods = paths_in(ELSEWHERE).filter(|path| !path.contains(':'));
            methods.chain(paths_in(EXEMPTING).map(last_name)).collect()
        };
    }
    NAMES.with(|names| names.iter().any(|name| text.contains(name)))
}

/// The paths in the first cells of a page.
fn paths_in(page: &'static str) -> impl Iterator<Item = &'static str> {
    let cells = page.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    cells.filter(|cell| cell.contains('`')).map(|cell| cell.trim().trim_matches(['[', ']', '`']))
}

/// A type whose values block when dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropping {
    /// The type.
    pub path: &'static str,
    /// What it does then, as in "a `..` joins its thread".
    pub why: &'static str,
    let_go: &'static str,
    /// What to do instead of dropping it on the loop, where that is not to drop it elsewhere.
    pub instead: Option<&'static str>,
}

impl Dropping {
    /// Whether a method takes the value and leaves nothing to wait for.
    #[must_use]
    pub fn is_let_go_by(&self, method: &str) -> bool {
        self.let_go.split(", ").any(|name| name == method)
    }
}

/// The types whose values block when dropped.
pub fn droppings() -> impl Iterator<Item = Dropping> {
    static ALL: OnceLock<Vec<Dropping>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let row = |line: &'static str| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            let path = cells.next()?.strip_suffix('`')?;
            let (why, let_go) = (cells.next()?, cells.next()?.trim_end_matches([' ', '|']));
            let instead = cells.next().map(|cell| cell.trim_end_matches([' ', '|'])).filter(|cell| !cell.is_empty());
            Some(Dropping { path, why, let_go, instead })
        };
        DROPS.lines().filter_map(row).collect()
    });
    all.iter().copied()
}

/// Words without one of which a file gives no value that blocks when dropped, by the crates that such values are of: the
/// names of the types, but for those that many crates have, and the modules of all but tokio.
pub(crate) fn words_of_droppings() -> &'static [(&'static str, Vec<&'static str>)] {
    const COMMON: &[&str] = &["Client", "DB", "Pool", "Stream"];
    static WORDS: OnceLock<Vec<(&'static str, Vec<&'static str>)>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words: Vec<(&str, Vec<&str>)> = Vec::new();
        for path in droppings().map(|dropping| dropping.path) {
            let krate = path.split("::").next().unwrap_or_default();
            let name = Some(last_name(path)).filter(|name| !COMMON.contains(name));
            let own = name.into_iter().chain(owner(path).filter(|_| krate != "tokio"));
            match words.iter_mut().find(|(known, _)| *known == krate) {
                Some((_, words)) => words.extend(own),
                None => words.push((krate, own.collect())),
            }
        }
        words
    })
}

/// Whether a value of that type blocks where it is dropped.
#[must_use]
pub fn dropping(path: &str) -> Option<Dropping> {
    droppings().find(|dropping| dropping.path == path)
}

/// The arguments of a function that runs a closure here and takes a reason why that may block, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exempting {
    /// The closure, or the function.
    pub closure: usize,
    /// Why it may.
    pub reason: usize,
}

/// Whether the function of that path, or of that name if nothing else is known of it, is one of those.
#[must_use]
pub fn exempting(path: &str) -> Option<Exempting> {
    let row = rows_named(EXEMPTING, last_name(path)).find(|row| row.path == path)?;
    let mut numbers = row.cells().skip(1).filter_map(|cell| cell.parse().ok());
    Some(Exempting { closure: numbers.next()?, reason: numbers.next()? })
}

/// Types of other crates that the compiler can be asked about, with their generic parameters.
pub fn probed_types() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows(PROBED).map(|row| (row.path, row.cells().nth(1).unwrap_or_default()))
}

/// The generic argument, by its number, that a type is used as.
#[must_use]
pub fn used_as(type_path: &str) -> Option<usize> {
    wrapper(type_path)?.cells().nth(1)?.parse().ok()
}

/// Whether a method of a type that is used as what it holds gives just that.
#[must_use]
pub fn gives_held(type_path: &str, method: &str) -> bool {
    wrapper(type_path).is_some_and(|row| values(row.also(), "gives").any(|name| name == method))
}

fn wrapper(type_path: &str) -> Option<Row> {
    rows_named(WRAPPERS, last_name(type_path)).find(|row| row.path == type_path)
}
