//! What a project adds to the catalogue with its `onloop.toml`, and the catalogue together with these additions.
//!
//! Every question about a call comes here: the project's entries are looked up first, then the catalogue. Here a path
//! is just its text; [`ProjectItems`](crate::types::project) finds the item of the compiled crate that it leads to.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::knowledge::catalogue::text::{Path, last_name, owner};
use crate::knowledge::catalogue::{self, COMMON, Category, Certainty, Entry, Kind, Listed};
use crate::knowledge::exempt::Exempt;
use crate::syntax::quick::HashMap;

/// How calls of a category are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// Not reported, unless the attribute asks for them.
    Off,
    /// Reported where they surely block.
    On,
    /// Reported as well where they only usually block.
    Strict,
}

/// What is said of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Blocks(Entry),
    /// It is trusted, whatever the catalogue or its body say.
    Harmless,
}

impl Call {
    pub(crate) fn entry(self) -> Option<Entry> {
        match self {
            Call::Blocks(entry) => Some(entry),
            Call::Harmless => None,
        }
    }
}

/// A guard type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    /// "the guard `house::Lease`"
    pub(crate) what: &'static str,
    pub(crate) instead: Option<&'static str>,
    /// Where it is listed.
    pub(crate) listed: &'static str,
}

/// What a project adds. For one path what is added first counts.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) calls: Vec<(&'static str, Call)>,
    /// Where they stand, by last name.
    by_name: HashMap<&'static str, Vec<usize>>,
    pub(crate) elsewhere: Vec<&'static str>,
    pub(crate) guards: Vec<(&'static str, Guard)>,
    switches: Vec<(Category, Switch)>,
    /// What is exempt by its path.
    pub(crate) exempts: Vec<Exempt>,
}

impl Project {
    pub(crate) fn add_call(&mut self, path: &'static str, call: Call) {
        let named = self.by_name.entry(last_name(path)).or_default();
        if named.iter().all(|&at| self.calls[at].0 != path) {
            named.push(self.calls.len());
            self.calls.push((path, call));
        }
    }

    pub(crate) fn add_elsewhere(&mut self, path: &'static str) {
        self.elsewhere.push(path);
    }

    pub(crate) fn add_guard(&mut self, path: &'static str, guard: Guard) {
        if self.guards.iter().all(|(known, _)| *known != path) {
            self.guards.push((path, guard));
        }
    }

    /// The categories that an attribute asks for, with those of rules that the project switches on.
    pub(crate) fn with_switched_on(&self, mut strict: Vec<Category>) -> Vec<Category> {
        let is_on = |of: &Category| self.switches.iter().any(|(on, switch)| on == of && *switch != Switch::Off);
        strict.extend(Category::OF_RULES.into_iter().filter(is_on));
        strict
    }

    pub(crate) fn add_switch(&mut self, category: Category, switch: Switch) {
        if self.switches.iter().all(|(known, _)| *known != category) {
            self.switches.push((category, switch));
        }
    }

    pub(crate) fn said_of_name(&self, name: &str) -> impl Iterator<Item = (&'static str, Call)> {
        self.by_name.get(name).into_iter().flatten().map(|&at| self.calls[at])
    }

    fn said_of(&self, wanted: &Path<'_>, name: &str) -> Option<Call> {
        let (_, call) = self.said_of_name(name).find(|(path, _)| wanted.is(path))?;
        Some(self.switched(call))
    }

    /// An entry of the catalogue, as the project wants it judged.
    fn judged(&self, entry: Entry) -> Option<Entry> {
        if self.calls.is_empty() && self.switches.is_empty() {
            return Some(entry);
        }
        let is_harmless = |path| self.said_of(&Path::new(path), last_name(path)) == Some(Call::Harmless);
        if is_harmless(entry.path) || entry.aliases().any(is_harmless) {
            return None;
        }
        self.switched(Call::Blocks(entry)).entry()
    }

    /// As the switch of its category says.
    pub(crate) fn switched(&self, call: Call) -> Call {
        let Call::Blocks(entry) = call else { return call };
        let certainty = match self.switches.iter().find(|(category, _)| *category == entry.category) {
            Some((_, Switch::Strict)) => Certainty::Always,
            // What the attribute asks for is reported.
            Some((_, Switch::Off)) if entry.certainty == Certainty::Always => Certainty::Usually,
            _ => entry.certainty,
        };
        Call::Blocks(Entry { certainty, ..entry })
    }

    /// The entry of a canonical path, or of an alias.
    pub(crate) fn call(&self, path: &str) -> Option<Entry> {
        match self.said_of(&Path::new(path), last_name(path)) {
            Some(said) => said.entry(),
            None => catalogue::call(path).and_then(|entry| self.judged(entry)),
        }
    }

    /// The entry of a method or function written or found on a type.
    pub(crate) fn associated(&self, type_path: &str, name: &str) -> Option<Entry> {
        match self.said_on(&Path::new(type_path), name) {
            Some(said) => said.entry(),
            None => catalogue::associated(type_path, name).and_then(|entry| self.judged(entry)),
        }
    }

    fn said_on(&self, of: &Path<'_>, name: &str) -> Option<Call> {
        let (_, call) = self.said_of_name(name).find(|(path, _)| owner(path).is_some_and(|owner| of.is(owner)))?;
        Some(self.switched(call))
    }

