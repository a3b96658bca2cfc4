//! What traits of the crate give to types of other crates: `impl Store for PathBuf`.

use super::{Name, Scope};
use crate::source::{FunctionId, ImplId};
use crate::syntax::path::Path;
use crate::types::names::{Def, Namespace, Resolution, Resolver};
use crate::types::ty::Type;

impl Scope<'_> {
    /// The method of that name that traits of this crate give to a type of another one, if it can be only one; with a
    /// trait, the one that this gives it.
    pub(crate) fn given_to(&mut self, of: &Type, name: &str, via: Option<&Def>) -> Option<FunctionId> {
        // What is transparent may have the method from what it holds.
        if !matches!(of, Type::External(paths, _) if paths.len() == 1) || of.dereferenced().is_some() {
            return None;
        }
        let mut at = Some(of.clone());
        while let Some(of) = at {
            match &self.all_given_to(&of, name, via)[..] {
                [] => at = of.used_as_listed().or_else(|| text_of(&of)).filter(|next| *next != of),
                [only] => return Some(*only),
                _ => return None,
            }
        }
        None
    }

    fn all_given_to(&mut self, of: &Type, name: &str, via: Option<&Def>) -> Vec<FunctionId> {
        let (mut found, mut is_sure) = (Vec::new(), true);
        for method in self.methods_in_sight(of, name) {
            let (module, owner) = self.index.scope_of(method);
            let Some(number) = owner else { continue };
            let id = ImplId { module, number };
            let block = self.index.implementation(id);
            if !block.is_trait && !block.absent && self.is_given_to(id, of, via) {
                is_sure &= !self.index.implementation(id).doubtful;
                found.push(method);
            }
        }
        if is_sure { found } else { Vec::new() }
    }

    /// The methods of that name: those of the crate, and those that stand in the bodies of functions in this file.
    fn methods_in_sight(&mut self, of: &Type, name: &str) -> Vec<FunctionId> {
        let (Some(here), Type::External(paths, _)) = (self.here, of) else { return Vec::new() };
        let mut all = self.index.methods_named(name).to_vec();
        let beside: Vec<_> = self.index.impls_beside(here.module, last_name(&paths[0])).collect();
        for id in beside.into_iter().filter(|id| self.index.module(id.module).is_block) {
            let functions = self.index.functions_in(id);
            all.extend(functions.into_iter().filter(|function| self.index.function(*function).name == name));
        }
        all.sort_by_key(|function| function.number());
        all.dedup();
        all
    }

    /// Whether an `impl` is that of a trait of this crate, in sight here, for a type of another one.
    fn is_given_to(&mut self, id: ImplId, of: &Type, via: Option<&Def>) -> bool {
        let Type::External(paths, arguments) = of else { return false };
        let block = self.index.implementation(id);
        let named = block.self_type.segments.last();
        let (Some(named), Some(of_trait)) = (named, block.of_trait.clone()) else { return false };
        // An alias has another name, and is left alone.
        if named != last_name(&paths[0]) || block.generics.contains(named) {
            return false;
        }
        let Some(written) = self.index.head(id).self_type.clone() else { return false };
        let found = Resolver::new(self.index).resolve(id.module, &of_trait, Namespace::Type);
        let Resolution::Def(found @ Def::Type(..)) = found else { return false };
        if via.is_some_and(|via| *via != found) || !self.is_in_sight(&found) {
            return false;
        }
        self.fuel = 64;
        match self.type_in_impl(id.module, Some(id.number), &[], &written) {
            Type::External(known, held) => {
                known == *paths && held.iter().zip(arguments).all(|(one, other)| may_be_same(one, other))
            }
            _ => false,
        }
    }

    /// Whether a trait may be in scope: one of a block is so only there.
    fn is_in_sight(&mut self, of_trait: &Def) -> bool {
        let Def::Type(module, name) = of_trait else { return false };
        if !self.is_trait(*module, name) {
            return false;
        }
        if !self.index.module(*module).is_block {
            return true;
        }
        let path = Path { absolute: false, segments: vec![name.to_string()] };
        matches!(self.resolve(&path, Namespace::Type), Name::Def(def) if def == *of_trait)
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The methods of `str` are also found on `String`.
fn text_of(of: &Type) -> Option<Type> {
    of.is("std::string::String").then(|| Type::external("str", Vec::new()))
}

/// Whether two types may be one, as far as they are known.
fn may_be_same(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::External(paths, held), Type::External(others, more)) => {
            paths.iter().any(|path| others.contains(path))
                && held.iter().zip(more).all(|(one, other)| may_be_same(one, other))
        }
        (Type::Local(module, name, _), Type::Local(of, other, _)) => module == of && name == other,
        (Type::Unknown | Type::Traits(_), _) | (_, Type::Unknown | Type::Traits(_)) => true,
        _ => one == other,
    }
}
