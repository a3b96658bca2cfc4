//! Which tokens of a body a rule may want to see, judged only by the names of the module and the `impl`.

use std::collections::HashMap;
use std::rc::Rc;

use crate::engine::scan::Question;
use crate::facts::collect;
use crate::facts::summary::Summaries;
use crate::knowledge::catalogue::{self, Certainty, Listed};
use crate::knowledge::keepers;
use crate::rules;
use crate::source::{FunctionId, Here, Index};
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::types::names::{Def, Namespace, prelude_macro};
use crate::types::project::ProjectItems;
use crate::types::scope::{Name, Scope};

/// What was asked before, in the functions of a crate.
#[derive(Default)]
pub(crate) struct Seen {
    /// Whether a path, as written in a module, is something that a rule asks about.
    paths: HashMap<(Option<Here>, Namespace, Path), bool>,
    /// What is known of the methods of a name: those of the catalogue, and whether one of this crate blocks.
    methods: HashMap<String, (Listed, bool)>,
}

/// Who answers the scan's questions about a function that stands `here`.
pub(crate) struct Suspects<'e> {
    pub(crate) index: &'e mut Index,
    pub(crate) summaries: &'e mut Summaries,
    pub(crate) known: &'e ProjectItems,
    pub(crate) seen: &'e mut Seen,
    pub(crate) here: Option<Here>,
    /// What rules on request ask about is of interest, too.
    pub(crate) all: bool,
}

