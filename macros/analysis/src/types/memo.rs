//! What declarations of the crate mean, kept: each use of a type asks again.

use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;

use crate::source::{FunctionId, ModuleId};
use crate::syntax::quick::HashMap;
use crate::types::ty::Type;

/// A type of the crate, or one of its variants.
pub(crate) type Part = (ModuleId, Rc<str>, Option<Box<str>>);

/// What is kept, of what has no parameters that the use of it would give.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// The types of the fields that it owns.
    pub(crate) owned: Kept<Part, Rc<[Type]>>,
    /// The type of a field.
    pub(crate) fields: Kept<(Part, Box<str>), Type>,
    pub(crate) outputs: Kept<FunctionId, Type>,
    pub(crate) inputs: Kept<FunctionId, Vec<Type>>,
}

/// A table of answers.
#[derive(Debug)]
pub(crate) struct Kept<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Kept(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key).cloned()
    }

    /// Keeps an answer, and gives it back.
    pub(crate) fn keep(&self, key: K, answer: V) -> V {
        self.0.borrow_mut().insert(key, answer.clone());
        answer
    }
}
