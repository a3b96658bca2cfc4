//! What the declarations of types and `impl`s say, as written.

use crate::syntax::type_ref::TypeRef;

/// A struct or enum.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// Its generic parameters, but for lifetimes and constants.
    pub(crate) parameters: Vec<String>,
    /// Those of a struct.
    pub(crate) fields: Fields,
    /// A struct that is its only value.
    pub(crate) is_unit: bool,
    /// The variants of an enum, by their names.
    pub(crate) variants: Vec<(String, Fields)>,
}

impl Declared {
    /// The fields of a variant; without one those of the struct.
    pub(crate) fn fields_of(&self, variant: Option<&str>) -> Option<&Fields> {
        match variant {
            Some(variant) => self.variants.iter().find(|(name, _)| name == variant).map(|(_, fields)| fields),
            None => Some(&self.fields),
        }
    }
}

/// What a struct or a variant has in it.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// Those of a tuple by their numbers.
    pub(crate) all: Vec<(String, TypeRef)>,
    /// Those of them that may be behind a reference or a pointer.
    pub(crate) referring: Vec<String>,
}

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&TypeRef> {
        self.all.iter().find(|(known, _)| known == name).map(|(_, written)| written)
    }

    /// Whether what is in a field belongs to it.
    pub(crate) fn owns(&self, name: &str) -> bool {
        self.get(name).is_some() && !self.referring.iter().any(|known| known == name)
    }

    /// The types of those that own what is in them.
    pub(crate) fn owned(&self) -> impl Iterator<Item = &TypeRef> {
        self.all.iter().filter(|(name, _)| !self.referring.contains(name)).map(|(_, written)| written)
    }
}

/// The head of an `impl`.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Its generic parameters with the traits that bound them.
    pub(crate) parameters: Vec<(String, Vec<TypeRef>)>,
    pub(crate) self_type: Option<TypeRef>,
    pub(crate) of_trait: Option<TypeRef>,
}
