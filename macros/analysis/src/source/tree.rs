//! The tree of modules: from a module to its file, its parent and its children.

use std::path::PathBuf;

use super::ids::ModuleId;
use super::index::{Index, Parent, SourceFile};
use super::outline::What;
use super::parse::clean;

impl Index {
    /// The module that a block stands in; a module itself is its own.
    pub(crate) fn nearest_module(&self, mut id: ModuleId) -> ModuleId {
        while let (true, Some(parent)) = (self.module(id).is_block, self.module(id).parent) {
            id.module = parent;
        }
        id
    }

    /// The root module of the crate that a module belongs to.
    pub(crate) fn root(&mut self, id: ModuleId) -> Option<ModuleId> {
        self.root_of(self.loaded[id.file].krate)
    }

    /// The root module of the crate under compilation.
    pub(crate) fn own_root(&mut self) -> Option<ModuleId> {
        self.root_of(0)
    }

    pub(super) fn root_of(&mut self, krate: usize) -> Option<ModuleId> {
        let root = self.crates[krate].root.clone()?;
        self.load(krate, &root).map(|file| ModuleId { file, module: 0 })
    }

    /// What `super` means in a module (not in a block).
    pub(crate) fn parent(&mut self, id: ModuleId) -> Option<ModuleId> {
        if let Some(parent) = self.module(id).parent {
            return Some(self.nearest_module(ModuleId { file: id.file, module: parent }));
        }
        match self.loaded[id.file].parent {
            Parent::Known(parent) => Some(parent),
            Parent::None => None,
            Parent::NotLookedFor => {
                let parent = self.find_parent(id.file);
                self.loaded[id.file].parent = parent.map_or(Parent::None, Parent::Known);
                parent
            }
        }
    }

    /// Walks down from the crate's root, first where the file's path leads, then everywhere.
    pub(super) fn find_parent(&mut self, file: usize) -> Option<ModuleId> {
        let root = self.root_of(self.loaded[file].krate)?;
        if root.file == file {
            return None;
        }
        let target = self.loaded[file].path.clone();
        let words: Vec<String> = target
            .components()
            .map(|word| word.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned())
            .collect();
        [true, false].into_iter().find_map(|guided| {
            let mut seen = vec![root.file];
            let mut queue = vec![root];
            while let Some(module) = queue.pop() {
                let children = self.child_names(module);
                for (name, inline, path, _) in children {
                    if guided && !words.contains(&name) {
                        continue;
                    }
                    if let Some(inner) = inline {
                        queue.push(ModuleId { file: module.file, module: inner });
                    } else if let Some(child) = self.child_file(module, &name, path.as_deref()) {
                        if child == file {
                            return Some(module);
                        }
                        if !seen.contains(&child) {
                            seen.push(child);
                            queue.push(ModuleId { file: child, module: 0 });
                        }
                    }
                }
            }
            None
        })
    }

    /// The modules that a module declares: name, inline module or `#[path]`, and whether only tests have it.
    pub(super) fn child_names(&self, id: ModuleId) -> Vec<(String, Option<usize>, Option<String>, bool)> {
        let bindings = self.module(id).bindings.iter();
        let named = bindings.flat_map(|(name, all)| all.iter().map(move |binding| (name, binding)));
        let children = named.filter_map(|(name, binding)| match &binding.what {
            What::Inline(inner) => Some((name.clone(), Some(*inner), None, binding.test_only)),
            What::File(path) => Some((name.clone(), None, path.clone(), binding.test_only)),
            _ => None,
        });
        children.collect()
    }

    /// The modules that a module declares for more than tests.
    pub(super) fn children(&mut self, id: ModuleId) -> Vec<ModuleId> {
        self.modules_in(id, false)
    }

    /// The same, with those for tests where they are asked for; by name.
    pub(super) fn modules_in(&mut self, id: ModuleId, with_tests: bool) -> Vec<ModuleId> {
        let mut names = self.child_names(id);
        names.retain(|(.., test_only)| with_tests || !test_only);
        names.sort();
        let modules = names.into_iter().filter_map(|(name, inline, path, _)| match inline {
            Some(module) => Some(ModuleId { file: id.file, module }),
            None => self.child(id, &name, path.as_deref()),
        });
        modules.collect()
    }

    /// The module of `mod name;`.
    pub(crate) fn child(&mut self, id: ModuleId, name: &str, path: Option<&str>) -> Option<ModuleId> {
        let file = self.child_file(id, name, path)?;
        if let Parent::NotLookedFor = self.loaded[file].parent {
            self.loaded[file].parent = Parent::Known(id);
        }
        Some(ModuleId { file, module: 0 })
    }

    pub(super) fn child_file(&mut self, id: ModuleId, name: &str, path: Option<&str>) -> Option<usize> {
        if path.is_some() {
            return self.find_child(id, name, path);
        }
        if let Some(&known) = self.children.get(&id).and_then(|known| known.get(name)) {
            return Some(known);
        }
        let found = self.find_child(id, name, path)?;
        self.children.entry(id).or_default().insert(name.to_owned(), found);
        Some(found)
    }

    fn find_child(&mut self, id: ModuleId, name: &str, path: Option<&str>) -> Option<usize> {
        let krate = self.loaded[id.file].krate;
        let places = self.child_path(id, name, path);
        if places.iter().filter(|place| self.files.stamp(place).is_some()).count() > 1 {
            // The compiler refuses to choose.
            return None;
        }
        let found = places.into_iter().find_map(|path| self.load(krate, &path));
        if let (None, None, Parent::NotLookedFor) = (found, path, self.loaded[id.file].parent) {
            // The file may itself be declared with `#[path]`, and have its modules beside it.
            self.parent(ModuleId { file: id.file, module: 0 });
            if self.loaded[id.file].has_path {
                return self.find_child(id, name, path);
            }
        }
        if let (Some(found), Some(_)) = (found, path) {
            self.loaded[found].has_path = true;
        }
        found
    }

    /// Where the file of `mod name;` may be.
    pub(super) fn child_path(&self, id: ModuleId, name: &str, path: Option<&str>) -> Vec<PathBuf> {
        let SourceFile { krate, path: file, outline, has_path, .. } = &self.loaded[id.file];
        let (Some(folder), Some(stem)) = (file.parent(), file.file_stem()) else { return Vec::new() };
        let is_folder_of_its_own = Some(file) == self.crates[*krate].root.as_ref() || stem == "mod" || *has_path;
        let mut modules = Vec::new();
        let mut around = id.module;
        while let Some(parent) = outline.modules[around].parent {
            let module = &outline.modules[around];
            if !module.is_block {
                modules.push(module);
            }
            around = parent;
        }
        // `#[path]` counts from the file's folder; any other module from the folder named like the file.
        let mut base = folder.to_owned();
        let mut below = (!is_folder_of_its_own).then_some(stem);
        for module in modules.into_iter().rev() {
            if let Some(path) = &module.path {
                base.push(path);
                below = None;
            } else {
                base.extend(below.take());
                base.push(&module.name);
            }
        }
        if let Some(path) = path {
            return vec![clean(&base.join(path))];
        }
        base.extend(below);
        vec![clean(&base.join(format!("{name}.rs"))), clean(&base.join(name).join("mod.rs"))]
    }
}
