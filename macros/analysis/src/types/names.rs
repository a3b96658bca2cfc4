//! Name resolution: from a path as written to the item it means.
//!
//! Resolution follows the language's rules as far as the source shows them: items and imports of the module first,
//! then its glob imports, then the names of other crates. Where the source does not decide (two imports under
//! different `cfg`s, a name that a macro may have made) the answer is "unsure", never a guess.

mod members;
mod prelude;

use std::rc::Rc;

use self::prelude::IN_PRELUDE;
pub(crate) use self::prelude::{prelude, prelude_macro};
use crate::knowledge::catalogue;
use crate::source::outline::What;
use crate::source::{FunctionId, Index, ModuleId};
use crate::syntax::path::Path;

/// What a path stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Def {
    /// An item of another crate: the canonical paths that it can have. There is more than one only where globs
    /// bring the name, since the other crates' contents are not known.
    External(Rc<[String]>),
    Function(FunctionId),
    Module(ModuleId),
    /// A type of this crate, by the module and the name it is declared under.
    Type(ModuleId, Rc<str>),
    /// A constant or static of this crate.
    Value(ModuleId, Rc<str>),
}

impl Def {
    pub(crate) fn external(path: &str) -> Def {
        Def::External(Rc::new([path.to_owned()]))
    }
}

/// The namespace that a name is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Namespace {
    Type,
    Value,
    Macro,
}

/// The result of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    Def(Def),
    /// The name exists, but the source does not tell what it is.
    Unsure,
    Nothing,
}

/// How many steps a resolution may take: chains of re-exports can be circular.
const FUEL: usize = 256;
/// How deep they may nest.
const DEPTH: usize = 32;

/// Resolves paths in the modules of one crate.
pub(crate) struct Resolver<'i> {
    index: &'i mut Index,
    fuel: usize,
    depth: usize,
    /// The modules whose globs are being followed: what a glob's own path begins with does not come from it.
    globbing: Vec<ModuleId>,
    /// A type alias is what it is declared as, not what it stands for.
    keeps_aliases: bool,
}

impl<'i> Resolver<'i> {
    pub(crate) fn new(index: &'i mut Index) -> Self {
        Resolver { index, fuel: FUEL, depth: 0, globbing: Vec::new(), keeps_aliases: false }
    }

    /// The same, but a path that leads to a type alias of this crate stands for that: its arguments are not lost.
    pub(crate) fn with_aliases(index: &'i mut Index) -> Self {
        Resolver { keeps_aliases: true, ..Resolver::new(index) }
    }

    /// What `path`, written in `module`, stands for.
    pub(crate) fn resolve(&mut self, module: ModuleId, path: &Path, namespace: Namespace) -> Resolution {
        if self.depth >= DEPTH || self.fuel == 0 {
            return Resolution::Unsure;
        }
        self.fuel -= 1;
        self.depth += 1;
        let found = self.resolve_here(module, path, namespace);
        self.depth -= 1;
        found
    }

    fn resolve_here(&mut self, module: ModuleId, path: &Path, namespace: Namespace) -> Resolution {
        let segments = &path.segments;
        let Some(first) = segments.first() else { return Resolution::Nothing };
        if path.absolute {
            let krate = self.krate(module, first);
            return self.follow(krate, &segments[1..], namespace);
        }
        let mut rest = &segments[1..];
        let start = match first.as_str() {
            "crate" => self.index.root(module).map(Def::Module),
            "self" => Some(Def::Module(self.index.nearest_module(module))),
            "super" => {
                let mut module = Some(self.index.nearest_module(module));
                module = module.and_then(|module| self.index.parent(module));
                while let (Some(at), Some("super")) = (module, rest.first().map(String::as_str)) {
                    module = self.index.parent(at);
                    rest = &rest[1..];
                }
                module.map(Def::Module)
            }
            name => {
                let namespace = if rest.is_empty() { namespace } else { Namespace::Type };
                match self.in_scope(module, name, namespace) {
                    Resolution::Def(def) => Some(def),
                    // Only a path can begin with the name of a crate.
                    Resolution::Nothing if !rest.is_empty() => Some(self.krate(module, name)),
                    other => return other,
                }
            }
        };
        match start {
            Some(start) => self.follow(start, rest, namespace),
            None => Resolution::Unsure,
        }
    }

    /// Another crate, by the name that it has in a module.
    fn krate(&mut self, module: ModuleId, name: &str) -> Def {
        self.index.dependency(module, name).map_or_else(|| Def::external(name), Def::Module)
    }

