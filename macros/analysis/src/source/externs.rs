//! Other crates: which dependencies are built from a path, and where their first file is.
//!
//! Next to each artifact that cargo names on the command line (`--extern name=deps/libname-0123.rmeta`), the compiler
//! has left the list of the files that it read for it (`deps/name-0123.d`), with the crate's first file at the top.
//! This list is exact where a manifest is not: it covers renamed packages, workspace members, patches and the library
//! of a binary alike. If there is no such list (another build system, an unknown layout), nothing is followed.
//!
//! Crates from a registry or a git checkout are not followed, nor are those that the catalogue knows.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::cfg::Cfg;
use super::ids::{FunctionId, ModuleId};
use super::index::Index;
use super::krate::Crate;
use super::parse::clean;
use crate::knowledge::catalogue;
use crate::syntax::quick::{HashMap, HashSet};

/// Files by which cargo marks what it has unpacked or checked out, or what was vendored.
const NOT_FROM_A_PATH: &[&str] = &[".cargo-ok", ".cargo-checksum.json"];

impl Index {
    /// Tells the artifacts of the dependencies, by the names that they have in this crate, and the folder in which
    /// the compiler runs.
    #[must_use]
    pub fn with_externs(mut self, externs: Vec<(String, PathBuf)>, folder: PathBuf) -> Self {
        self.externs = externs;
        self.folder = folder;
        self
    }

    /// The root module of a dependency that is built from a path, by the name that it has in a module.
    pub(crate) fn dependency(&mut self, from: ModuleId, name: &str) -> Option<ModuleId> {
        let krate = self.dependency_of(self.loaded[from.file].krate, name)?;
        self.root_of(krate)
    }

    /// Whether the crate may use another one, as far as is known: itself, or through one that is built from a path.
    pub(crate) fn may_use(&mut self, name: &str) -> bool {
        let Some(crates) = &self.cfg().crates else { return true };
        crates.iter().any(|known| known == name) || !self.path_dependencies().is_empty()
    }

    /// Whether a crate is a dependency of the one that a module is of, as far as is known.
    pub(crate) fn depends_on(&self, from: ModuleId, name: &str) -> bool {
        self.cfg_of(from).crates.as_ref().is_some_and(|crates| crates.iter().any(|known| known == name))
    }

    /// The dependencies that are built from a path, as far as their names are known.
    pub(super) fn path_dependencies(&mut self) -> Vec<usize> {
        if let Some(known) = &self.path_dependencies {
            return known.clone();
        }
        let names = self.names_of_dependencies();
        let found: Vec<_> = names.iter().filter_map(|name| self.dependency_of(0, name)).collect();
        self.path_dependencies = Some(found.clone());
        found
    }

