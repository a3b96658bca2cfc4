//! What a project adds to the catalogue with its `onloop.toml`.
//!
//! The catalogue is asked from everywhere, and it is one for all programs; what a project adds counts for the engine
//! that is at work on this thread, between [`enter`] and the end of what it returns. The look-ups of the catalogue ask
//! here first. Without a file this is a look at an empty thread-local variable.
//!
//! A path is known by its text, as the paths of other crates are, and, where it leads to an item of the crate that is
//! compiled, by that item: then it does not matter by which way the crate itself names it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use super::{Category, Certainty, Entry, Path, last_name, owner};
use crate::source::{FunctionId, Index, ModuleId};
use crate::syntax::path::Path as PathRef;
use crate::types::names::{Def, Namespace, Resolution, Resolver};
use crate::types::ty::Type;

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

/// What a project adds. For one path, and for one item of this crate, what is added first counts.
#[derive(Debug, Default)]
pub(crate) struct Project {
    calls: Vec<(&'static str, Call)>,
    /// Where they stand, by last name.
    by_name: HashMap<&'static str, Vec<usize>>,
    elsewhere: Vec<&'static str>,
    guards: Vec<(&'static str, Guard)>,
    switches: Vec<(Category, Switch)>,
    /// Those of the above that are items of this crate.
    calls_here: HashMap<Item, Call>,
    elsewhere_here: HashSet<Item>,
    guards_here: HashMap<Item, Guard>,
}

/// An item of the crate that is compiled.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Item {
    Function(FunctionId),
    Type(ModuleId, Rc<str>),
    /// Of a type or trait.
    Method(ModuleId, Rc<str>, &'static str),
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

    pub(crate) fn add_switch(&mut self, category: Category, switch: Switch) {
        if self.switches.iter().all(|(known, _)| *known != category) {
            self.switches.push((category, switch));
        }
    }

    /// Looks for the items of this crate that the paths lead to.
    pub(crate) fn find(&mut self, index: &mut Index, crate_name: &str) {
        let Some(root) = index.own_root() else { return };
        let mut resolve = |path: &str, namespace| {
            let mut segments: Vec<_> = path.split("::").map(str::to_owned).collect();
            let is_here = segments[0] == crate_name || segments[0] == "crate";
            if is_here {
                "crate".clone_into(&mut segments[0]);
            }
            match Resolver::new(index).resolve(root, &PathRef { absolute: !is_here, segments }, namespace) {
                Resolution::Def(def) => Some(def),
                Resolution::Unsure | Resolution::Nothing => None,
            }
        };
        let mut items = |path: &'static str| {
            let function = match resolve(path, Namespace::Value) {
                Some(Def::Function(function)) => Some(Item::Function(function)),
                _ => None,
            };
            // One that a macro makes, or the method of a trait, is known by its type only.
            let method = match owner(path).and_then(|of| resolve(of, Namespace::Type)) {
                Some(Def::Type(module, of)) => Some(Item::Method(module, of, last_name(path))),
                _ => None,
            };
            function.into_iter().chain(method)
        };
        for (path, call) in &self.calls {
            for item in items(path) {
                self.calls_here.entry(item).or_insert(*call);
            }
        }
        for path in &self.elsewhere {
            self.elsewhere_here.extend(items(path));
        }
        for (path, guard) in &self.guards {
            if let Some(Def::Type(module, of)) = resolve(path, Namespace::Type) {
                self.guards_here.entry(Item::Type(module, of)).or_insert(*guard);
            }
        }
    }

    fn named(&self, name: &str) -> impl Iterator<Item = (&'static str, Call)> {
        self.by_name.get(name).into_iter().flatten().map(|&at| self.calls[at])
    }

    fn call(&self, wanted: &Path<'_>, name: &str) -> Option<Call> {
        let (_, call) = self.named(name).find(|(path, _)| wanted.is(path))?;
        Some(self.switched(call))
    }

    fn call_here(&self, item: &Item) -> Option<Call> {
        self.calls_here.get(item).map(|call| self.switched(*call))
    }

    /// An entry of the catalogue, as the project wants it judged.
    fn judged(&self, entry: Entry) -> Option<Entry> {
        let is_harmless = |path| self.call(&Path::new(path), last_name(path)) == Some(Call::Harmless);
        if is_harmless(entry.path) || entry.aliases().any(is_harmless) {
            return None;
        }
        self.switched(Call::Blocks(entry)).entry()
    }

    /// As the switch of its category says.
    fn switched(&self, call: Call) -> Call {
        let Call::Blocks(entry) = call else { return call };
        let certainty = match self.switches.iter().find(|(category, _)| *category == entry.category) {
            Some((_, Switch::Strict)) => Certainty::Always,
            // What the attribute asks for is reported.
            Some((_, Switch::Off)) if entry.certainty == Certainty::Always => Certainty::Usually,
            _ => entry.certainty,
        };
        Call::Blocks(Entry { certainty, ..entry })
    }
}

thread_local! {
    static PROJECT: RefCell<Option<Rc<Project>>> = const { RefCell::new(None) };
}

/// What was added before counts again.
pub(crate) struct Entered(Option<Rc<Project>>);

impl Drop for Entered {
    fn drop(&mut self) {
        PROJECT.set(self.0.take());
    }
}

/// What is added here counts on this thread until the value is dropped.
#[must_use]
pub(crate) fn enter(project: Option<Rc<Project>>) -> Entered {
    Entered(PROJECT.replace(project))
}

fn ask<R: Default>(question: impl FnOnce(&Project) -> R) -> R {
    PROJECT.with_borrow(|project| project.as_deref().map_or_else(R::default, question))
}

/// What is said of a path.
pub(super) fn call(wanted: &Path<'_>, name: &str) -> Option<Call> {
    ask(|project| project.call(wanted, name))
}

/// The same of a method of a type.
pub(super) fn associated(of: &Path<'_>, name: &str) -> Option<Call> {
    ask(|project| {
        let (_, call) = project.named(name).find(|(path, _)| owner(path).is_some_and(|owner| of.is(owner)))?;
        Some(project.switched(call))
    })
}

/// An entry of the catalogue as the project wants it judged; nothing if it is said to be harmless.
pub(super) fn judged(entry: Entry) -> Option<Entry> {
    PROJECT.with_borrow(|project| match project {
        Some(project) => project.judged(entry),
        None => Some(entry),
    })
}

/// The calls with that last name that are said to block.
pub(super) fn named(name: &str) -> Vec<Entry> {
    ask(|project| project.named(name).filter_map(|(_, call)| project.switched(call).entry()).collect())
}

/// Whether a method is harmless on a type, wherever the type has it from.
pub(crate) fn is_harmless_on(of: &str, name: &str) -> bool {
    associated(&Path::new(of), name) == Some(Call::Harmless)
}

/// Whether something with that last name is said to be harmless.
pub(super) fn may_be_harmless(name: &str) -> bool {
    ask(|project| project.named(name).any(|(_, call)| call == Call::Harmless))
}

/// Whether the function of that path runs the closure given to it away from the loop.
pub(super) fn runs_elsewhere(path: &str) -> bool {
    ask(|project| {
        let wanted = Path::new(path);
        project.elsewhere.iter().any(|known| wanted.is(known))
    })
}

/// How a function of this crate blocks.
pub(crate) fn function(function: FunctionId) -> Option<Entry> {
    ask(|project| project.call_here(&Item::Function(function))?.entry())
}

/// Whether a function of this crate is harmless.
pub(crate) fn is_harmless(function: FunctionId) -> bool {
    ask(|project| project.call_here(&Item::Function(function)) == Some(Call::Harmless))
}

/// How a method of a type or trait of this crate blocks.
pub(crate) fn method(module: ModuleId, of: &Rc<str>, name: &str) -> Option<Entry> {
    ask(|project| {
        let (path, _) = project.named(name).next()?;
        project.call_here(&Item::Method(module, of.clone(), last_name(path)))?.entry()
    })
}

/// Whether a function of this crate runs the closure given to it away from the loop.
pub(crate) fn function_runs_elsewhere(function: FunctionId) -> bool {
    ask(|project| project.elsewhere_here.contains(&Item::Function(function)))
}

/// Whether a method runs the closure given to it away from the loop. Where the receiver is not known, its name has
/// to do.
pub(crate) fn method_runs_elsewhere(receiver: &Type, name: &str) -> bool {
    ask(|project| {
        let named = || project.elsewhere.iter().filter(|path| last_name(path) == name);
        match receiver {
            _ if named().next().is_none() => false,
            Type::External(paths, _) => {
                paths.iter().any(|of| named().any(|path| owner(path).is_some_and(|owner| Path::new(of).is(owner))))
            }
            Type::Local(module, of, _) => {
                named().any(|path| project.elsewhere_here.contains(&Item::Method(*module, of.clone(), last_name(path))))
            }
            Type::Traits(_) | Type::Unknown => true,
            Type::Tuple(_) | Type::Slice(_) => false,
        }
    })
}

/// Whether there are guard types.
pub(crate) fn has_guards() -> bool {
    ask(|project| !project.guards.is_empty())
}

/// What a type guards, if it is a guard.
pub(crate) fn guard(of: &Type) -> Option<Guard> {
    ask(|project| match of {
        Type::External(paths, _) => {
            let known = |path: &String| project.guards.iter().find(|(known, _)| Path::new(path).is(known));
            paths.iter().find_map(known).map(|(_, guard)| *guard)
        }
        Type::Local(module, name, _) => project.guards_here.get(&Item::Type(*module, name.clone())).copied(),
        _ => None,
    })
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