    /// From what the first part of a path stands for to what the whole does.
    pub(crate) fn follow(&mut self, start: Def, rest: &[String], namespace: Namespace) -> Resolution {
        let mut def = start;
        for (n, segment) in rest.iter().enumerate() {
            let namespace = if n + 1 == rest.len() { namespace } else { Namespace::Type };
            def = match def {
                Def::External(paths) => Def::External(paths.iter().map(|path| format!("{path}::{segment}")).collect()),
                Def::Module(module) => match self.in_module(module, segment, namespace) {
                    Resolution::Def(def) => def,
                    other => return other,
                },
                Def::Type(module, name) => match self.associated(module, &name, segment, None) {
                    Some(function) => Def::Function(function),
                    None => return Resolution::Unsure,
                },
                Def::Function(_) | Def::Value(..) => return Resolution::Unsure,
            };
        }
        Resolution::Def(def)
    }

    /// A name as seen in a module or block: blocks see what is around them.
    fn in_scope(&mut self, module: ModuleId, name: &str, namespace: Namespace) -> Resolution {
        let mut at = module;
        loop {
            let found = self.in_module(at, name, namespace);
            match self.index.module(at).parent {
                Some(parent) if found == Resolution::Nothing && self.index.module(at).is_block => {
                    at = Index::sibling(at, parent);
                }
                // A macro is also seen in the modules below the one that it is written in.
                _ if found == Resolution::Nothing && namespace == Namespace::Macro => match self.index.parent(at) {
                    Some(parent) => at = parent,
                    None => return found,
                },
                _ => return found,
            }
        }
    }

    /// A name that a module declares, imports, or has from a glob.
    fn in_module(&mut self, module: ModuleId, name: &str, namespace: Namespace) -> Resolution {
        if self.fuel == 0 {
            return Resolution::Unsure;
        }
        self.fuel -= 1;
        match self.declared(module, name, namespace) {
            Resolution::Nothing => self.through_globs(module, name, namespace),
            found => found,
        }
    }

    /// Whether a module has a name by itself, not from a glob.
    fn declares(&self, id: ModuleId, name: &str) -> bool {
        self.index.module(id).bindings.contains_key(name)
    }

    fn declared(&mut self, id: ModuleId, name: &str, namespace: Namespace) -> Resolution {
        let Some(named) = self.index.module(id).bindings.get(name) else { return Resolution::Nothing };
        let fits = |what: &What| match what {
            What::Import(_) => None,
            What::ExternCrate(_) | What::Inline(_) | What::File(_) | What::Alias(..) => {
                Some(namespace == Namespace::Type)
            }
            // A tuple struct is a function too.
            What::Type(_) => Some(namespace != Namespace::Macro),
            What::Foreign(_) | What::Function(_) | What::Value(_) => Some(namespace == Namespace::Value),
            What::Macro(_) => Some(namespace == Namespace::Macro),
        };
        // An item and an import of one name can stand side by side only in different namespaces.
        let mut chosen: Vec<_> = named.iter().filter(|binding| fits(&binding.what) == Some(true)).collect();
        if chosen.is_empty() {
            chosen = named.iter().filter(|binding| fits(&binding.what).is_none()).collect();
        }
        let several = chosen.len() > 1;
        let is_sure = chosen.iter().all(|binding| !binding.doubtful);
        let chosen: Vec<_> = chosen.into_iter().map(|binding| (Step::of(&binding.what), binding.doubtful)).collect();
        let mut result = Resolution::Nothing;
        for (step, doubtful) in chosen {
            let found = self.step(id, name, step);
            result = match (result, found) {
                (Resolution::Nothing, found) if !(several && doubtful && found == Resolution::Nothing) => found,
                (before, found) if before == found => before,
                // A module and a macro of one name.
                (Resolution::Def(Def::External(one)), Resolution::Def(Def::External(other))) if is_sure => {
                    Resolution::Def(Def::External(one.iter().chain(other.iter()).cloned().collect()))
                }
                _ => return Resolution::Unsure,
            };
        }
        result
    }

    fn step(&mut self, id: ModuleId, name: &str, step: Step) -> Resolution {
        let def = match step {
            // An import of a crate by its bare name (`use ureq as http`) has a path of one segment.
            Step::Path(_, false) if self.keeps_aliases => Some(Def::Type(id, name.into())),
            Step::Path(path, is_import) => match self.resolve_but(id, &path, name, is_import) {
                Resolution::Nothing => return Resolution::Unsure,
                found => return found,
            },
            Step::ExternCrate(krate) if krate == "self" => self.index.root(id).map(Def::Module),
            Step::ExternCrate(krate) => Some(self.krate(id, &krate)),
            Step::Inline(module) => Some(Def::Module(Index::sibling(id, module))),
            Step::File(path) => self.index.child(id, name, path.as_deref()).map(Def::Module),
            Step::Function(function) => Some(Def::Function(Index::function_of(id, function))),
            Step::Type => Some(Def::Type(id, name.into())),
            Step::Value => Some(Def::Value(id, name.into())),
            // The library is the linker's to choose. The names of the C library are taken, so it is that.
            Step::Foreign(linked) => Some(Def::External(catalogue::of_system(linked.as_deref().unwrap_or(name)))),
        };
        def.map_or(Resolution::Unsure, Resolution::Def)
    }

