//! Which tokens of a body a rule may want to see, judged only by the names of the module and the `impl`.

use crate::engine::scan::Question;
use crate::facts::asked;
use crate::facts::collect;
use crate::facts::summary::Summaries;
use crate::knowledge::catalogue::{self, Certainty, Listed};
use crate::knowledge::keepers;
use crate::rules;
use crate::source::{FunctionId, Here, Index};
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::syntax::quick::HashMap;
use crate::types::names::{Def, Namespace, Resolver, prelude, prelude_macro};
use crate::types::project::ProjectItems;
use crate::types::scope::{Name, Scope};

/// A path as written somewhere.
type WrittenPath = (Option<Here>, Namespace, Path);

/// What was asked before, in the functions of a crate.
#[derive(Default)]
pub(crate) struct Seen {
    /// Whether a path, as written in a module, is something that a rule asks about; with the function that it leads to.
    paths: HashMap<WrittenPath, (bool, Option<FunctionId>)>,
    /// What is known of the methods of a name: those of the catalogue, whether one of this crate blocks, and whether it
    /// has any.
    methods: HashMap<String, (Listed, bool, bool)>,
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
            Question::Method { name, is_awaited, .. } => {
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
        if let Some(&(known, function)) = self.seen.paths.get(&key) {
            if let (false, Some(function)) = (known, function) {
                self.note(function, path);
            }
            return known;
        }
        let name = Scope::new(self.index, self.known, self.here).resolve(path, namespace);
        let mut leads_to = None;
        let suspect = match name {
            Name::Def(Def::Function(id)) if self.known.function(id).is_some() => true,
            Name::Def(Def::Function(id)) => {
                if let Some(kind) = Resolver::new(self.index).kind_of(id) {
                    kind == Kind::Blocking
                } else {
                    leads_to = Some(id);
                    self.is_suspect_function(id, path)
                }
            }
            Name::Def(Def::External(paths)) => self.is_external_suspect(&paths) || self.may_block_on_parameter(path),
            // The first use fills it.
            Name::Def(Def::Value(module, name)) => {
                Scope::new(self.index, self.known, None).lazy_init(module, &name).is_some()
            }
            // A method of a trait, which the first argument decides about.
            Name::Unknown => match &path.segments[..] {
                [.., _, name] => self.here.is_some() && self.blocks_in_crate(name),
                _ => false,
            },
            _ => false,
        };
        self.seen.paths.insert(key, (suspect, leads_to));
        suspect
    }

    /// `S::load`, where nothing says what `S` is: it may be a parameter of the function.
    fn may_block_on_parameter(&mut self, path: &Path) -> bool {
        let [of, name] = &path.segments[..] else { return false };
        let is_type = of.starts_with(char::is_uppercase) && of != "Self" && prelude(of).is_none();
        is_type && self.here.is_some_and(|here| !self.index.may_declare(here.module, of)) && self.blocks_in_crate(name)
    }

    /// Whether a function of the crate blocks, or returns what tasks are joined by.
    fn is_suspect_function(&mut self, id: FunctionId, path: &Path) -> bool {
        self.note(id, path);
        self.summaries.chain(self.index, id, &[]).is_some()
            || self.index.returns_handle(id)
            || self.index.returns_iterator(id) && self.summaries.chain(self.index, id.iterator(), &[]).is_some()
            // What a trait declares, called by its path: some type's own may block.
            || self.index.is_declared_in_trait(id)
                && path.segments.last().is_some_and(|name| self.blocks_in_crate(name))
    }

    /// Whether a rule, or the catalogue, knows an item of another crate by one of its paths.
    fn is_external_suspect(&self, paths: &[String]) -> bool {
        let asked = paths.iter().any(|path| rules::ask_about_path(path, self.all));
        // A method of a trait is judged by its first argument.
        let listed =
            paths.iter().any(|path| self.known.project.call(path).is_some() || catalogue::makes_iterator(path));
        let exempts = paths.iter().any(|path| catalogue::exempting(path).is_some());
        asked || listed || exempts || self.known.project.any_call(paths).is_some()
    }

    /// Notes that it was asked whether a function blocks that is called by a path.
    fn note(&mut self, function: FunctionId, path: &Path) {
        self.summaries.asked.functions.insert(function);
        if let (true, Some(name)) = (self.index.is_declared_in_trait(function), path.segments.last()) {
            asked::note(&mut self.summaries.asked.blocking, name);
        }
    }