    /// The entry for any of the canonical paths that an item of another crate can have.
    pub(crate) fn any_call(&self, paths: &[String]) -> Option<Entry> {
        let listed = paths.iter().find_map(|path| match self.call(path) {
            // A method of a trait blocks on some types only, and a type is no call.
            Some(entry) if entry.needs_receiver() || entry.kind == Kind::Type => None,
            Some(entry) => Some(entry),
            None => path.rsplit_once("::").and_then(|(of, name)| self.associated(of, name)),
        });
        listed.or_else(|| match paths {
            [only] => self.proven_by_path(only),
            _ => None,
        })
    }

    /// The entry of `block_on` of a crate that the catalogue does not know. What has that name beside streams makes an
    /// iterator of one.
    fn proven_by_path(&self, path: &str) -> Option<Entry> {
        let (of, name) = path.rsplit_once("::").filter(|(_, name)| *name == "block_on")?;
        let is_of_streams = last_name(of) == "stream" || !catalogue::made_by(path).is_empty();
        // An entry that the project has switched off, or calls harmless, is known.
        if is_of_streams || catalogue::call(path).is_some() || catalogue::associated(of, name).is_some() {
            return None;
        }
        let entry = self.proven_by_name(name)?;
        Some(Entry { path: kept(path), kind: Kind::Fn, ..entry })
    }

    /// Every entry with that last name, those of std and tokio first.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = Entry> {
        let added = self.said_of_name(name).filter_map(|(_, call)| self.switched(call).entry());
        catalogue::named(name).filter_map(|entry| self.judged(entry)).chain(added)
    }

    /// Whether a method is harmless on a type, wherever the type has it from.
    pub(crate) fn is_harmless_on(&self, of: &str, name: &str) -> bool {
        self.said_on(&Path::new(of), name) == Some(Call::Harmless)
    }

    /// Whether something with that last name is said to be harmless.
    fn may_be_harmless(&self, name: &str) -> bool {
        self.said_of_name(name).any(|(_, call)| call == Call::Harmless)
    }

    /// Whether the function of that path runs the closure or function given to it away from the loop.
    pub(crate) fn runs_elsewhere(&self, path: &str) -> bool {
        self.elsewhere.iter().any(|known| Path::new(path).is(known)) || catalogue::runs_elsewhere(path)
    }

    /// Whether a method of that name blocks on some type of std, or of a crate that is available according to `knows`.
    pub(crate) fn is_method(&self, name: &str, knows: impl Fn(&str) -> bool) -> Listed {
        let mut in_std = false;
        for krate in catalogue::crates_of_iterators(name) {
            if krate != "std" && knows(krate) {
                return Listed::Yes;
            }
            in_std |= krate == "std";
        }
        for entry in self.named(name) {
            let is_method = entry.kind == Kind::Method || entry.listed.is_some();
            if is_method && entry.certainty == Certainty::Always {
                if entry.listed.is_some() || entry.crates().any(|krate| krate != "std" && knows(krate)) {
                    return Listed::Yes;
                }
                in_std |= entry.crates().next() == Some("std");
            }
        }
        match COMMON.iter().find(|(common, _)| *common == name) {
            _ if !in_std => Listed::No,
            Some((_, words)) => Listed::WithWords(words),
            None => Listed::Yes,
        }
    }

    /// Whether the compiler is to be asked about a call of that name with so many arguments, where the text does not tell
    /// the type of the receiver.
    pub(crate) fn is_suspect(&self, method: &str, arguments: usize) -> bool {
        COMMON.iter().all(|(common, _)| *common != method)
            && self.named(method).any(|entry| catalogue::is_probed(entry) && entry.takes() == Some(arguments))
    }

    /// The types of other crates on which a method of that name blocks, each with its parameters and the entry.
    pub(crate) fn asked_types(
        &self,
        method: &str,
        is_at_hand: impl Fn(&str) -> bool,
    ) -> Vec<(&'static str, &'static str, Entry)> {
        if COMMON.iter().any(|(common, _)| *common == method) {
            return Vec::new();
        }
        let asked = catalogue::probed_types().filter_map(|(of, parameters)| {
            let krate = of.split("::").next().filter(|krate| is_at_hand(krate))?;
            let entry = self.associated(of, method).or_else(|| self.associated(catalogue::derefs_to(of)?, method))?;
            let is_asked =
                entry.certainty == Certainty::Always && !krate.is_empty() && !self.is_harmless_on(of, method);
            is_asked.then_some((of, parameters, entry))
        });
        asked.collect()
    }

    /// The entry of a method whose name alone proves that it blocks, whatever the receiver:
    /// `block_on`, `blocking_recv`, `lock_blocking`.
    pub(crate) fn proven_by_name(&self, method: &str) -> Option<Entry> {
        // `block_read` of I2C means a block of data, `set_blocking` mostly sets a flag, and `blocking_iter`
        // only makes what will block.
        let says_so = method == "block_on" || method.starts_with("blocking_") || method.ends_with("_blocking");
        if !says_so || matches!(method, "set_blocking" | "blocking_iter") || self.may_be_harmless(method) {
            return None;
        }
        let mut entries =
            self.named(method).filter(|entry| entry.kind == Kind::Method && entry.certainty == Certainty::Always);
        let first = entries.next()?;
        // The remedy must fit every type that has the method.
        let instead = if method == "block_on" {
            "await the future instead"
        } else if entries.all(|other| other.instead == first.instead) {
            first.instead
        } else {
            "await its async counterpart instead"
        };
        Some(Entry { instead, ..first })
    }
}

/// A text that lives as long as the texts of the catalogue do. Each is kept once in a process, however often a file is
/// read.
pub(crate) fn kept(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text) {
        return known;
    }
    let text: &'static str = Box::leak(text.into());
    kept.insert(text);
    text
}