    /// Resolves the path of an import or alias. `use log;` and `use log::info` begin with the crate, not with the
    /// name that the import itself brings.
    fn resolve_but(&mut self, id: ModuleId, path: &Path, name: &str, is_import: bool) -> Resolution {
        let first = path.segments.first().map(String::as_str);
        if is_import && first == Some(name) && !path.absolute {
            let rivals = |what: &What| !matches!(what, What::Import(other) if other == path);
            let named = self.index.module(id).bindings.get(name);
            if !named.is_some_and(|all| all.iter().any(|binding| rivals(&binding.what))) {
                let krate = self.krate(id, name);
                return self.follow(krate, &path.segments[1..], Namespace::Type);
            }
        }
        // The namespace of an import is that of what it names; a value is found only where no type is.
        match self.resolve(id, path, Namespace::Type) {
            Resolution::Nothing if path.segments.len() == 1 && is_import => {
                match self.resolve(id, path, Namespace::Value) {
                    Resolution::Nothing => Resolution::Def(self.krate(id, first.unwrap_or_default())),
                    found => found,
                }
            }
            Resolution::Nothing => self.resolve(id, path, Namespace::Value),
            found => found,
        }
    }

    fn through_globs(&mut self, id: ModuleId, name: &str, namespace: Namespace) -> Resolution {
        let globs = self.index.module(id).globs.clone();
        if globs.is_empty() || self.globbing.contains(&id) {
            return Resolution::Nothing;
        }
        self.globbing.push(id);
        let found = self.follow_globs(id, &globs, name, namespace);
        self.globbing.pop();
        found
    }

    fn follow_globs(&mut self, id: ModuleId, globs: &[Path], name: &str, namespace: Namespace) -> Resolution {
        let mut external = Vec::new();
        for glob in globs {
            let from = match self.resolve(id, glob, Namespace::Type) {
                // `use store::*` of a crate.
                Resolution::Nothing if glob.segments.len() == 1 => Resolution::Def(self.krate(id, &glob.segments[0])),
                from => from,
            };
            match from {
                Resolution::Def(Def::Module(module)) => match self.in_module(module, name, namespace) {
                    // A module that can be read brings it for sure, and that goes before the names of crates.
                    Resolution::Def(Def::External(paths)) if paths.len() == 1 && self.declares(module, name) => {
                        return Resolution::Def(Def::External(paths));
                    }
                    Resolution::Def(Def::External(paths)) => external.extend(paths.iter().cloned()),
                    Resolution::Nothing => {}
                    found => return found,
                },
                Resolution::Def(Def::External(paths)) => {
                    external.extend(paths.iter().map(|path| format!("{path}::{name}")));
                }
                // `use Kind::*` of an own enum brings its variants; anything else is not known.
                Resolution::Def(_) | Resolution::Nothing | Resolution::Unsure => {}
            }
        }
        if external.is_empty() {
            return Resolution::Nothing;
        }
        // A dependency is the likelier one: hardly another crate exports a module of its name.
        let is_dependency = namespace == Namespace::Type
            && (self.index.depends_on(id, name) || self.index.dependency(id, name).is_some());
        if is_dependency || ["alloc", "core", "std"].contains(&name) {
            return Resolution::Nothing;
        }
        let of_std = |path: &String| ["alloc::", "core::", "std::"].iter().any(|krate| path.starts_with(krate));
        if IN_PRELUDE.contains(&name) && external.iter().all(of_std) {
            // No module of std but its own brings another one of that name.
            return Resolution::Nothing;
        }
        // The name may as well be that of a crate.
        external.push(prelude(name).unwrap_or(name).to_owned());
        Resolution::Def(Def::External(external.into()))
    }
}

/// What a binding leads to, free of the index's borrow.
enum Step {
    Path(Path, bool),
    ExternCrate(String),
    Inline(usize),
    File(Option<String>),
    Foreign(Option<String>),
    Function(usize),
    Type,
    Value,
}

