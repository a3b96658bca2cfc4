//! The known calls that block, and what to write in their place.
//!
//! The data are the Markdown tables beside this file, one page per family of crates: the page that a
//! user reads is the table that the engine reads. Adding a call is adding a row. A page holds
//!
//! * `## Calls`, one row per call: path (or `Trait::method`), kind, category, certainty, what to do
//!   instead, and what else is known as `key: value, value; key: value`. `as` are other public
//!   paths of the same item; `trait` is the trait it belongs to; `on` are the types on which it
//!   blocks (`*`: on all that have the trait) and `console on` the streams of the
//!   terminal, on which it is of the category `console`, and bounded; `takes` is the number of arguments behind the
//!   receiver, `streams` are the arguments that a function reads from or writes to, by number: it surely blocks where
//!   one of them does. A type says where its values come from (`from`), which of its methods return it
//!   (`chain`), which traits of std it has (`implements`) and where else its methods are found
//!   (`derefs`).
//!   A row is a call that itself waits. What only builds a request, or makes an iterator, waits for nothing and has no
//!   row: the call that sends has one, and the iterator's `next`.
//! * `## Types`, in the same order but with bold names: types that are no finding by themselves. They
//!   tell the type of a local. After a function in `from`, `#1` is an element of the tuple that it
//!   returns; `@0` or `@self` is the argument that the value wraps, as `BufReader` does: it blocks
//!   when that one does.
//!
//! Nothing is built before the first look-up. Rows are in byte order of their last name, then of the
//! path, so that a look-up is a binary search over the text. [`FAMILIES`] says which page may know a
//! crate; `names.md` says which pages know a last name, and answers most questions with no.
//!
//! Paths of std and tokio are written as links, which `cargo doc` follows: one that does not exist is an
//! error there. Where a link cannot be followed (Windows, features that are not stable in tokio) the
//! path stands without brackets, as do the paths of all other crates.
//!
//! This is what all programs have in common; with what a project adds it is asked in `project`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::iter;
use std::rc::Rc;

use self::text::{Line, Path, Row, last_name, line_around, line_end, owner, rows, rows_named, values};
use crate::knowledge::toolbox::Toolbox;

// Its links into `std::os::linux` lead nowhere on other systems.
#[cfg(all(doc, target_os = "linux"))]
#[doc = include_str!("catalogue/std.md")]
pub mod std_calls {}

#[cfg(test)]
mod tests;
pub(crate) mod text;

/// A page of the catalogue.
#[derive(Debug)]
pub struct Family {
    /// The name of its file.
    pub name: &'static str,
    /// Every crate that a path or an alias of its calls begins with, in byte order, as written in Rust.
    pub crates: &'static [&'static str],
    /// The page.
    pub text: &'static str,
}

