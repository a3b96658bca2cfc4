//! What the declarations of types and `impl`s say, as written.

use crate::syntax::type_ref::TypeRef;

/// A struct or enum.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// Its generic parameters, but for lifetimes and constants.
    pub(crate) parameters: Vec<String>,
    /// The fields of a struct, those of a tuple struct by their numbers.
    pub(crate) fields: Vec<(String, TypeRef)>,
    /// Those of them that may be behind a reference or a pointer.
    pub(crate) referring: Vec<String>,
    /// A struct that is its only value.
    pub(crate) is_unit: bool,
    /// The variants of an enum.
    pub(crate) variants: Vec<String>,
}

/// The head of an `impl`.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Its generic parameters with the traits that bound them.
    pub(crate) parameters: Vec<(String, Vec<TypeRef>)>,
    pub(crate) self_type: Option<TypeRef>,
    pub(crate) of_trait: Option<TypeRef>,
}
