//! The source index: what the engine knows about the crate's own files.
//!
//! Files are read when something leads to them. Each is outlined at most once per compiler process, and kept as an
//! [outline][outlines] (plain data, no syntax tree). Bodies and heads are read again on demand; only the texts of the
//! files asked about last are kept. All file access goes through [`Files`], so tests can provide files from memory.
//!
//! [outlines]: super::outline::Outline

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::cfg::{Cfg, Edition};
use super::declaration::{Declared, Head};
use super::ids::{FunctionId, Here, ImplId, ModuleId, Place};
use super::krate::Crate;
use super::outline::{self, Outline};
use crate::syntax::files::Files;
use crate::syntax::quick::{HashMap, HashSet};
use crate::syntax::type_ref::TypeRef;
use crate::syntax::vocabulary::Vocabulary;

pub(super) struct SourceFile {
    /// The crate that it belongs to, by its number.
    pub(super) krate: usize,
    pub(super) path: PathBuf,
    pub(super) stamp: Option<u128>,
    pub(super) outline: Outline,
    /// The names in it, once somebody has asked for one.
    pub(super) vocabulary: Option<Rc<Vocabulary>>,
    /// The module that declares this file; looked for once, when `super::` needs it.
    pub(super) parent: Parent,
    /// Its module is declared with `#[path]`: what it declares itself stands beside it.
    pub(super) has_path: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Parent {
    NotLookedFor,
    Known(ModuleId),
    None,
}

/// The index of one crate, and of those of its dependencies that are built from a path.
pub struct Index {
    pub(super) files: Box<dyn Files>,
    /// The crate that is being compiled, then the dependencies that something led to.
    pub(super) crates: Vec<Crate>,
    /// The artifacts of the dependencies, by the names that they have here.
    pub(super) externs: Vec<(String, PathBuf)>,
    /// The folder that relative paths in the compiler's lists of files count from.
    pub(super) folder: PathBuf,
    /// The crates are those that the host has named, and files are shown from the folder on.
    pub(super) are_given: bool,
    pub(super) loaded: Vec<SourceFile>,
    /// The texts of the files that were asked for last, the last one first: what is asked of a file is asked several
    /// times.
    pub(super) texts: Vec<(usize, Arc<str>)>,
    pub(super) outputs: HashMap<FunctionId, TypeRef>,
    pub(super) inputs: HashMap<FunctionId, Rc<[TypeRef]>>,
    pub(super) declared: HashMap<(ModuleId, Rc<str>), Rc<Declared>>,
    pub(super) heads: HashMap<ImplId, Rc<Head>>,
    /// Types that stand for others, by file and place.
    pub(super) written: HashMap<(usize, usize), TypeRef>,
    /// The files of the modules that a module declares.
    pub(super) children: HashMap<ModuleId, HashMap<String, usize>>,
    /// By file, and by where the words are.
    pub(super) mentioned: HashMap<(usize, *const &'static str), bool>,
    /// The dependencies that are built from a path, once somebody has asked.
    pub(super) path_dependencies: Option<Vec<usize>>,
    /// The methods of each name that was asked about, in the crate and in its dependencies.
    pub(super) methods: HashMap<String, Rc<[FunctionId]>>,
    /// The functions whose bodies were asked for, until somebody takes them.
    pub(crate) looked_into: HashSet<FunctionId>,
}

/// How many texts are kept.
const TEXTS: usize = 8;

/// What the names of guards, or of types that give them, hold.
const GUARDS: &[&str] = &["Guard", "Entered", "DashMap", "DashSet", "dashmap"];

impl Index {
    /// An index that has read nothing yet. `root` is the crate's first file (`src/lib.rs`).
    #[must_use]
    pub fn new(files: Box<dyn Files>, root: Option<PathBuf>, cfg: Cfg) -> Self {
        Index {
            files,
            crates: vec![Crate::new(root, cfg)],
            externs: Vec::new(),
            folder: PathBuf::new(),
            are_given: false,
            loaded: Vec::new(),
            texts: Vec::new(),
            outputs: HashMap::default(),
            inputs: HashMap::default(),
            declared: HashMap::default(),
            heads: HashMap::default(),
            written: HashMap::default(),
            children: HashMap::default(),
            mentioned: HashMap::default(),
            path_dependencies: None,
            methods: HashMap::default(),
            looked_into: HashSet::default(),
        }
    }