/// All pages. The first two are what most programs use; a call known by its name only is first looked
/// for there.
pub static FAMILIES: &[Family] = &[
    Family { name: "std", crates: &["alloc", "core", "std"], text: include_str!("catalogue/std.md") },
    Family { name: "tokio", crates: &["tokio", "tokio_util"], text: include_str!("catalogue/tokio.md") },
    Family {
        name: "console",
        crates: &["console", "crossterm", "dialoguer", "indicatif", "inquire", "reedline", "rpassword", "rustyline"],
        text: include_str!("catalogue/console.md"),
    },
    Family {
        name: "cpu",
        crates: &[
            "argon2",
            "bcrypt",
            "brotli",
            "brotli_decompressor",
            "bzip2",
            "flate2",
            "lz4_flex",
            "password_hash",
            "pbkdf2",
            "rsa",
            "scrypt",
            "snap",
            "zstd",
        ],
        text: include_str!("catalogue/cpu.md"),
    },
    Family { name: "db-diesel", crates: &["diesel"], text: include_str!("catalogue/db-diesel.md") },
    Family {
        name: "db-embedded",
        crates: &["heed", "lmdb", "redb", "rocksdb", "sled"],
        text: include_str!("catalogue/db-embedded.md"),
    },
    Family {
        name: "db-postgres-mysql",
        crates: &["mysql", "postgres"],
        text: include_str!("catalogue/db-postgres-mysql.md"),
    },
    Family {
        name: "db-redis-memcache-mongodb",
        crates: &["memcache", "mongodb", "redis"],
        text: include_str!("catalogue/db-redis-memcache-mongodb.md"),
    },
    Family {
        name: "db-sqlite",
        crates: &["diesel", "memcache", "r2d2", "rusqlite", "sqlite", "tokio_rusqlite"],
        text: include_str!("catalogue/db-sqlite.md"),
    },
    Family {
        name: "executors",
        crates: &[
            "actix_rt",
            "async_channel",
            "async_global_executor",
            "async_io",
            "async_lock",
            "async_std",
            "event_listener",
            "futures",
            "futures_executor",
            "futures_lite",
            "paho_mqtt",
            "pollster",
            "signal_hook",
            "smol",
        ],
        text: include_str!("catalogue/executors.md"),
    },
    Family {
        name: "extra",
        crates: &[
            "ciborium",
            "duct",
            "embassy_futures",
            "fjall",
            "ldap3",
            "linux_embedded_hal",
            "mio",
            "moka",
            "nb",
            "open",
            "polling",
            "quick_xml",
            "redis",
            "rmp_serde",
            "rsntp",
            "rustix",
            "serde_yaml",
            "serial2",
            "socket2",
            "subprocess",
            "tokio_modbus",
            "tokio_test",
            "xshell",
            "zbus",
        ],
        text: include_str!("catalogue/extra.md"),
    },
    Family {
        name: "formats",
        crates: &["csv", "image", "serde_json", "tar", "zip"],
        text: include_str!("catalogue/formats.md"),
    },
    Family {
        name: "fs",
        crates: &[
            "camino",
            "dotenvy",
            "dunce",
            "fd_lock",
            "fs2",
            "fs4",
            "fs_err",
            "fs_extra",
            "glob",
            "ignore",
            "memmap2",
            "same_file",
            "tempfile",
            "walkdir",
            "which",
        ],
        text: include_str!("catalogue/fs.md"),
    },
    Family { name: "git", crates: &["git2"], text: include_str!("catalogue/git.md") },
    Family {
        name: "hardware",
        crates: &[
            "embedded_hal",
            "evdev",
            "gpio_cdev",
            "gpiocdev",
            "hidapi",
            "i2cdev",
            "linux_embedded_hal",
            "nusb",
            "rppal",
            "rusb",
            "serialport",
            "socketcan",
            "spidev",
            "tokio_serial",
        ],
        text: include_str!("catalogue/hardware.md"),
    },
    Family {
        name: "http",
        crates: &[
            "attohttpc",
            "curl",
            "isahc",
            "minreq",
            "reqwest",
            "rouille",
            "tiny_http",
            "tokio_tungstenite",
            "tungstenite",
            "ureq",
        ],
        text: include_str!("catalogue/http.md"),
    },
    Family {
        name: "locks-channels",
        crates: &[
            "crossbeam",
            "crossbeam_channel",
            "crossbeam_utils",
            "dashmap",
            "flume",
            "kanal",
            "once_cell",
            "oneshot",
            "paho_mqtt",
            "parking_lot",
            "spin",
        ],
        text: include_str!("catalogue/locks-channels.md"),
    },
    Family { name: "mqtt", crates: &["paho_mqtt", "rumqttc"], text: include_str!("catalogue/mqtt.md") },
    Family {
        name: "net",
        crates: &[
            "dns_lookup",
            "imap",
            "lettre",
            "native_tls",
            "openssl",
            "rustls",
            "ssh2",
            "suppaftp",
            "tokio_native_tls",
            "tokio_rustls",
            "trust_dns_resolver",
        ],
        text: include_str!("catalogue/net.md"),
    },
    Family { name: "sysinfo", crates: &["sysinfo"], text: include_str!("catalogue/sysinfo.md") },
    Family {
        name: "threads-syscalls",
        crates: &["libc", "nix", "rayon", "rayon_core", "spin_sleep", "threadpool", "wait_timeout"],
        text: include_str!("catalogue/threads-syscalls.md"),
    },
];

