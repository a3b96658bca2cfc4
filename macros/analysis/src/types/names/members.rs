//! The methods of types and traits of the crate: inherent ones, those that traits give, and those that traits declare.

use super::{Def, Namespace, Resolution, Resolver};
use crate::source::outline::Impl;
use crate::source::{FunctionId, ImplId, Index, ModuleId};
use crate::syntax::kind::Kind;
use crate::syntax::path::Path;

impl Resolver<'_> {
    /// What `Self` means in an `impl` of this module.
    pub(crate) fn associated_type(&mut self, module: ModuleId, owner: usize) -> Option<Def> {
        let path = self.index.outline(module).impls[owner].self_type.clone();
        match self.resolve(module, &path, Namespace::Type) {
            Resolution::Def(def) => Some(def),
            Resolution::Unsure | Resolution::Nothing => None,
        }
    }

    /// The function that a name of a type of this crate leads to: an inherent one, else the only one that a trait
    /// gives it; of a trait that of its only `impl`. `via` is the last name of the trait it must come from.
    pub(crate) fn associated(
        &mut self,
        module: ModuleId,
        type_name: &str,
        function: &str,
        via: Option<&str>,
    ) -> Option<FunctionId> {
        if let Some(of_trait) = self.index.declared_trait(module, type_name) {
            return self.of_trait(of_trait, module, type_name, function);
        }
        if via.is_none() {
            // Most types have their methods beside them, and no other file needs to be read for those.
            let beside: Vec<_> = self.index.impls_beside(module, type_name).collect();
            let mut inherent = Vec::new();
            for id in beside {
                let block = self.index.implementation(id);
                if block.of_trait.is_none() && self.is_for(id, module, type_name) {
                    inherent.extend(self.function_in(id, function));
                }
            }
            match inherent[..] {
                [only] => return Some(only),
                [_, _, ..] => return None,
                [] => {}
            }
        }
        let (mut inherent, mut of_traits) = (Vec::new(), Vec::new());
        // A type may have traits in its own crate, and in the one that is being compiled.
        for id in self.impls_for(module, type_name) {
            if !self.is_for(id, module, type_name) {
                continue;
            }
            let of_trait = self.index.implementation(id).of_trait.clone();
            let own = self.function_in(id, function);
            match of_trait {
                None => inherent.extend(own),
                Some(path) if via.is_none_or(|via| path.segments.last().is_some_and(|last| last == via)) => {
                    of_traits.extend(own.or_else(|| self.default_of(id.module, &path, function)));
                }
                Some(_) => {}
            }
        }
        match (&inherent[..], &of_traits[..]) {
            ([only], _) if via.is_none() => Some(*only),
            ([], [only]) => Some(*only),
            (_, [only]) if via.is_some() => Some(*only),
            _ => None,
        }
    }

    /// The only `impl` of a trait, by its last name, for a type of this crate.
    pub(crate) fn implementation_of(&mut self, module: ModuleId, type_name: &str, of_trait: &str) -> Option<ImplId> {
        let mut found = None;
        for id in self.impls_for(module, type_name) {
            let block = self.index.implementation(id);
            let is_it =
                block.of_trait.as_ref().is_some_and(|path| path.segments.last().is_some_and(|last| last == of_trait));
            if is_it && !block.absent && self.is_for(id, module, type_name) && found.replace(id).is_some() {
                return None;
            }
        }
        found.filter(|id| !self.index.implementation(*id).doubtful)
    }

    /// The only `impl` that gives a type of this crate a constant of that name: an inherent one, else that of a trait.
    pub(crate) fn constant_of(&mut self, module: ModuleId, type_name: &str, constant: &str) -> Option<ImplId> {
        let (mut inherent, mut of_traits) = (Vec::new(), Vec::new());
        for id in self.impls_for(module, type_name) {
            let block = self.index.implementation(id);
            let is_in_it = block.constants.iter().any(|(name, _)| name == constant);
            let of = if block.of_trait.is_none() { &mut inherent } else { &mut of_traits };
            if is_in_it && self.is_for(id, module, type_name) {
                of.push(id);
            }
        }
        match (&inherent[..], &of_traits[..]) {
            ([only], _) | ([], [only]) => Some(*only),
            _ => None,
        }
    }

    /// The `impl`s of types of that name. Those in the bodies of functions stand in no list of the crate's.
    pub(super) fn impls_for(&mut self, module: ModuleId, type_name: &str) -> Vec<ImplId> {
        let mut all = self.index.impls_of_type(module, type_name);
        if self.index.module(module).is_block {
            let beside: Vec<_> = self.index.impls_beside(module, type_name).collect();
            all.extend(beside.into_iter().filter(|id| !all.contains(id)).collect::<Vec<_>>());
        }
        all
    }

    /// Whether an `impl` is for a type of this crate.
    pub(super) fn is_for(&mut self, id: ImplId, module: ModuleId, type_name: &str) -> bool {
        let block = self.index.implementation(id);
        let fits =
            !block.is_trait && !block.absent && block.self_type.segments.last().is_some_and(|last| last == type_name);
        // What is a parameter of the block is no type of that name.
        let is_parameter = block.self_type.segments.len() == 1 && block.generics.iter().any(|name| name == type_name);
        fits && !is_parameter && self.stands_for(id.module, id, |block| Some(&block.self_type), module, type_name)
    }

    /// The method of a trait that a type without a method of its own gets.
    pub(super) fn default_of(&mut self, module: ModuleId, of_trait: &Path, function: &str) -> Option<FunctionId> {
        let Resolution::Def(Def::Type(module, name)) = self.resolve(module, of_trait, Namespace::Type) else {
            return None;
        };
        let declared = self.index.declared_trait(module, &name)?;
        self.function_in(declared, function).filter(|id| self.index.function(*id).body.is_some())
    }

    /// The function that a method of a trait can only be: of the only `impl` in the crate, or the trait's own where
    /// none has another one.
    pub(super) fn of_trait(
        &mut self,
        of_trait: ImplId,
        module: ModuleId,
        name: &str,
        function: &str,
    ) -> Option<FunctionId> {
        let declared = self.function_in(of_trait, function)?;
        let default = Some(declared).filter(|id| self.index.function(*id).body.is_some());
        if self.index.implementation(of_trait).absent {
            return None;
        }
        if !self.index.is_own(module) {
            return self.of_foreign_trait(module, name, function, default);
        }
        let mut implementing = Vec::new();
        for id in self.index.impls_of_trait(module, name)? {
            if self.is_of_trait(id, module, name) {
                implementing.push(id);
            }
        }
        let doubtful = implementing.iter().any(|id| self.index.implementation(*id).doubtful);
        let own: Vec<_> = implementing.iter().filter_map(|id| self.function_in(*id, function)).collect();
        match (&implementing[..], &own[..]) {
            ([], _) => None,
            ([_], [only]) if !doubtful => Some(*only),
            (_, []) => default,
            _ => None,
        }
    }

    /// The same of a trait of a dependency. Of the crates that implement it only this one and its own dependencies are in
    /// sight, and of those the `impl`s that have a method of that name.
    fn of_foreign_trait(
        &mut self,
        module: ModuleId,
        name: &str,
        function: &str,
        default: Option<FunctionId>,
    ) -> Option<FunctionId> {
        let mut found = Vec::new();
        for method in self.index.methods_named(function).iter() {
            let (of, owner) = self.index.scope_of(*method);
            let Some(number) = owner else { continue };
            let id = ImplId { module: of, number };
            let block = self.index.implementation(id);
            if !block.is_trait && !block.absent && self.is_of_trait(id, module, name) {
                found.push((*method, self.index.implementation(id).doubtful));
            }
        }
        let root = self.index.own_root()?;
        match found[..] {
            // A macro may write more of them.
            _ if self.index.impls_of_trait(root, name).is_none() => None,
            [] => default,
            [(only, false)] if default.is_none() => Some(only),
            _ => None,
        }
    }

    /// Whether an `impl` is of a trait of this crate or a dependency. What passes calls on to what it holds is not counted.
    fn is_of_trait(&mut self, id: ImplId, module: ModuleId, name: &str) -> bool {
        let of = self.index.implementation(id).self_type.segments.last();
        let passes_on = of.is_some_and(|of| matches!(of.as_str(), "Arc" | "Box" | "Rc"));
        !passes_on && self.stands_for(id.module, id, |block| block.of_trait.as_ref(), module, name)
    }

    /// A function of all the `impl`s of a trait, by its last name, for a type of this crate; nothing if one of those is not
    /// surely there.
    pub(crate) fn functions_of(
        &mut self,
        module: ModuleId,
        type_name: &str,
        of_trait: &str,
        function: &str,
    ) -> Vec<(ImplId, FunctionId)> {
        let mut found = Vec::new();
        for id in self.impls_for(module, type_name) {
            let block = self.index.implementation(id);
            let is_it =
                block.of_trait.as_ref().is_some_and(|path| path.segments.last().is_some_and(|last| last == of_trait));
            if is_it && !block.absent && self.is_for(id, module, type_name) {
                if self.index.implementation(id).doubtful {
                    return Vec::new();
                }
                found.extend(self.function_in(id, function).map(|function| (id, function)));
            }
        }
        found
    }

    /// What a trait of this crate declares under that name, whoever implements it.
    pub(crate) fn declared_in_trait(&mut self, module: ModuleId, name: &str, function: &str) -> Option<FunctionId> {
        let declared = self.index.declared_trait(module, name)?;
        self.function_in(declared, function)
    }

    /// The kind of a function: its own, or that of the trait's declaration. There only `blocking` counts for those who
    /// call it; of the other kinds each implementation says what it does.
    pub(crate) fn kind_of(&mut self, function: FunctionId) -> Option<Kind> {
        let (module, owner) = self.index.scope_of(function);
        let known = self.index.function(function);
        let (marker, name) = (known.marker, known.name.clone());
        let of_trait = owner.and_then(|owner| self.index.outline(module).impls[owner].of_trait.clone());
        let (None, Some(of_trait)) = (marker, of_trait) else { return marker };
        let Resolution::Def(Def::Type(module, of_trait)) = self.resolve(module, &of_trait, Namespace::Type) else {
            return None;
        };
        let declared = self.declared_in_trait(module, &of_trait, &name)?;
        self.index.function(declared).marker.filter(|kind| *kind == Kind::Blocking)
    }

    /// The functions that a method of a trait of this crate can be; nothing where some may not be in sight.
    pub(crate) fn implementations(&mut self, declared: FunctionId) -> Vec<FunctionId> {
        let (module, owner) = self.index.scope_of(declared);
        let Some(owner) = owner.filter(|_| self.index.is_own(module)) else { return Vec::new() };
        let of_trait = &self.index.outline(module).impls[owner];
        let Some(of_trait) = of_trait.self_type.segments.last().filter(|_| of_trait.is_trait).cloned() else {
            return Vec::new();
        };
        let name = self.index.function(declared).name.clone();
        let default = self.index.function(declared).body.is_some().then(|| declared.itself());
        let mut all = Vec::new();
        for id in self.index.impls_of_trait(module, &of_trait).unwrap_or_default() {
            if !self.index.implementation(id).absent
                && self.stands_for(id.module, id, |block| block.of_trait.as_ref(), module, &of_trait)
            {
                match self.function_in(id, &name).or(default) {
                    Some(function) => all.push(function),
                    // A macro writes it.
                    None => return Vec::new(),
                }
            }
        }
        all
    }

    /// Whether a path of an `impl` stands for a type or trait of this crate.
    pub(super) fn stands_for(
        &mut self,
        from: ModuleId,
        id: ImplId,
        path: impl Fn(&Impl) -> Option<&Path>,
        module: ModuleId,
        name: &str,
    ) -> bool {
        let Some(path) = path(self.index.implementation(id)).cloned() else { return false };
        match Resolver::new(self.index).resolve(from, &path, Namespace::Type) {
            Resolution::Def(Def::Type(of, found)) => of == module && *found == *name,
            _ => false,
        }
    }

    /// The only function of that name in an `impl`.
    pub(super) fn function_in(&self, id: ImplId, function: &str) -> Option<FunctionId> {
        let outline = self.index.outline(id.module);
        let mut found =
            outline.impls[id.number].functions.iter().filter(|&&index| outline.functions[index].name == function);
        match (found.next(), found.next()) {
            (Some(&only), None) => Some(Index::function_of(id.module, only)),
            _ => None,
        }
    }
}
