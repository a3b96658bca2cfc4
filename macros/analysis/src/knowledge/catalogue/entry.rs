//! What is known about one call.

use super::remedy::{Remedy, remedies, sentence};
use super::text::{Row, last_name, owner, values};
use crate::knowledge::toolbox::Toolbox;

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
    /// What to do instead, as the end of a sentence; `remedy` takes it apart.
    pub instead: &'static str,
    /// Where a project lists it, with its reason: `onloop.toml:12`. Nothing for an entry of the catalogue's own.
    pub listed: Option<&'static str>,
    pub(crate) also: &'static str,
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
    /// Jobs that could be one. Of a rule, too.
    Jobs,
    /// Listed in `onloop.toml` without a category.
    Own,
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

    /// The crates whose names code may use for it: its own, and those that re-export it or have a type that it blocks on.
    pub(crate) fn crates(&self) -> impl Iterator<Item = &'static str> + use<> {
        let paths = std::iter::once(self.path).chain(self.aliases()).chain(self.receivers());
        paths.filter_map(|path| path.split("::").next())
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

    /// The types of a first argument with which the method blocks, whatever it is called on.
    pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.also("given")
    }

    /// The streams of the terminal, on which the method is of the category [`Category::Console`].
    pub fn console_receivers(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.also("console on")
    }

    /// Whether the path alone is not proof, as in `Read::read(&mut x, ..)`: a method of a trait that
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

    /// Its path, if it is a method.
    pub(crate) fn method(&self) -> Option<&'static str> {
        (self.kind == Kind::Method).then_some(self.path)
    }

    /// What to do instead: the ways to do without it.
    #[must_use]
    pub fn remedies(&self) -> Vec<Remedy<'static>> {
        remedies(self.instead).collect()
    }

    /// What to do instead, in words, where nothing is known of the place that it stands at.
    #[must_use]
    pub fn advice(&self) -> String {
        sentence(&self.remedies(), self.method(), &Toolbox::default().executor())
    }

    fn also(&self, key: &str) -> impl Iterator<Item = &'static str> + use<> {
        values(self.also, key)
    }
}

impl Row {
    /// The call that a row is about.
    pub(super) fn entry(self) -> Option<Entry> {
        let mut cells = self.cells().skip(1);
        Some(Entry {
            path: self.path,
            kind: Kind::from_word(cells.next()?)?,
            category: Category::from_id(cells.next()?)?,
            certainty: Certainty::from_word(cells.next()?)?,
            instead: cells.next()?,
            listed: None,
            also: cells.next()?,
        })
    }
}

impl Kind {
    pub(super) fn from_word(word: &str) -> Option<Self> {
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

impl Category {
    /// All that have a word in tables and in configuration.
    pub const ALL: [Self; 15] = [
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
        Self::Jobs,
    ];

    /// Those that ask for a rule which is off otherwise.
    pub(crate) const OF_RULES: [Self; 2] = [Self::Cancel, Self::Jobs];

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
            Self::Jobs => "jobs",
            Self::Own => "own",
        }
    }

    /// The category of that word.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.id() == id)
    }
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