impl Step {
    fn of(what: &What) -> Step {
        match what {
            What::Import(path) => Step::Path(path.clone(), true),
            What::Alias(path, ..) => Step::Path(path.clone(), false),
            What::ExternCrate(name) => Step::ExternCrate(name.clone()),
            What::Inline(module) => Step::Inline(*module),
            What::File(path) => Step::File(path.clone()),
            What::Function(function) | What::Macro(function) => Step::Function(*function),
            What::Foreign(linked) => Step::Foreign(linked.clone()),
            What::Type(_) => Step::Type,
            What::Value(_) => Step::Value,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Kind, check_crate, check_file, findings_in};

    #[test]
    fn paths_lead_through_other_files() {
        check_crate(
            Kind::Coroutine,
            "
            mod disk;
            mod net { pub mod lookup; }
            #[path = \"odd/name.rs\"] mod odd;
            use disk::cache::load as fetch;

            async fn settle() {
                disk::read(name);
              //^^^^ `disk::read` blocks the event loop: it is `std::fs::read`
                fetch();
              //^^^^^ `fetch` blocks the event loop: it is marked `#[onloop::blocking]`
                crate::net::lookup::resolve(name);
              //^^^^^ `crate::net::lookup::resolve` blocks the event loop: it is marked `#[onloop::blocking]`
                odd::nap(SECOND);
              //^^^ `odd::nap` blocks the event loop: it is `std::thread::sleep`
                disk::cache::Table::open();
              //^^^^ `disk::cache::Table::open` blocks the event loop: it is marked `#[onloop::blocking]`
                disk::quiet::read(name);
            }
            ",
            &[
                ("src/disk.rs", "pub mod cache; pub use std::fs::read; pub mod quiet { pub fn read() {} }"),
                (
                    "src/disk/cache.rs",
                    "#[onloop::blocking] pub fn load() {} pub struct Table; impl Table { #[onloop::blocking] pub fn open() {} }",
                ),
                ("src/net/lookup/mod.rs", "#[onloop::blocking] pub(crate) fn resolve(name: &str) {}"),
                ("src/odd/name.rs", "pub use std::thread::sleep as nap;"),
            ],
        );
    }

    #[test]
    fn a_file_below_finds_its_parents() {
        let files = vec![
            ("src/lib.rs", "mod house { pub mod light; pub use std::fs as disk; } #[path = \"x.rs\"] mod y;".to_owned()),
            (
                "src/house/light.rs",
                "use super::disk; fn peek() {} async fn poll() { disk::read(n); super::super::y::nap(S); crate::y::nap(S); self::peek(); }"
                    .to_owned(),
            ),
            ("src/x.rs", "pub use std::thread::sleep as nap;".to_owned()),
        ];
        assert_eq!(findings_in(Kind::Coroutine, "", "src/house/light.rs", files).len(), 3);
    }

    #[test]
    fn circles_end() {
        check_file(
            Kind::Callback,
            "
            mod a { pub use super::b::read; pub use super::b::*; }
            mod b { pub use super::a::read; pub use super::a::*; pub use super::*; }
            type Alias = Alias;
            use a::read;
            use missing::missing;
            fn on_tick() { read(); a::other(); b::read::read(); Alias::open(); missing(); missing::x(); }
            ",
        );
    }

    #[test]
    fn what_the_source_does_not_tell_is_left_alone() {
        check_file(
            Kind::Callback,
            "
            mod absent;
            #[cfg(unix)] use std::fs as disk;
            #[cfg(not(unix))] use memory as disk;
            #[cfg(test)] use std::fs as table;
            #[cfg(not(test))] use memory as table;
            use other::prelude::*;
            fn on_tick() { disk::read(n); table::read(n); absent::read(n); fs::read(n); $crate::std::fs::read(n); }
            "
            .replace("$crate::std::fs::read(n);", "")
            .as_str(),
        );
    }

    #[test]
    fn one_gate_or_two_that_agree_are_enough() {
        check_file(
            Kind::Callback,
            "
            #[cfg(unix)] use std::fs as disk;
            #[cfg(linux)] use std::thread::sleep as nap;
            #[cfg(windows)] use std::thread::sleep as nap;
            fn on_tick() {
                disk::read(n);
              //^^^^ `disk::read` blocks the event loop: it is `std::fs::read`
                nap(n);
              //^^^ `nap` blocks the event loop: it is `std::thread::sleep`
            }
            ",
        );
    }

    #[test]
    fn self_is_the_type_of_the_impl() {
        let text = "struct Store; impl Store { #[onloop::blocking] fn load() {} fn peek() {} async fn poll(&self) { Self::load(); Self::peek(); } }";
        let files = vec![("src/lib.rs", text.to_owned())];
        let start = text.find("async").unwrap();
        let item = format!("{}{}", " ".repeat(start), &text[start..text.len() - 2]);
        let index = crate::Index::new(
            Box::new(crate::testing::Memory(files)),
            Some("src/lib.rs".into()),
            crate::Cfg::default(),
        );
        let found = crate::Engine::new(index).findings(
            Kind::Coroutine,
            proc_macro2::TokenStream::new(),
            item.parse().unwrap(),
            &crate::testing::place_in("src/lib.rs"),
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`Self::load` blocks the event loop: it is marked `#[onloop::blocking]`");
    }
}
