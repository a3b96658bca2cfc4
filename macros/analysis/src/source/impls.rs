//! The `impl` blocks of a crate, by type and trait.

use std::rc::Rc;

use super::ids::{FunctionId, ImplId, ModuleId};
use super::index::Index;
use super::krate::Impls;
use super::outline;
use crate::syntax::path::Path;

impl Index {
    pub(crate) fn implementation(&self, id: ImplId) -> &outline::Impl {
        &self.outline(id.module).impls[id.number]
    }

    /// The `impl`s of types of that name in the crate of a module. The first question reads all files of it.
    pub(crate) fn impls_of_type(&mut self, near: ModuleId, name: &str) -> Vec<ImplId> {
        let impls = self.impls(near);
        if impls.files.contains(&near.file) {
            return impls.of_type.get(name).cloned().unwrap_or_default();
        }
        // No `mod` leads to the file: it is generated, or of a target that is not known.
        let beside = self.impls_beside(near, name);
        beside.filter(|id| !self.implementation(*id).absent && !self.implementation(*id).is_trait).collect()
    }

    /// The `impl`s of traits of that name in the crate of a module; nothing if a macro may have written one.
    pub(crate) fn impls_of_trait(&mut self, near: ModuleId, name: &str) -> Option<Vec<ImplId>> {
        let impls = self.impls(near);
        (!impls.macro_words.contains(name)).then(|| impls.of_trait.get(name).cloned().unwrap_or_default())
    }

    /// The `impl`s of types of that name, and the traits, that stand in the file of a module.
    pub(crate) fn impls_beside(&self, near: ModuleId, name: &str) -> impl Iterator<Item = ImplId> {
        let named = self.outline(near).impls_by_name.get(name).into_iter().flatten();
        named.map(move |&number| self.impl_id(near, number))
    }

    fn impl_id(&self, near: ModuleId, number: usize) -> ImplId {
        let module = self.outline(near).impls[number].module;
        ImplId { module: ModuleId { file: near.file, module }, number }
    }

    /// The functions that stand in an `impl`.
    pub(crate) fn functions_in(&self, id: ImplId) -> Vec<FunctionId> {
        let block = self.implementation(id);
        block.functions.iter().map(|&function| Index::function_of(id.module, function)).collect()
    }

    /// The trait that a module declares under that name.
    pub(crate) fn declared_trait(&self, module: ModuleId, name: &str) -> Option<ImplId> {
        self.impls_beside(module, name).find(|id| id.module == module && self.implementation(*id).is_trait)
    }

    pub(crate) fn is_own(&self, module: ModuleId) -> bool {
        self.loaded[module.file].krate == 0
    }

    fn impls(&mut self, near: ModuleId) -> Rc<Impls> {
        let krate = self.loaded[near.file].krate;
        if let Some(known) = &self.crates[krate].impls {
            return known.clone();
        }
        let modules = self.load_all(krate);
        let mut impls = Impls::default();
        // In the order of the files, so that the answer does not depend on that of the questions.
        let mut files: Vec<_> = modules.iter().filter(|module| module.module == 0).copied().collect();
        files.sort_by_key(|module| module.file);
        impls.files = files.iter().map(|module| module.file).collect();
        for file in files {
            impls.macro_words.extend(self.outline(file).macro_words.iter().cloned());
            for number in 0..self.outline(file).impls.len() {
                let id = self.impl_id(file, number);
                let block = self.implementation(id);
                if block.absent || block.is_trait {
                    continue;
                }
                let last = |path: &Path| path.segments.last().cloned().unwrap_or_default();
                impls.of_type.entry(last(&block.self_type)).or_default().push(id);
                if let Some(of_trait) = &block.of_trait {
                    impls.of_trait.entry(last(of_trait)).or_default().push(id);
                }
            }
        }
        let impls = Rc::new(impls);
        self.crates[krate].impls = Some(impls.clone());
        impls
    }
}
