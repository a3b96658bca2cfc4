//! Crates named by a host that knows all of them at once: no artifacts are needed to find the dependencies, and the
//! `cfg`s of each crate are known.

use std::path::PathBuf;

use super::cfg::Cfg;
use super::ids::{FunctionId, Here, ModuleId};
use super::index::Index;
use super::krate::Crate;
use super::outline;
use crate::knowledge::catalogue;
use crate::syntax::files::Files;
use crate::syntax::quick::{HashMap, HashSet};

/// One crate of a workspace.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in the code of others.
    pub name: String,
    /// Its first file.
    pub root: PathBuf,
    /// How it is built.
    pub cfg: Cfg,
    /// The crates that it names, by the names that they have in it, and by their number among all.
    pub dependencies: Vec<(String, usize)>,
    /// Whether its async functions are looked at, and answer for themselves: then nothing is said of them where they
    /// are called.
    pub answers: bool,
}

impl Index {
    /// The index of one of several crates. Messages show files from `folder` on.
    #[must_use]
    pub fn of_sources(files: Box<dyn Files>, sources: &[Source], at: usize, folder: PathBuf) -> Self {
        // The crate itself comes first; of the others those that it leads to.
        let mut order = vec![at];
        let mut next = 0;
        while let Some(&from) = order.get(next) {
            next += 1;
            for (_, to) in &sources[from].dependencies {
                if !order.contains(to) && !catalogue::lists_crate(&sources[*to].name) {
                    order.push(*to);
                }
            }
        }
        let number = |of: usize| order.iter().position(|&known| known == of);
        let crates = order.iter().map(|&from| {
            let Source { root, cfg, dependencies, answers, .. } = &sources[from];
            let dependencies = dependencies.iter().map(|(name, to)| (name.clone(), number(*to).filter(|&to| to != 0)));
            let mut krate = Crate::new(Some(root.clone()), cfg.clone());
            (krate.dependencies, krate.answers) = (dependencies.collect(), *answers);
            krate
        });
        let crates = crates.collect();
        Index { crates, folder, are_given: true, ..Index::new(files, None, Cfg::default()) }
    }

    /// The files of the crate, in the order in which its modules name them.
    pub(crate) fn files_of_crate(&mut self, with_tests: bool) -> Vec<PathBuf> {
        let mut queue: Vec<ModuleId> = self.own_root().into_iter().collect();
        let mut seen = HashSet::default();
        let mut files = Vec::new();
        while let Some(module) = queue.pop() {
            if !seen.insert(module) {
                continue;
            }
            if module.module == 0 {
                files.push(self.loaded[module.file].path.clone());
            }
            let mut children = self.modules_in(module, with_tests);
            children.reverse();
            queue.extend(children);
        }
        files
    }

    /// The modules of the crate whose files cannot be read, each with the file that declares it. What a `cfg` decides that
    /// is not known may not be there at all.
    pub(crate) fn modules_without_file(&mut self, with_tests: bool) -> Vec<(PathBuf, String)> {
        let mut queue: Vec<ModuleId> = self.own_root().into_iter().collect();
        let mut seen = HashSet::default();
        let mut missing = Vec::new();
        while let Some(module) = queue.pop() {
            if !seen.insert(module) {
                continue;
            }
            for (name, inline, path, test_only) in self.child_names(module) {
                let is_certain = self.module(module).bindings[&name].iter().all(|binding| !binding.doubtful);
                let is_asked = inline.is_none() && is_certain && (with_tests || !test_only);
                if is_asked && path.as_deref() != Some("") && self.child(module, &name, path.as_deref()).is_none() {
                    missing.push((self.loaded[module.file].path.clone(), name));
                }
            }
            queue.extend(self.modules_in(module, with_tests));
        }
        missing
    }