    pub(crate) fn cfg(&self) -> &Cfg {
        &self.crates[0].cfg
    }

    /// The configuration of the crate that a module belongs to.
    pub(crate) fn cfg_of(&self, id: ModuleId) -> &Cfg {
        &self.crates[self.loaded[id.file].krate].cfg
    }

    pub(crate) fn edition(&self) -> Edition {
        self.crates[0].cfg.edition
    }

    pub(crate) fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// The text of the crate's first file.
    pub(crate) fn root_text(&self) -> Option<String> {
        self.files.read(self.crates[0].root.as_deref()?)
    }

    pub(super) fn load(&mut self, krate: usize, path: &Path) -> Option<usize> {
        if let Some(&known) = self.crates[krate].by_path.get(path) {
            return known;
        }
        // Before it is read: what changes in between is seen later.
        let stamp = self.files.stamp(path);
        let index = self.files.share(path).map(|text| {
            self.loaded.push(SourceFile {
                krate,
                path: path.to_owned(),
                stamp,
                outline: Outline::of(&text, &self.crates[krate].cfg),
                vocabulary: None,
                parent: Parent::NotLookedFor,
                has_path: false,
            });
            self.loaded.len() - 1
        });
        self.crates[krate].by_path.insert(path.to_owned(), index);
        index
    }

    /// The function whose `fn` and whose name stand at these places, or nothing: then the item comes from a macro,
    /// or the file is not what the compiler read.
    pub(crate) fn locate(&mut self, keyword: &Place, name: &Place) -> Option<(Here, FunctionId)> {
        let file = self.load(0, &keyword.file)?;
        if let Some(found) = self.locate_in(file, keyword, name) {
            return Some(found);
        }
        let stamp = self.files.stamp(&keyword.file);
        if stamp == self.loaded[file].stamp {
            return None;
        }
        // What was read is out of date, and other files may be as well.
        self.crates[0].by_path.clear();
        self.children.clear();
        let file = self.load(0, &keyword.file)?;
        self.locate_in(file, keyword, name)
    }

    fn locate_in(&mut self, file: usize, keyword: &Place, name: &Place) -> Option<(Here, FunctionId)> {
        let at = [(keyword.line, keyword.column), (name.line, name.column)];
        let mut text = None;
        loop {
            let outline = &self.loaded[file].outline;
            if let Some(&number) = outline.by_place.get(&at[0]) {
                let function = Some(&outline.functions[number]).filter(|function| function.at[1] == at[1])?;
                let here = Here { module: ModuleId { file, module: function.module }, owner: function.owner };
                return Some((here, FunctionId::new(file, number)));
            }
            let line = keyword.line;
            let around = outline.functions.iter().position(|function| {
                let is_around = function.body.as_ref().is_some_and(|(_, lines)| lines.contains(&line));
                is_around && function.blocks.is_none() && function.at[0] < at[0] && !function.is_macro
            })?;
            if text.is_none() {
                text = Some(self.text(file)?);
            }
            let SourceFile { outline, .. } = &mut self.loaded[file];
            outline.open_body(text.as_deref().unwrap_or_default(), &self.crates[0].cfg, around);
        }
    }

    /// The blocks in the body of a function, which may declare items.
    pub(crate) fn blocks_of(&mut self, id: FunctionId) -> Vec<ModuleId> {
        if self.function(id).blocks.is_none()
            && let Some(text) = self.text(id.file)
        {
            let SourceFile { krate, outline, .. } = &mut self.loaded[id.file];
            outline.open_body(&text, &self.crates[*krate].cfg, id.function);
        }
        let blocks = self.function(id).blocks.clone().unwrap_or_default();
        blocks.map(|module| ModuleId { file: id.file, module }).collect()
    }

