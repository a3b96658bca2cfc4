//! What a project adds to the catalogue, with the items of the crate that its paths lead to: so an item is recognised
//! whatever path the crate itself uses for it.
//!
//! So a call is looked up in one of two ways. One of another crate has few spellings: its path is text, and `knowledge`
//! answers without knowing any source. One of this crate may be written in many ways, and macros and traits make some: it
//! is an item, found here once. `collect` asks in the way that fits when it notes a use, and rules read the answer.

use std::rc::Rc;

use crate::knowledge::catalogue::Entry;
use crate::knowledge::catalogue::text::{Path, last_name, owner};
use crate::knowledge::project::{Call, Guard, Project};
use crate::source::{FunctionId, Index, ModuleId};
use crate::syntax::path::Path as PathRef;
use crate::syntax::quick::{HashMap, HashSet};
use crate::types::memo::Memo;
use crate::types::names::{Def, Namespace, Resolution, Resolver};
use crate::types::ty::Type;

/// What a project adds. For one item of this crate what is added first counts.
#[derive(Debug, Default)]
pub(crate) struct ProjectItems {
    /// By text, and with the catalogue behind it.
    pub(crate) project: Project,
    crate_name: String,
    calls: HashMap<Item, Call>,
    elsewhere: HashSet<Item>,
    guards: HashMap<Item, Guard>,
    /// What the crate's declarations mean.
    pub(crate) memo: Memo,
}

/// An item of the crate that is compiled.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Item {
    Function(FunctionId),
    Type(ModuleId, Rc<str>),
    /// Of a type or trait.
    Method(ModuleId, Rc<str>, &'static str),
}

impl ProjectItems {
    /// Looks for the items of this crate that the paths lead to.
    pub(crate) fn find(project: Project, index: &mut Index, crate_name: &str) -> ProjectItems {
        let mut found = ProjectItems { project, crate_name: crate_name.to_owned(), ..ProjectItems::default() };
        let Some(root) = index.own_root() else { return found };
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
        for (path, call) in &found.project.calls {
            for item in items(path) {
                found.calls.entry(item).or_insert(*call);
            }
        }
        for path in &found.project.elsewhere {
            found.elsewhere.extend(items(path));
        }
        for (path, guard) in &found.project.guards {
            if let Some(Def::Type(module, of)) = resolve(path, Namespace::Type) {
                found.guards.entry(Item::Type(module, of)).or_insert(*guard);
            }
        }
        found
    }

    fn call(&self, item: &Item) -> Option<Call> {
        self.calls.get(item).map(|call| self.project.switched(*call))
    }

    /// The rules that the item of that path in the crate is exempt from.
    pub(crate) fn exempt_from(&self, item: &[String]) -> Vec<String> {
        let about = self.project.exempts.iter().filter(|exempt| exempt.is_about(&self.crate_name, item));
        about.flat_map(|exempt| exempt.rules.iter().map(|name| name.rule.clone())).collect()
    }

    /// How a function of this crate blocks.
    pub(crate) fn function(&self, function: FunctionId) -> Option<Entry> {
        self.call(&Item::Function(function))?.entry()
    }

    /// Whether a function of this crate is harmless.
    pub(crate) fn is_harmless(&self, function: FunctionId) -> bool {
        self.call(&Item::Function(function)) == Some(Call::Harmless)
    }

    /// How a method of a type or trait of this crate blocks.
    pub(crate) fn method(&self, module: ModuleId, of: &Rc<str>, name: &str) -> Option<Entry> {
        let (path, _) = self.project.said_of_name(name).next()?;
        self.call(&Item::Method(module, of.clone(), last_name(path)))?.entry()
    }

    /// Whether a function of this crate runs the closure given to it away from the loop.
    pub(crate) fn function_runs_elsewhere(&self, function: FunctionId) -> bool {
        self.elsewhere.contains(&Item::Function(function))
    }

    /// Whether a method runs the closure given to it away from the loop, by the type of its receiver. Where that is not
    /// known, the name of a project's method has to do.
    pub(crate) fn method_runs_elsewhere(&self, receiver: &Type, name: &str) -> bool {
        let mut named = self.project.elsewhere.iter().filter(|path| last_name(path) == name);
        match receiver {
            Type::External(paths, _) => paths.iter().any(|of| self.project.runs_elsewhere(&format!("{of}::{name}"))),
            Type::Local(module, of, _) => {
                named.any(|path| self.elsewhere.contains(&Item::Method(*module, of.clone(), last_name(path))))
            }
            Type::Traits(_) | Type::Made(_) | Type::Unknown => named.next().is_some(),
            Type::Tuple(_) | Type::Slice(_) => false,
        }
    }

    /// Whether there are guard types.
    pub(crate) fn has_guards(&self) -> bool {
        !self.project.guards.is_empty()
    }

    /// What a type guards, if it is a guard.
    pub(crate) fn guard(&self, of: &Type) -> Option<Guard> {
        match of {
            Type::External(paths, _) => {
                let known = |path: &String| self.project.guards.iter().find(|(known, _)| Path::new(path).is(known));
                paths.iter().find_map(known).map(|(_, guard)| *guard)
            }
            Type::Local(module, name, _) => self.guards.get(&Item::Type(*module, name.clone())).copied(),
            _ => None,
        }
    }
}
