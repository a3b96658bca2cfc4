//! Types as written.

use syn::ext::IdentExt as _;

use crate::syntax::path::{Path, path_of};

/// A type as it is written. Plain data, kept for fields and signatures of other functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeRef {
    /// A path with the arguments of its last segment; `Fn(A, B)` has one, the tuple of what it takes.
    Path(Path, Vec<TypeRef>),
    Tuple(Vec<TypeRef>),
    /// An array or slice.
    Slice(Box<TypeRef>),
    /// `impl A + B`, `dyn A + B`: their paths with the arguments, those of associated types among them.
    Traits(Vec<TypeRef>),
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
            TypeRef::Traits(traits) => traits.iter().any(|of| match of {
                TypeRef::Path(path, _) => path.segments.last().is_some_and(|last| last == "Future"),
                _ => false,
            }),
            TypeRef::Tuple(_) | TypeRef::Slice(_) | TypeRef::Never | TypeRef::Unknown => false,
        }
    }

    /// Whether it is an iterator of a type that it does not name, as far as it says so itself.
    pub(crate) fn is_iterator(&self) -> bool {
        const ITERATORS: &[&str] = &["DoubleEndedIterator", "ExactSizeIterator", "IntoIterator", "Iterator"];
        match self {
            TypeRef::Path(path, arguments) => {
                path.segments.last().is_some_and(|last| matches!(last.as_str(), "Box" | "Option" | "Result"))
                    && arguments.first().is_some_and(TypeRef::is_iterator)
            }
            TypeRef::Traits(traits) => traits.iter().any(|of| match of {
                TypeRef::Path(path, _) => path.segments.last().is_some_and(|last| ITERATORS.contains(&last.as_str())),
                _ => false,
            }),
            TypeRef::Tuple(_) | TypeRef::Slice(_) | TypeRef::Never | TypeRef::Unknown => false,
        }
    }

    /// Whether it has the name of what tasks are joined by, or holds such a thing.
    pub(crate) fn is_handle(&self) -> bool {
        match self {
            TypeRef::Path(path, arguments) => match path.segments.last().map(String::as_str) {
                Some("AbortOnDropHandle" | "JoinHandle" | "JoinSet") => true,
                Some("Option" | "Result" | "Vec" | "VecDeque") => arguments.first().is_some_and(TypeRef::is_handle),
                _ => false,
            },
            TypeRef::Tuple(parts) => parts.iter().any(TypeRef::is_handle),
            TypeRef::Slice(_) | TypeRef::Traits(_) | TypeRef::Never | TypeRef::Unknown => false,
        }
    }

    pub(crate) fn of(written: &syn::Type) -> TypeRef {
        match written {
            syn::Type::Path(written) if written.qself.is_none() => TypeRef::of_path(&written.path),
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

    pub(crate) fn of_path(path: &syn::Path) -> TypeRef {
        TypeRef::Path(path_of(path), path.segments.last().map(arguments_of).unwrap_or_default())
    }

    /// The type before the last name of a path: `Config<Key>` of `Config::<Key>::default`.
    pub(crate) fn before_name(path: &syn::Path) -> TypeRef {
        let mut of = path_of(path);
        of.segments.pop();
        TypeRef::Path(of, path.segments.iter().nth_back(1).map(arguments_of).unwrap_or_default())
    }

    fn traits(bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>) -> TypeRef {
        TypeRef::Traits(bounds.iter().filter_map(TypeRef::of_bound).collect())
    }

    /// The parameters of a function or `impl`, with the traits that bound them there and in its `where`.
    pub(crate) fn bounds(generics: &syn::Generics) -> Vec<(String, Vec<TypeRef>)> {
        let bounded = generics.type_params().map(|parameter| {
            let mut bounds: Vec<_> = parameter.bounds.iter().filter_map(TypeRef::of_bound).collect();
            for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
                if let syn::WherePredicate::Type(predicate) = predicate
                    && let syn::Type::Path(of) = &predicate.bounded_ty
                    && of.path.is_ident(&parameter.ident)
                {
                    bounds.extend(predicate.bounds.iter().filter_map(TypeRef::of_bound));
                }
            }
            (parameter.ident.unraw().to_string(), bounds)
        });
        bounded.collect()
    }

    /// The trait that bounds a type; nothing for a lifetime.
    fn of_bound(bound: &syn::TypeParamBound) -> Option<TypeRef> {
        match bound {
            syn::TypeParamBound::Trait(bound) => Some(TypeRef::of_path(&bound.path)),
            _ => None,
        }
    }
}

fn arguments_of(segment: &syn::PathSegment) -> Vec<TypeRef> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                syn::GenericArgument::Type(argument) => Some(TypeRef::of(argument)),
                syn::GenericArgument::AssocType(argument) => Some(TypeRef::of(&argument.ty)),
                _ => None,
            });
            types.collect()
        }
        syn::PathArguments::Parenthesized(arguments) => {
            vec![TypeRef::Tuple(arguments.inputs.iter().map(|input| TypeRef::of(&input.ty)).collect())]
        }
        syn::PathArguments::None => Vec::new(),
    }
}