/// Which pages know a last name.
static NAMES: &str = include_str!("catalogue/names.md");

/// What runs a closure away from the loop.
static ELSEWHERE: &str = include_str!("catalogue/elsewhere.md");

/// Types of which a value blocks where it is dropped.
static DROPS: &str = include_str!("catalogue/drops.md");

/// What runs a closure here and is told why that may block.
static EXEMPTING: &str = include_str!("catalogue/exempting.md");

/// Types that are used as what they hold.
static WRAPPERS: &str = include_str!("catalogue/wrappers.md");

/// Types of other crates that the compiler is asked about.
static PROBED: &str = include_str!("catalogue/probed.md");

/// One call that blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The canonical path. For a method the type or the trait, then the method.
    pub path: &'static str,
    /// What the path names.
    pub kind: Kind,
    /// Why it blocks.
    pub category: Category,
    /// How surely it blocks.
    pub certainty: Certainty,
    /// What to do instead, as the end of a sentence. Where it ends with `run it in the executor`, the
    /// caller adds how.
    pub instead: &'static str,
    /// Where a project lists it, with its reason: `onloop.toml:12`. Nothing for an entry of the catalogue's own.
    pub listed: Option<&'static str>,
    pub(crate) also: &'static str,
}

impl Entry {
    /// The last name of the path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        last_name(self.path)
    }

    /// Other public paths of the same item.
    pub fn aliases(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.also("as")
    }

    /// The trait that the method belongs to.
    #[must_use]
    pub fn trait_path(&self) -> Option<&'static str> {
        self.also("trait").next()
    }

    /// The types on which the method blocks. `*` stands for every type that has the trait.
    pub fn receivers(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.also("on")
    }

    /// The streams of the terminal, on which the method is of the category [`Category::Console`].
    pub fn console_receivers(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.also("console on")
    }

    /// Whether the path alone is no proof, as in `Read::read(&mut x, ..)`: a method of a trait that
    /// blocks on some types only.
    #[must_use]
    pub fn needs_receiver(&self) -> bool {
        let mut receivers = self.receivers().peekable();
        self.trait_path().is_some_and(|of| owner(self.path) == Some(of))
            && receivers.peek().is_some()
            && receivers.all(|on| on != "*")
    }

    /// How many arguments a method of std takes behind its receiver.
    #[must_use]
    pub fn takes(&self) -> Option<usize> {
        self.also("takes").next().and_then(|count| count.parse().ok())
    }

    /// The arguments of a function that reads from them or writes to them: it blocks where one of them does.
    pub fn streams(&self) -> impl Iterator<Item = usize> + use<> {
        self.also("streams").filter_map(|number| number.parse().ok())
    }

    /// What to do instead, with how to run it in the executor where that is what to do.
    #[must_use]
    pub fn advice(&self) -> String {
        advice(self.instead, Toolbox::default())
    }

    fn also(&self, key: &str) -> impl Iterator<Item = &'static str> + use<> {
        values(self.also, key)
    }
}

/// The words for moving a call to the executor; the tables use them at the end of what to do instead.
pub(crate) const EXECUTOR: &str = "run it in the executor";

/// What to do instead, with what runs it in the executor.
pub(crate) fn advice(instead: &str, tools: Toolbox) -> String {
    match instead.strip_suffix(EXECUTOR) {
        Some(before) => format!("{before}{EXECUTOR}: {}", tools.executor()),
        None => instead.to_owned(),
    }
}

/// What a path of the catalogue names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function.
    Fn,
    /// A function with a receiver.
    Method,
    /// A function of a type, without a receiver.
    Assoc,
    /// A macro.
    Macro,
    /// A type whose use blocks.
    Type,
}

impl Kind {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "fn" => Self::Fn,
            "method" => Self::Method,
            "assoc" => Self::Assoc,
            "macro" => Self::Macro,
            "type" => Self::Type,
            _ => return None,
        })
    }
}