    /// Whether the name of a macro is that of one of std.
    fn is_prelude_macro(&self, path: &Path) -> bool {
        let declares = |here: Here| self.index.may_declare(here.module, &path.segments[0]);
        prelude_macro(path).is_some() && !self.here.is_some_and(declares)
    }

    /// Whether a method of that name may block: one of std or of a crate at hand, or one of this crate. What is awaited
    /// at once may still be an async helper that blocks.
    fn is_suspect_method(&mut self, name: &str, is_awaited: bool) -> bool {
        let (listed, is_own, has_own) = match self.seen.methods.get(name) {
            Some(&known) if self.here.is_some() => known,
            _ => {
                let has_own = self.here.is_some() && !self.index.methods_named(name).is_empty();
                let is_own = has_own && (self.blocks_in_crate(name) || self.gives_task_in_crate(name));
                let known = (self.is_listed(name), is_own, has_own);
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
        if has_own && !is_own {
            asked::note(&mut self.summaries.asked.blocking, name);
        }
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

    /// Whether some method of that name in this crate blocks. What was read for that is not noted, the question is.
    pub(crate) fn blocks_in_crate(&mut self, name: &str) -> bool {
        let asked = std::mem::take(&mut self.summaries.asked);
        let blocks = self.index.methods_named(name).iter().any(|&method| {
            let marker = Resolver::new(self.index).kind_of(method);
            marker == Some(Kind::Blocking)
                || (marker.is_none() && self.summaries.chain(self.index, method, &[]).is_some())
                || self.index.returns_iterator(method)
                    && self.summaries.chain(self.index, method.iterator(), &[]).is_some()
        });
        self.summaries.asked = asked;
        blocks
    }

    /// Whether some method of that name in this crate returns what tasks are joined by.
    fn gives_task_in_crate(&mut self, name: &str) -> bool {
        self.index.methods_named(name).iter().any(|&method| self.index.returns_handle(method))
    }

    /// Whether some method of that name in this crate takes a lock that its caller may hold. Noted like the above.
    pub(crate) fn takes_locks_in_crate(&mut self, name: &str) -> bool {
        let asked = std::mem::take(&mut self.summaries.asked);
        let methods = self.index.methods_named(name);
        let takes = methods.iter().any(|&method| self.summaries.takes_locks(self.index, method));
        self.summaries.asked = asked;
        takes
    }

    /// Whether some method of that name in this crate makes a future.
    fn method_makes_future(&mut self, name: &str) -> bool {
        collect::may_drop_future(name)
            || keepers::is_method(name)
            || catalogue::may_be_async_method(name)
            || self.here.is_some_and(|here| {
                let methods = self.index.methods_named(name);
                let mut scope = Scope::new(self.index, self.known, Some(here));
                methods.iter().any(|&method| collect::gives_owner_of_task(&mut scope, method))
            })
            || self.here.is_some()
                && self.index.methods_named(name).iter().any(|&method| {
                    let function = self.index.function(method);
                    function.is_async
                        || function.marker == Some(Kind::Coroutine)
                        || self.index.returns_future(method)
                        || self.index.returns_handle(method)
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
                    || collect::gives_owner_of_task(&mut scope, id)
            }
            Name::Def(Def::External(paths)) => {
                paths.iter().any(|path| catalogue::is_async(path) || keepers::function(path).is_some())
            }
            _ => false,
        }
    }

    /// Whether a function of the crate, or a method of that name, takes a lock that its caller may hold.
    pub(crate) fn takes_locks(&mut self, question: Question<'_>) -> bool {
        match question {
            Question::Path(path) => {
                match Scope::new(self.index, self.known, self.here).resolve(path, Namespace::Value) {
                    Name::Def(Def::Function(function)) => self.summaries.takes_locks(self.index, function),
                    _ => false,
                }
            }
            Question::Method { name, .. } => {
                let takes = self.takes_locks_in_crate(name);
                if !takes {
                    asked::note(&mut self.summaries.asked.locking, name);
                }
                takes
            }
            Question::Dropped(_) | Question::DroppedMethod(_) | Question::Macro(_) => false,
        }
    }
}
