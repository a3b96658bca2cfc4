//! Types as they are written.

use crate::syntax::path::{Path, path_of};

/// A type as it is written. Plain data, kept for fields and signatures of other functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeRef {
    /// A path with the arguments of its last segment.
    Path(Path, Vec<TypeRef>),
    Tuple(Vec<TypeRef>),
    /// An array or slice.
    Slice(Box<TypeRef>),
    /// `impl A + B`, `dyn A + B`
    Traits(Vec<Path>),
    /// `!`
    Never,
    Unknown,
}

impl TypeRef {
    /// Whether it is a future, as far as it says so itself.
    pub(crate) fn is_future(&self) -> bool {
        match self {
            TypeRef::Path(path, arguments) => match path.segments.last().map(String::as_str) {
                Some("BoxFuture" | "LocalBoxFuture") => true,
                Some("Pin" | "Box") => arguments.first().is_some_and(TypeRef::is_future),
                _ => false,
            },
            TypeRef::Traits(paths) => {
                paths.iter().any(|path| path.segments.last().is_some_and(|last| last == "Future"))
            }
            TypeRef::Tuple(_) | TypeRef::Slice(_) | TypeRef::Never | TypeRef::Unknown => false,
        }
    }

    pub(crate) fn of(written: &syn::Type) -> TypeRef {
        match written {
            syn::Type::Path(written) if written.qself.is_none() => {
                let arguments = written.path.segments.last().map(|last| &last.arguments);
                let mut types = Vec::new();
                if let Some(syn::PathArguments::AngleBracketed(arguments)) = arguments {
                    types.extend(arguments.args.iter().filter_map(|argument| match argument {
                        syn::GenericArgument::Type(argument) => Some(TypeRef::of(argument)),
                        _ => None,
                    }));
                }
                TypeRef::Path(path_of(&written.path), types)
            }
            syn::Type::Reference(written) => TypeRef::of(&written.elem),
            syn::Type::Paren(written) => TypeRef::of(&written.elem),
            syn::Type::Group(written) => TypeRef::of(&written.elem),
            syn::Type::Tuple(written) => TypeRef::Tuple(written.elems.iter().map(TypeRef::of).collect()),
            syn::Type::Array(written) => TypeRef::Slice(Box::new(TypeRef::of(&written.elem))),
            syn::Type::Slice(written) => TypeRef::Slice(Box::new(TypeRef::of(&written.elem))),
            syn::Type::ImplTrait(written) => TypeRef::traits(&written.bounds),
            syn::Type::TraitObject(written) => TypeRef::traits(&written.bounds),
            syn::Type::Never(_) => TypeRef::Never,
            _ => TypeRef::Unknown,
        }
    }

    fn traits(bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>) -> TypeRef {
        let paths = bounds.iter().filter_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => Some(path_of(&bound.path)),
            _ => None,
        });
        TypeRef::Traits(paths.collect())
    }
}