/// Why a call blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Sleeps, parks, spins.
    Sleep,
    /// Files and directories.
    Fs,
    /// Sockets and what is built on them.
    Net,
    /// Resolution of names.
    Dns,
    /// Waits for another process.
    Process,
    /// Locks, barriers, cells that are filled once.
    Lock,
    /// Channels of threads.
    Channel,
    /// Waits for another thread.
    Thread,
    /// Terminal input and output.
    Console,
    /// Databases and their pools.
    Database,
    /// Serial ports, buses, other hardware.
    Device,
    /// Drives a future, or a runtime, from inside a runtime.
    Runtime,
    /// Computes for long.
    Cpu,
    /// Loses data where it is cancelled. Of a rule, not of an entry.
    Cancel,
    /// Listed in `onloop.toml` without a category.
    Own,
}

impl Category {
    /// All that have a word in tables and in configuration.
    pub const ALL: [Self; 14] = [
        Self::Sleep,
        Self::Fs,
        Self::Net,
        Self::Dns,
        Self::Process,
        Self::Lock,
        Self::Channel,
        Self::Thread,
        Self::Console,
        Self::Database,
        Self::Device,
        Self::Runtime,
        Self::Cpu,
        Self::Cancel,
    ];

    /// The word for it in tables and in configuration.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Sleep => "sleep",
            Self::Fs => "fs",
            Self::Net => "net",
            Self::Dns => "dns",
            Self::Process => "process",
            Self::Lock => "lock",
            Self::Channel => "channel",
            Self::Thread => "thread",
            Self::Console => "console",
            Self::Database => "database",
            Self::Device => "device",
            Self::Runtime => "runtime",
            Self::Cpu => "cpu",
            Self::Cancel => "cancel",
            Self::Own => "own",
        }
    }

    /// The category of that word.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.id() == id)
    }
}

/// How surely a call blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It waits, or does work that takes as long as waiting.
    Always,
    /// It may wait; short use is accepted practice, or a flag decides.
    Usually,
    /// It can wait for a short, limited time only.
    Bounded,
}

impl Certainty {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "always" => Self::Always,
            "usually" => Self::Usually,
            "bounded" => Self::Bounded,
            _ => return None,
        })
    }
}

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

