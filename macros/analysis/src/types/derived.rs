//! What a function of a trait calls on a type: the type's own, or where the type derives the trait those of its fields.

use std::rc::Rc;

use super::lookup::STEPS;
use super::scope::Scope;
use super::ty::Type;
use crate::source::{FunctionId, ModuleId};

/// Types of which `default` makes what they hold.
const DEFAULTED: &[&str] = &[
    "std::boxed::Box",
    "std::cell::RefCell",
    "std::rc::Rc",
    "std::sync::Arc",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "tokio::sync::Mutex",
    "tokio::sync::RwLock",
];

/// The functions that `of_trait::name` runs on a type. Of an enum it is not known which of its variants is there, and
/// of a collection not whether anything is.
pub(crate) fn functions(scope: &mut Scope<'_>, of: &Type, of_trait: &str, name: &str) -> Vec<FunctionId> {
    if !scope.has_methods(name) {
        return Vec::new();
    }
    let mut search = Search { of_trait, name, seen: Vec::new(), found: Vec::new() };
    search.within(scope, of);
    search.found
}

struct Search<'s> {
    of_trait: &'s str,
    name: &'s str,
    seen: Vec<(ModuleId, Rc<str>)>,
    found: Vec<FunctionId>,
}

impl Search<'_> {
    fn within(&mut self, scope: &mut Scope<'_>, of: &Type) {
        match of {
            Type::Local(module, name, arguments) => {
                let key = (*module, name.clone());
                if self.seen.len() >= STEPS || self.seen.contains(&key) {
                    return;
                }
                if let Some(own) = scope.function_of_trait(of, self.of_trait, self.name) {
                    if !self.found.contains(&own) {
                        self.found.push(own);
                    }
                } else if scope.derives(*module, name, self.of_trait) {
                    self.seen.push(key);
                    // A reference is copied, not what it refers to.
                    let fields = if self.of_trait == "Clone" {
                        scope.types_of_owned_fields(*module, name, arguments, None).to_vec()
                    } else {
                        scope.types_of_fields(*module, name, arguments)
                    };
                    for field in fields {
                        self.within(scope, &field);
                    }
                    self.seen.pop();
                }
            }
            Type::External(..) if self.holds(of) => self.within(scope, &of.argument(0)),
            Type::Tuple(elements) => elements.iter().for_each(|element| self.within(scope, element)),
            _ => {}
        }
    }

    /// Whether the function runs on what a type of another crate holds.
    fn holds(&self, of: &Type) -> bool {
        match self.of_trait {
            "Clone" => of.is("std::boxed::Box"),
            "Default" => of.is_any(DEFAULTED),
            _ => of.is_any(&["std::boxed::Box", "std::rc::Rc", "std::sync::Arc"]),
        }
    }
}