    pub(crate) fn outline(&self, id: ModuleId) -> &Outline {
        &self.loaded[id.file].outline
    }

    pub(crate) fn module(&self, id: ModuleId) -> &outline::Module {
        &self.loaded[id.file].outline.modules[id.module]
    }

    /// Whether a module has a name of the receiving end of a channel, or the module of one.
    pub(crate) fn imports_receiver(&self, id: ModuleId) -> bool {
        let module = self.module(self.nearest_module(id));
        module
            .bindings
            .keys()
            .any(|name| name.ends_with("Receiver") || name.ends_with("mpsc") || name.contains("channel"))
    }

    /// Whether a name can come from a module, or from the blocks and the module around a block.
    pub(crate) fn may_declare(&self, id: ModuleId, name: &str) -> bool {
        let modules = &self.loaded[id.file].outline.modules;
        let mut at = Some(id.module);
        while let Some(module) = at.map(|at| &modules[at]) {
            if !module.globs.is_empty() || module.bindings.contains_key(name) {
                return true;
            }
            at = module.parent.filter(|_| module.is_block);
        }
        false
    }

    pub(crate) fn function(&self, id: FunctionId) -> &outline::Function {
        &self.loaded[id.file].outline.functions[id.function]
    }

    /// The text from which the outline was made; nothing if the file has changed since: other code stands there now.
    pub(super) fn text(&mut self, file: usize) -> Option<Arc<str>> {
        if let Some(at) = self.texts.iter().position(|(known, _)| *known == file) {
            self.texts.swap(0, at);
            return Some(self.texts[0].1.clone());
        }
        let SourceFile { path, stamp, .. } = &self.loaded[file];
        let text = self.files.share(path)?;
        if self.files.stamp(path) != *stamp {
            return None;
        }
        self.texts.truncate(TEXTS - 1);
        self.texts.insert(0, (file, text.clone()));
        Some(text)
    }

    /// Whether the file of a module names types of guards: functions of it may give some.
    pub(crate) fn names_guards(&mut self, id: ModuleId) -> bool {
        // `AsRef<..>` is in every other file, and is none.
        const BORROWS: &[&str] = &["Ref<", "RefMut<"];
        let is_borrow = |file: &str, text: &str| file.match_indices(text).any(|(at, _)| !file[..at].ends_with("As"));
        self.mentions(id, GUARDS)
            || self.mentions(id, &["Ref ", "RefMut "])
                && self.remembered(id, BORROWS, |index| {
                    let text = index.text(id.file);
                    text.is_some_and(|text| BORROWS.iter().any(|borrow| is_borrow(&text, borrow)))
                })
    }

    /// Whether one of these stands in the file of a module, as a name or as a part of one; several names stand there
    /// each.
    pub(crate) fn mentions(&mut self, id: ModuleId, texts: &'static [&'static str]) -> bool {
        self.remembered(id, texts, |index| {
            let vocabulary = index.vocabulary(id.file);
            texts.iter().any(|text| text.split("::").all(|name| vocabulary.holds(name)))
        })
    }

    /// Whether one of these names stands in the file of a module, as a word of its own.
    pub(crate) fn names(&mut self, id: ModuleId, names: &[&str]) -> bool {
        let vocabulary = self.vocabulary(id.file);
        names.iter().any(|name| vocabulary.has(name))
    }

    /// The names in a file, found when somebody asks for the first time; none if it has changed since it was read.
    fn vocabulary(&mut self, file: usize) -> Rc<Vocabulary> {
        if let Some(known) = &self.loaded[file].vocabulary {
            return known.clone();
        }
        // No function in a module for tests is annotated where there are no tests.
        let with_tests = self.crates[self.loaded[file].krate].cfg.test;
        let vocabulary = self.text(file).map(|text| Vocabulary::of(&text, with_tests));
        let vocabulary = Rc::new(vocabulary.unwrap_or_default());
        self.loaded[file].vocabulary = Some(vocabulary.clone());
        vocabulary
    }