/// The entry of a method or function written or found on a type: the type's own, else that of a trait
/// which is known to block on the type.
#[must_use]
pub fn associated(type_path: &str, name: &str) -> Option<Entry> {
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

thread_local! {
    /// The paths of what the catalogue says to await.
    static AWAITED: HashSet<&'static str> = FAMILIES
        .iter()
        .flat_map(|family| family.text.split("await `").skip(1))
        .filter_map(|advice| advice[..line_end(advice, 0)].split_once('('))
        .map(|(path, _)| path)
        .collect();
}

/// Whether a function is one that the catalogue says to await.
#[must_use]
pub fn is_async(path: &str) -> bool {
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
    const TRAITS: &[&str] = &["AsyncBufReadExt", "AsyncReadExt", "AsyncSeekExt", "AsyncWriteExt"];
    let is_stream = ["tokio::fs::", "tokio::io::", "tokio::net::", "tokio::process::"];
    is_async(&format!("{type_path}::{name}"))
        || is_stream.iter().any(|module| type_path.starts_with(module))
            && TRAITS.iter().any(|of| is_async(&format!("tokio::io::{of}::{name}")))
}

/// Whether some method of that name is one to await.
#[must_use]
pub fn may_be_async_method(name: &str) -> bool {
    thread_local! {
        static NAMES: HashSet<&'static str> = AWAITED.with(|awaited| awaited.iter().map(|path| last_name(path)).collect());
    }
    NAMES.with(|names| names.contains(name))
}

thread_local! {
    /// What makes iterators that block: by the last name of a function or method, the crates of such iterators.
    static ITERATORS: HashMap<&'static str, Vec<&'static str>> = iterators();
}

fn iterators() -> HashMap<&'static str, Vec<&'static str>> {
    let mut found: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    let lines = FAMILIES.iter().flat_map(|family| family.text.lines());
    let lines = lines.map(|text| Line { text, start: 0 }).filter(|line| line.names_type());
    for (line, path) in lines.filter_map(|line| Some((line, line.path()?))).filter(|(_, path)| iterates(path)) {
        let from = line.values("from: ").or_else(|| line.text.split('|').nth(2)).unwrap_or_default();
        for maker in from.split(',').map(|maker| maker.trim().split(['#', '@']).next().unwrap_or_default()) {
            found.entry(last_name(maker)).or_default().extend(path.split("::").next());
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
    std.flat_map(|entry| {
        let of_trait = entry.trait_path().is_some_and(|of| owner(entry.path) == Some(of));
        let own = owner(entry.path).filter(|_| !of_trait && entry.receivers().next().is_none());
        own.into_iter().chain(entry.receivers()).map(move |on| (entry, on))
    })
}

/// Types of other crates cannot be named in a program that may not have them.
pub(crate) fn is_probed(entry: Entry) -> bool {
    let is_stable = !UNSTABLE.iter().any(|part| entry.path.contains(part));
    entry.kind == Kind::Method && entry.certainty == Certainty::Always && is_stable && entry.path.starts_with("std::")
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

/// A type of which a value blocks where it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropping {
    /// The type.
    pub path: &'static str,
    /// What it does then, as in "a `..` joins its thread".
    pub why: &'static str,
    let_go: &'static str,
}

impl Dropping {
    /// Whether a method takes the value and leaves nothing to wait for.
    #[must_use]
    pub fn is_let_go_by(&self, method: &str) -> bool {
        self.let_go.split(", ").any(|name| name == method)
    }
}

/// The types of which a value blocks where it is dropped.
pub fn droppings() -> impl Iterator<Item = Dropping> {
    DROPS.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let path = cells.next()?.strip_suffix('`')?;
        Some(Dropping { path, why: cells.next()?, let_go: cells.next()?.trim_end_matches([' ', '|']) })
    })
}

/// Whether a value of that type blocks where it is dropped.
#[must_use]
pub fn dropping(path: &str) -> Option<Dropping> {
    droppings().find(|dropping| dropping.path == path)
}

/// The arguments of a function that runs a closure here and is told why that may block, by their numbers.
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

/// What a function that makes a value of a catalogued type does with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makes {
    /// The value, alone or inside `Option`, `Result`, `Box` or `Arc`.
    Value,
    /// A tuple with the value at this place.
    Element(usize),
    /// A value that blocks where the argument of this number does.
    Around(usize),
    /// A value that blocks where the one that the method is called on does.
    AroundSelf,
}

/// Types, and how a function makes a value of them.
pub type Made = Rc<[(&'static str, Makes)]>;

/// The type of which a function or field, by its canonical path, gives a value. Two versions of a crate may give
/// values of two. What makes a value stands in no order that could be searched, so answers are kept.
#[must_use]
pub fn made_by(path: &str) -> Made {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Made>> = RefCell::default();
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(path).cloned()) {
        return known;
    }
    let made: Made = find_made_by(path).collect();
    KNOWN.with_borrow_mut(|known| known.insert(path.to_owned(), Rc::clone(&made)));
    made
}

fn find_made_by(path: &str) -> impl Iterator<Item = (&'static str, Makes)> {
    families_of(Path::new(path).krate).flat_map(move |family| {
        family.text.match_indices(path).filter_map(move |(at, _)| {
            let line = line_around(family.text, at);
            let before = &line.text[..at - line.start];
            let rest = &line.text[at - line.start + path.len()..];
            let makes = match rest.as_bytes().first()? {
                b',' | b' ' | b';' => Makes::Value,
                b'#' => Makes::Element(digit(rest)?),
                b'@' if rest.starts_with("@self") => Makes::AroundSelf,
                b'@' => Makes::Around(digit(rest)?),
                _ => return None,
            };
            let cell = before.rsplit([';', '|']).next().unwrap_or_default().trim_start();
            let is_listed = before.ends_with(' ') && line.names_type() && !cell.starts_with("implements");
            is_listed.then(|| line.path().map(|path| (path, makes)))?
        })
    })
}

/// Whether a method of a builder returns the builder.
#[must_use]
pub fn keeps_type(type_path: &str, method: &str) -> bool {
    type_line(type_path).is_some_and(|line| {
        let chain = match line.values("chain: ") {
            Some(chain) => Some(chain),
            None => line.text.split('|').nth(3),
        };
        chain.is_some_and(|chain| chain.split(',').any(|name| name.trim() == method))
    })
}

/// Whether a type has a row.
#[must_use]
pub fn lists_type(path: &str) -> bool {
    type_line(path).is_some()
}

/// The traits of std that a catalogued type has.
pub fn implements(type_path: &str) -> impl Iterator<Item = &'static str> {
    let traits = type_line(type_path).and_then(|line| line.values("implements: "));
    traits.into_iter().flat_map(|traits| traits.split(", ")).map(str::trim)
}