    /// Whether a crate can be named by its own name.
    pub(crate) fn names_crate(&self, name: &str) -> bool {
        let is_real = self.cfg().crates.as_ref().is_some_and(|crates| crates.iter().any(|known| known == name));
        // Another one may have been given its name.
        let is_it = |artifact: &Path| {
            let stem = artifact.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("lib"));
            stem.is_some_and(|stem| stem.rsplit_once('-').map_or(stem, |(real, _)| real) == name)
        };
        is_real && self.externs.iter().any(|(known, artifact)| known == name && is_it(artifact))
    }

    fn dependency_of(&mut self, from: usize, name: &str) -> Option<usize> {
        if let Some(&known) = self.crates[from].dependencies.get(name) {
            return known;
        }
        if self.externs.is_empty() {
            return None;
        }
        let found = self.find_dependency(from, name);
        self.crates[from].dependencies.insert(name.to_owned(), found);
        found
    }

    fn find_dependency(&mut self, from: usize, name: &str) -> Option<usize> {
        if catalogue::lists_crate(name) {
            return None;
        }
        let lists = match &self.crates[from].artifacts {
            None => {
                let (_, artifact) = self.externs.iter().find(|(known, _)| known == name)?;
                vec![list_beside(artifact)?]
            }
            Some(folder) => self.lists_of(&folder.clone(), name),
        };
        let mut found = None;
        for list in lists {
            let stem = list.file_stem()?.to_string_lossy().into_owned();
            let real = stem.rsplit_once('-').map_or(&*stem, |(real, _)| real);
            if catalogue::lists_crate(real) {
                return None;
            }
            let text = self.files.read(&list).filter(|text| text.contains(&format!("lib{stem}.r")));
            let Some(files) = text.and_then(|text| read_list(&text)) else { continue };
            let files: Vec<_> = files.into_iter().map(|file| clean(&self.folder.join(file))).collect();
            match &found {
                // Artifacts of several builds lie side by side; all of one crate begin with the same file.
                Some((known, _)) if Some(known) != files.first() => return None,
                _ => found = Some((files.first()?.clone(), (files, list.parent()?.to_owned()))),
            }
        }
        let (root, (files, artifacts)) = found?;
        if let Some(known) = self.crates.iter().position(|krate| krate.root.as_ref() == Some(&root)) {
            return (known != 0).then_some(known);
        }
        let marks = root.ancestors().skip(1).flat_map(|folder| NOT_FROM_A_PATH.iter().map(|mark| folder.join(mark)));
        if marks.into_iter().any(|mark| self.files.stamp(&mark).is_some()) {
            return None;
        }
        // Which features it was built with is not known.
        let cfg = Cfg { settings: self.cfg().settings.clone(), ..Cfg::default() };
        self.crates.push(Crate { files, artifacts: Some(artifacts), ..Crate::new(Some(root), cfg) });
        Some(self.crates.len() - 1)
    }

    /// The lists of files for all artifacts of a crate in a folder.
    fn lists_of(&self, folder: &Path, name: &str) -> Vec<PathBuf> {
        let is_list = |file: &PathBuf| {
            let stem = file.file_stem().and_then(|stem| stem.to_str());
            file.extension().is_some_and(|extension| extension == "d")
                && stem.and_then(|stem| stem.rsplit_once('-')).is_some_and(|(real, _)| real == name)
        };
        self.files.list(folder).into_iter().filter(is_list).collect()
    }

    /// The methods of that name in the crate and in the dependencies that it names. The first question reads all
    /// files of the crate, and looks through the text of those of its dependencies.
    pub(crate) fn methods_named(&mut self, name: &str) -> Rc<[FunctionId]> {
        if let Some(known) = self.methods.get(name) {
            return known.clone();
        }
        let mut found = self.own_methods(name);
        for krate in self.path_dependencies() {
            found.extend(self.methods_of_dependency(krate, name));
        }
        let found: Rc<[FunctionId]> = found.into();
        self.methods.insert(name.to_owned(), found.clone());
        found
    }

    fn own_methods(&mut self, name: &str) -> Vec<FunctionId> {
        if self.crates[0].methods.is_none() {
            self.load_all(0);
            let mut methods: HashMap<String, Vec<FunctionId>> = HashMap::default();
            for (file, source) in self.loaded.iter().enumerate().filter(|(_, source)| source.krate == 0) {
                for (function, outline) in source.outline.functions.iter().enumerate() {
                    if outline.owner.is_some() {
                        methods.entry(outline.name.clone()).or_default().push(FunctionId::new(file, function));
                    }
                }
            }
            self.crates[0].methods = Some(methods);
        }
        let methods = self.crates[0].methods.as_ref();
        methods.and_then(|methods| methods.get(name)).cloned().unwrap_or_default()
    }

    fn methods_of_dependency(&mut self, krate: usize, name: &str) -> Vec<FunctionId> {
        if self.crates[krate].words.is_none() {
            if self.crates[krate].files.is_empty() {
                // The compiler has left no list.
                self.load_all(krate);
                let files = self.loaded.iter().filter(|source| source.krate == krate);
                self.crates[krate].files = files.map(|source| source.path.clone()).collect();
            }
            let mut words: HashMap<String, Vec<PathBuf>> = HashMap::default();
            let sources = self.crates[krate].files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs"));
            for file in sources {
                let Some(text) = self.files.share(file) else { continue };
                let names: HashSet<&str> = functions_in(&text).collect();
                for name in names {
                    words.entry(name.to_owned()).or_default().push(file.clone());
                }
            }
            self.crates[krate].words = Some(words);
        }
        let words = self.crates[krate].words.as_ref();
        let files = words.and_then(|words| words.get(name)).cloned().unwrap_or_default();
        let files: Vec<_> = files.into_iter().filter_map(|file| self.load(krate, &file)).collect();
        let methods = files.into_iter().flat_map(|file| {
            let functions = self.loaded[file].outline.functions.iter().enumerate();
            let named = functions.filter(|(_, function)| function.owner.is_some() && function.name == name);
            named.map(move |(function, _)| FunctionId::new(file, function))
        });
        methods.collect()
    }

    /// Reads every file of a crate that its modules lead to, and gives the modules.
    pub(super) fn load_all(&mut self, krate: usize) -> HashSet<ModuleId> {
        let mut queue: Vec<_> = self.root_of(krate).into_iter().collect();
        let mut seen = HashSet::default();
        while let Some(module) = queue.pop() {
            if seen.insert(module) {
                queue.extend(self.children(module));
            }
        }
        seen
    }
}