    /// The path of an item in its crate: the modules, and the type or trait around it.
    pub(crate) fn path_to(&mut self, here: Here) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(owner) = here.owner {
            let outline::Impl { self_type, .. } = &self.outline(here.module).impls[owner];
            names.extend(self_type.segments.last().cloned());
        }
        let mut seen = HashSet::default();
        let mut at = Some(self.nearest_module(here.module));
        while let Some(module) = at.filter(|module| seen.insert(*module)) {
            if module.module != 0 {
                names.push(self.module(module).name.clone());
            }
            at = self.parent(module);
            // The name of a file's module stands where it is declared.
            if let (0, Some(parent)) = (module.module, at) {
                names.extend(self.name_in(parent, module));
            }
        }
        names.reverse();
        names
    }

    /// The name by which a module declares the one of a file.
    fn name_in(&mut self, parent: ModuleId, file: ModuleId) -> Option<String> {
        let names = self.child_names(parent).into_iter().filter(|(_, inline, ..)| inline.is_none());
        let mut declared = names.collect::<Vec<_>>().into_iter();
        declared.find_map(|(name, _, path, _)| {
            (self.child_file(parent, &name, path.as_deref()) == Some(file.file)).then_some(name)
        })
    }

    /// Whether a function is looked at by itself, so that nothing is said of it where it is called.
    pub(crate) fn answers(&self, id: FunctionId) -> bool {
        self.function(id).is_async && self.crates[self.loaded[id.file].krate].answers
    }

    /// Whether a function is not one of the crate that is looked at.
    pub(crate) fn is_of_other_crate(&self, id: FunctionId) -> bool {
        self.loaded[id.file].krate != 0
    }

    /// The file of a function.
    pub(crate) fn file_of(&self, id: FunctionId) -> &std::path::Path {
        &self.loaded[id.file].path
    }

    /// A file by its number.
    pub(crate) fn path_of_file(&self, file: usize) -> &std::path::Path {
        &self.loaded[file].path
    }

    /// The names of the dependencies that something may be looked for in.
    pub(super) fn names_of_dependencies(&self) -> Vec<String> {
        let artifacts = self.externs.iter().map(|(name, _)| name.clone());
        let known: &HashMap<String, Option<usize>> = &self.crates[0].dependencies;
        let mut given: Vec<_> = known.keys().filter(|_| self.are_given).cloned().collect();
        given.sort();
        artifacts.chain(given).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Index, Source};
    use crate::source::Cfg;
    use crate::source::Place;
    use crate::testing::Memory;

    fn source(name: &str, dependencies: &[(&str, usize)]) -> Source {
        Source {
            name: name.to_owned(),
            root: PathBuf::from(format!("{name}/src/lib.rs")),
            cfg: Cfg::default(),
            dependencies: dependencies.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect(),
            answers: true,
        }
    }

    fn index(test: bool) -> Index {
        let files = Memory(vec![
            ("a/src/lib.rs", "mod store;\n#[cfg(test)] mod check;\nmod inner { mod deep; }".to_owned()),
            ("a/src/store.rs", "impl Store { async fn load() { fn nested() {} } }".to_owned()),
            ("a/src/check.rs", String::new()),
            ("a/src/inner/deep.rs", "fn f() {}".to_owned()),
            ("b/src/lib.rs", "pub fn g() {}".to_owned()),
        ]);
        let mut sources = [source("b", &[]), source("a", &[("b", 0)])];
        sources[1].cfg.test = test;
        Index::of_sources(Box::new(files), &sources, 1, PathBuf::new())
    }

    #[test]
    fn modules_lead_to_files() {
        let files = |with_tests| {
            let files = index(with_tests).files_of_crate(with_tests).into_iter();
            files.map(|file| file.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(files(false), ["a/src/lib.rs", "a/src/inner/deep.rs", "a/src/store.rs"]);
        assert_eq!(files(true).len(), 4);
    }

    #[test]
    fn an_item_has_a_path() {
        let mut index = index(false);
        let at = |line, column| Place { file: "a/src/store.rs".into(), line, column };
        let (here, _) = index.locate(&at(1, 20), &at(1, 23)).unwrap();
        assert_eq!(index.path_to(here), ["store", "Store"]);
        let deep = Place { file: "a/src/inner/deep.rs".into(), line: 1, column: 1 };
        let (here, _) = index.locate(&deep, &Place { column: 4, ..deep.clone() }).unwrap();
        assert_eq!(index.path_to(here), ["inner", "deep"]);
    }
}