/// Whether a catalogued type is an iterator.
#[must_use]
pub fn iterates(type_path: &str) -> bool {
    implements(type_path).any(|of| of == "std::iter::Iterator")
}

/// The type on which the methods of a catalogued type are also found.
#[must_use]
pub fn derefs_to(type_path: &str) -> Option<&'static str> {
    type_line(type_path).and_then(|line| line.values("derefs: ")).map(str::trim)
}

/// Whether a type blocks exactly where what it holds does, as `BufReader`.
#[must_use]
pub fn is_wrapper(type_path: &str) -> bool {
    type_line(type_path).is_some_and(|line| line.values("holds: ").is_some())
}

fn digit(text: &str) -> Option<usize> {
    text[1..].chars().next()?.to_digit(10).map(|digit| digit as usize)
}

/// The row of a type in either table. Types are asked about again and again, most of them in vain, and their rows
/// stand in no order that could be searched, so answers are kept.
fn type_line(type_path: &str) -> Option<Line> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Option<Line>>> = RefCell::default();
    }
    if let Some(known) = KNOWN.with_borrow(|known| known.get(type_path).copied()) {
        return known;
    }
    let line = find_type_line(type_path);
    KNOWN.with_borrow_mut(|known| known.insert(type_path.to_owned(), line));
    line
}

fn find_type_line(type_path: &str) -> Option<Line> {
    let wanted = Path::new(type_path);
    families_of(wanted.krate).find_map(|family| {
        family.text.match_indices(type_path).find_map(|(at, _)| {
            let line = line_around(family.text, at);
            (line.names_type() && line.path() == Some(type_path)).then_some(line)
        })
    })
}

/// The pages where a name stands.
fn pages_with(name: &str) -> impl Iterator<Item = &'static Family> + use<> {
    let pages = rows_named(NAMES, name).next().map_or("", Row::also);
    pages.split(", ").filter_map(|page| FAMILIES.iter().find(|family| family.name == page))
}

/// The pages that list a crate.
fn families_of(krate: &str) -> impl Iterator<Item = &'static Family> {
    let mut slot = slot_of(krate);
    iter::from_fn(move || {
        loop {
            let (family, position) = CRATES[slot]?;
            slot = (slot + 1) % SLOTS;
            let family = &FAMILIES[usize::from(family)];
            if family.crates[usize::from(position)] == krate {
                return Some(family);
            }
        }
    })
}

/// More than twice the number of crates, so that a search soon meets an empty slot.
const SLOTS: usize = 512;

/// Where each crate stands in [`FAMILIES`]: page and position. A hash table with the next free slot
/// for a taken one, made by the compiler; most paths in a program belong to no crate in it.
static CRATES: [Option<(u8, u8)>; SLOTS] = {
    let mut slots = [None; SLOTS];
    let mut family = 0;
    while family < FAMILIES.len() {
        let crates = FAMILIES[family].crates;
        let mut position = 0;
        while position < crates.len() {
            let mut slot = slot_of(crates[position]);
            while slots[slot].is_some() {
                slot = (slot + 1) % SLOTS;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a test bounds both")]
            let place = (family as u8, position as u8);
            slots[slot] = Some(place);
            position += 1;
        }
        family += 1;
    }
    slots
};

const fn slot_of(krate: &str) -> usize {
    let bytes = krate.as_bytes();
    if bytes.is_empty() {
        return 0;
    }
    let (first, middle, last) = (bytes[0], bytes[bytes.len() / 2], bytes[bytes.len() - 1]);
    (first as usize + 5 * middle as usize + 23 * last as usize + 61 * bytes.len()) % SLOTS
}