/// The names behind each `fn` of a text.
fn functions_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("fn ").map(|(at, word)| {
        let name = text[at + word.len()..].trim_start();
        name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
    })
}

/// The list of files beside an artifact that holds code to link.
fn list_beside(artifact: &Path) -> Option<PathBuf> {
    let is_library = artifact.extension().is_some_and(|extension| extension == "rmeta" || extension == "rlib");
    let stem = artifact.file_stem()?.to_str()?.strip_prefix("lib").filter(|_| is_library)?;
    Some(artifact.with_file_name(format!("{stem}.d")))
}

/// The files of the first rule in a list that is written for make: `target: file file\ with\ blanks`.
///
/// From the crate's first file on: clippy names its configuration before that one.
fn read_list(text: &str) -> Option<Vec<PathBuf>> {
    let line = text.lines().next()?;
    let (_, files) = line.split_once(".d: ")?;
    let files = files.replace("\\ ", "\0");
    let files = files.split(' ').filter(|file| !file.is_empty()).map(|file| PathBuf::from(file.replace('\0', " ")));
    Some(files.skip_while(|file| file.extension().is_none_or(|extension| extension != "rs")).collect())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::source::{Cfg, Index};
    use crate::testing::Memory;

    #[test]
    fn a_crate_is_named_by_its_own_name_alone() {
        let known = |externs: &[(&str, &str)]| {
            let externs = externs.iter().map(|(name, path)| ((*name).to_owned(), PathBuf::from(path))).collect();
            let crates = Some(vec!["rusqlite".to_owned(), "flume".to_owned()]);
            let index = Index::new(Box::new(Memory(Vec::new())), None, Cfg { crates, ..Cfg::default() });
            index.with_externs(externs, PathBuf::new()).names_crate("rusqlite")
        };
        assert!(known(&[("rusqlite", "/deps/librusqlite-0123.rmeta")]));
        assert!(known(&[("rusqlite", "bazel-out/librusqlite.rlib")]));
        assert!(!known(&[("db", "/deps/librusqlite-0123.rmeta")]));
        assert!(!known(&[("db", "/deps/librusqlite-0123.rmeta"), ("rusqlite", "/deps/libmine-0123.rmeta")]));
        assert!(!known(&[("flume", "/deps/libflume-0123.rmeta")]));
    }
}
