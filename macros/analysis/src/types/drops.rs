//! Which types block when a value of them is dropped.

use std::rc::Rc;

use crate::knowledge::catalogue::{self, Dropping};
use crate::source::{FunctionId, ModuleId};
use crate::types::scope::Scope;
use crate::types::ty::Type;

/// What runs where a value is dropped, and may block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destructor {
    /// `Drop::drop` of a type of this crate, with the name of the type.
    Local(FunctionId, Rc<str>),
    /// A type of another crate that the catalogue lists.
    Listed(Dropping),
}

/// Types that own what they hold, and drop it with themselves.
const OWNERS: &[&str] = &[
    "parking_lot::Mutex",
    "parking_lot::RwLock",
    "std::boxed::Box",
    "std::cell::Cell",
    "std::cell::RefCell",
    "std::collections::BTreeMap",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::collections::VecDeque",
    "std::option::Option",
    "std::result::Result",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::vec::Vec",
    "tokio::sync::Mutex",
    "tokio::sync::RwLock",
];

/// How deep types are looked into.
const DEPTH: usize = 5;

/// What runs where a value of a type is dropped.
pub(crate) fn destructors(scope: &mut Scope<'_>, of: &Type) -> Vec<Destructor> {
    let mut found = Vec::new();
    within(scope, of, &mut Vec::new(), &mut found);
    found
}

fn within(scope: &mut Scope<'_>, of: &Type, seen: &mut Vec<(ModuleId, Rc<str>)>, found: &mut Vec<Destructor>) {
    match of {
        Type::External(paths, arguments) => {
            let [path] = &paths[..] else { return };
            if let Some(listed) = catalogue::dropping(path) {
                found.push(Destructor::Listed(listed));
            } else if OWNERS.contains(&path.as_str()) {
                for argument in arguments {
                    within(scope, argument, seen, found);
                }
            }
        }
        Type::Local(module, name, arguments) => {
            let key = (*module, name.clone());
            if seen.len() >= DEPTH || seen.contains(&key) {
                return;
            }
            seen.push(key);
            if let Some(function) = scope.method(*module, name, "drop", Some("Drop")) {
                found.push(Destructor::Local(function, name.clone()));
            }
            for field in scope.types_of_owned_fields(*module, name, arguments, None).iter() {
                within(scope, field, seen, found);
            }
            within_variants(scope, (*module, name, arguments), seen, found);
            seen.pop();
        }
        Type::Tuple(elements) => elements.iter().for_each(|element| within(scope, element, seen, found)),
        Type::Slice(element) => within(scope, element, seen, found),
        Type::Traits(_) | Type::Made(_) | Type::Unknown => {}
    }
}

/// What an enum may hold. One that is part of something else mostly holds what its other variants do, if those hold
/// nothing to wait for.
fn within_variants(
    scope: &mut Scope<'_>,
    (module, name, arguments): (ModuleId, &Rc<str>, &[Type]),
    seen: &mut Vec<(ModuleId, Rc<str>)>,
    found: &mut Vec<Destructor>,
) {
    let mut all = Vec::new();
    for variant in &scope.variants_of(module, name) {
        let mut held = Vec::new();
        for field in scope.types_of_owned_fields(module, name, arguments, Some(variant)).iter() {
            within(scope, field, seen, &mut held);
        }
        if seen.len() > 1 && held.is_empty() {
            return;
        }
        all.extend(held);
    }
    found.extend(all);
}