impl Suspects<'_> {
    /// Whether a rule wants to see something, judged by the names of the module and the `impl` alone.
    pub(crate) fn suspects(&mut self, question: Question<'_>) -> bool {
        let (path, namespace) = match question {
            Question::Method { name, is_awaited } => {
                return self.is_suspect_method(name, is_awaited);
            }
            Question::Path(path) => (path, Namespace::Value),
            Question::Dropped(path) => return self.makes_future(path),
            Question::DroppedMethod(name) => return self.method_makes_future(name),
            // They write where their first argument does.
            Question::Macro(path) if matches!(path.segments.last().map(String::as_str), Some("write" | "writeln")) => {
                return true;
            }
            Question::Macro(path) if self.is_prelude_macro(path) => {
                let entry = prelude_macro(path).and_then(|path| self.known.project.call(path));
                return entry.is_some_and(|entry| entry.certainty == Certainty::Always);
            }
            Question::Macro(path) => (path, Namespace::Macro),
        };
        // Most names are variables; nothing needs to be kept of them.
        if let ([only], false) = (&path.segments[..], path.absolute)
            && !self.here.is_some_and(|here| self.index.may_declare(here.module, only))
        {
            return false;
        }
        let key = (self.here, namespace, path.clone());
        if let Some(&known) = self.seen.paths.get(&key) {
            return known;
        }
        let name = Scope::new(self.index, self.known, self.here).resolve(path, namespace);
        let suspect = match name {
            Name::Def(Def::Function(id)) if self.known.function(id).is_some() => true,
            Name::Def(Def::Function(id)) => match self.index.function(id).marker {
                Some(kind) => kind == Kind::Blocking,
                None => {
                    self.summaries.chain(self.index, id, &[]).is_some()
                        // What a trait declares, called by its path: some type's own may block.
                        || self.index.is_declared_in_trait(id)
                            && path.segments.last().is_some_and(|name| self.blocks_in_crate(name))
                }
            },
            Name::Def(Def::External(paths)) => {
                let asked = paths.iter().any(|path| rules::ask_about_path(path, self.all));
                // A method of a trait is judged by its first argument.
                let listed =
                    paths.iter().any(|path| self.known.project.call(path).is_some() || catalogue::makes_iterator(path));
                let exempts = paths.iter().any(|path| catalogue::exempting(path).is_some());
                asked || listed || exempts || self.known.project.any_call(&paths).is_some()
            }
            // The first use fills it.
            Name::Def(Def::Value(module, name)) => self.index.lazy_init(module, &name).is_some(),
            _ => false,
        };
        self.seen.paths.insert(key, suspect);
        suspect
    }

    /// Whether the name of a macro is that of one of std.
    fn is_prelude_macro(&self, path: &Path) -> bool {
        let declares = |here: Here| self.index.may_declare(here.module, &path.segments[0]);
        prelude_macro(path).is_some() && !self.here.is_some_and(declares)
    }

    /// Whether a method of that name may block: one of std or of a crate at hand, or one of this crate. What is awaited
    /// at once may still be an async helper that blocks.
    fn is_suspect_method(&mut self, name: &str, is_awaited: bool) -> bool {
        let (listed, is_own) = match self.seen.methods.get(name) {
            Some(&known) if self.here.is_some() => known,
            _ => {
                let known = (self.is_listed(name), self.here.is_some() && self.blocks_in_crate(name));
                if self.here.is_some() {
                    self.seen.methods.insert(name.to_owned(), known);
                }
                known
            }
        };
        let may_block = match (listed, self.here) {
            _ if is_awaited => false,
            (Listed::WithWords(words), Some(here)) => self.index.mentions(here.module, words),
            (listed, _) => listed != Listed::No,
        };
        is_own || may_block || rules::ask_about_method(name, self.all)
    }

    fn is_listed(&self, name: &str) -> Listed {
        if self.known.project.proven_by_name(name).is_some() {
            return Listed::Yes;
        }
        let crates = &self.index.cfg().crates;
        self.known
            .project
            .is_method(name, |krate| crates.as_ref().is_none_or(|crates| crates.iter().any(|known| known == krate)))
    }

    /// Whether some method of that name in this crate blocks.
    fn blocks_in_crate(&mut self, name: &str) -> bool {
        self.index.methods_named(name).iter().any(|&method| {
            let marker = self.index.function(method).marker;
            marker == Some(Kind::Blocking)
                || (marker.is_none() && self.summaries.chain(self.index, method, &[]).is_some())
        })
    }

    /// Whether some method of that name in this crate makes a future.
    fn method_makes_future(&mut self, name: &str) -> bool {
        collect::may_drop_future(name)
            || keepers::is_method(name)
            || catalogue::may_be_async_method(name)
            || self.here.is_some()
                && self.index.methods_named(name).iter().any(|&method| {
                    let function = self.index.function(method);
                    function.is_async
                        || function.marker == Some(Kind::Coroutine)
                        || self.index.output(method).is_future()
                        || self.index.output(method).is_handle()
                })
    }

    fn makes_future(&mut self, path: &Path) -> bool {
        let mut scope = Scope::new(self.index, self.known, self.here);
        match scope.resolve(path, Namespace::Value) {
            Name::Def(Def::Function(id)) => {
                let function = scope.index().function(id);
                function.is_async
                    || function.marker == Some(Kind::Coroutine)
                    || scope.returns_future(id)
                    || scope.returns_handle(id)
            }
            Name::Def(Def::External(paths)) => {
                paths.iter().any(|path| catalogue::is_async(path) || keepers::function(path).is_some())
            }
            _ => false,
        }
    }

    /// Whether a function of the crate, or a method of that name, takes a lock that its caller may hold.
    pub(crate) fn takes_locks(&mut self, question: Question<'_>) -> bool {
        let functions: Rc<[FunctionId]> = match question {
            Question::Path(path) => {
                match Scope::new(self.index, self.known, self.here).resolve(path, Namespace::Value) {
                    Name::Def(Def::Function(function)) => Rc::new([function]),
                    _ => return false,
                }
            }
            Question::Method { name, .. } => self.index.methods_named(name),
            Question::Dropped(_) | Question::DroppedMethod(_) | Question::Macro(_) => return false,
        };
        functions.iter().any(|&function| self.summaries.takes_locks(self.index, function))
    }
}