    fn remembered(
        &mut self,
        id: ModuleId,
        words: &'static [&'static str],
        is_there: impl FnOnce(&mut Index) -> bool,
    ) -> bool {
        let key = (id.file, words.as_ptr());
        if let Some(&known) = self.mentioned.get(&key) {
            return known;
        }
        let answer = is_there(self);
        self.mentioned.insert(key, answer);
        answer
    }

    /// A module of the same file, by its index in the outline.
    pub(crate) fn sibling(id: ModuleId, module: usize) -> ModuleId {
        ModuleId { file: id.file, module }
    }

    pub(crate) fn function_of(id: ModuleId, function: usize) -> FunctionId {
        FunctionId::new(id.file, function)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::Path;
    use std::rc::Rc;

    use super::super::{Cfg, Place};
    use super::{Files, Index};
    use crate::testing::Memory;

    fn index(text: &str) -> Index {
        Index::new(Box::new(Memory(vec![("a.rs", text.to_owned())])), Some("a.rs".into()), Cfg::default())
    }

    fn at(line: usize, column: usize) -> Place {
        Place { file: "a.rs".into(), line, column }
    }

    #[test]
    fn guards_are_known_by_what_a_file_names() {
        let names_guards = |text: &str| {
            let mut index = index(text);
            let (here, _) = index.locate(&at(1, 1), &at(1, 4)).expect("it begins with a function");
            index.names_guards(here.module)
        };
        assert!(!names_guards("fn a(name: impl AsRef<str>) {}"));
        assert!(names_guards("fn a(name: impl AsRef<str>) -> std::cell::Ref<'_, u8> {}"));
        assert!(names_guards("fn a() -> MutexGuard<'static, u8> {}"));
    }

    #[test]
    fn a_function_is_found_at_its_place_only() {
        let mut index = index("fn a() {}\nmod m {\n    fn b() { loop { fn c() { fn d() {} } } }\n}\nm! { fn e() {} }");
        assert!(index.locate(&at(1, 1), &at(1, 4)).is_some());
        assert!(index.locate(&at(1, 1), &at(1, 5)).is_none());
        assert!(index.locate(&at(3, 21), &at(3, 24)).is_some(), "in a body");
        assert!(index.locate(&at(3, 30), &at(3, 33)).is_some(), "in a body in a body");
        // `fn` in a macro's definition, the name at its call; or both in a call.
        assert!(index.locate(&at(1, 1), &at(3, 8)).is_none());
        assert!(index.locate(&at(5, 6), &at(5, 9)).is_none());
        assert!(index.locate(&at(99, 1), &at(99, 4)).is_none());
        let missing = Place { file: "b.rs".into(), line: 1, column: 1 };
        assert!(index.locate(&missing, &missing).is_none());
    }

    #[test]
    fn a_function_that_lost_its_async_is_found_by_its_place() {
        let mut index = index("impl T for S {\n    pub async fn a(&self) {}\n    async move {}\n}");
        assert!(index.locate(&at(2, 9), &at(2, 18)).is_some());
        assert!(index.locate(&at(2, 15), &at(2, 18)).is_some());
        assert!(index.locate(&at(2, 9), &at(2, 15)).is_none());
        assert!(index.locate(&at(3, 5), &at(3, 11)).is_none());
    }

    /// A file that an editor changes between two expansions.
    struct Changing(Rc<Cell<u32>>);

    impl Files for Changing {
        fn read(&self, _: &Path) -> Option<String> {
            Some(format!("{}fn a() {{}}", "\n".repeat(self.0.get() as usize)))
        }

        fn stamp(&self, _: &Path) -> Option<u128> {
            Some(u128::from(self.0.get()))
        }
    }

    #[test]
    fn a_file_that_changed_is_read_again() {
        let lines = Rc::new(Cell::new(0));
        let mut index = Index::new(Box::new(Changing(lines.clone())), None, Cfg::default());
        assert!(index.locate(&at(1, 1), &at(1, 4)).is_some());
        lines.set(2);
        assert!(index.locate(&at(3, 1), &at(3, 4)).is_some());
        assert!(index.locate(&at(1, 1), &at(1, 4)).is_none());
    }
}
