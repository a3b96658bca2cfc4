//! Types as far as the source shows them: from the written type to its meaning at that place.
//!
//! References are looked through: a method is called on `&File` as on `File`. A type that is not known is `Unknown`,
//! and nothing is ever reported for it.

use std::rc::Rc;

use crate::knowledge::catalogue;
use crate::source::{FunctionId, ModuleId};
use crate::syntax::path::Path;
use crate::syntax::type_ref::TypeRef;
use crate::types::names::Def;
use crate::types::names::prelude;

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A type of another crate, by the canonical paths that it can have, with its arguments.
    External(Rc<[String]>, Vec<Type>),
    /// A type of this crate.
    Local(ModuleId, Rc<str>, Vec<Type>),
    Tuple(Vec<Type>),
    Slice(Box<Type>),
    /// Some type that has these traits.
    Traits(Vec<Type>),
    /// Among traits: it is what this function of the crate returns.
    Made(FunctionId),
    Unknown,
}

/// Types that are filled once.
pub(crate) const CELLS: &[&str] =
    &["once_cell::sync::OnceCell", "once_cell::unsync::OnceCell", "std::cell::OnceCell", "std::sync::OnceLock"];

const COLLECTIONS: &[&str] = &[
    "bevy::ecs::prelude::Query",
    "bevy::ecs::system::Query",
    "bevy::prelude::Query",
    "bevy_ecs::prelude::Query",
    "bevy_ecs::system::Query",
    "std::collections::BTreeSet",
    "std::collections::BinaryHeap",
    "std::collections::HashSet",
    "std::collections::VecDeque",
    "std::iter::Iterator",
    "std::option::Option",
    "std::vec::Vec",
];

/// Collections of what an iterator gives.
const COLLECTED: &[&str] = &["std::collections::VecDeque", "std::vec::Vec"];

/// Traits of what can be gone through.
const ITERATORS: &[&str] = &[
    "std::iter::DoubleEndedIterator",
    "std::iter::ExactSizeIterator",
    "std::iter::IntoIterator",
    "std::iter::Iterator",
];

/// And of what gives one after the other when it is awaited.
const STREAMS: &[&str] = &[
    "futures::Stream",
    "futures::TryStream",
    "futures::stream::Stream",
    "futures::stream::TryStream",
    "futures_core::Stream",
    "futures_core::stream::Stream",
    "futures_util::Stream",
    "tokio_stream::Stream",
];

/// Stands for an iterator over another one, its first argument, with elements of the type that is its second.
pub(crate) const ADAPTED: &str = "std::iter::Map";

pub(crate) const MAPS: &[&str] = &["std::collections::BTreeMap", "std::collections::HashMap"];

impl Type {
    pub(crate) fn external(path: &str, arguments: Vec<Type>) -> Type {
        Type::External(Rc::new([path.to_owned()]), arguments)
    }

    pub(crate) fn option(of: Type) -> Type {
        Type::external("std::option::Option", vec![of])
    }

    pub(crate) fn result(of: Type) -> Type {
        Type::external("std::result::Result", vec![of])
    }

    pub(crate) fn iterator(of: Type) -> Type {
        Type::external("std::iter::Iterator", vec![of])
    }

    pub(crate) fn stream(of: Type) -> Type {
        Type::external(STREAMS[0], vec![of])
    }

    /// From what is written, where `lookup` says what a path with such arguments stands for.
    pub(crate) fn of(written: &TypeRef, lookup: &mut dyn FnMut(&Path, &[Type]) -> Option<Named>) -> Type {
        match written {
            TypeRef::Path(path, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|argument| Type::of(argument, lookup)).collect();
                match lookup(path, &arguments) {
                    Some(Named::Type(found)) => found,
                    // `io::Result<T>`, `anyhow::Result<T>`: an alias with the error filled in.
                    _ if path.segments.last().is_some_and(|last| last == "Result") => {
                        Type::external("std::result::Result", arguments)
                    }
                    // The same by another name: `RedisResult<T>`, `QueryResult<T>`.
                    Some(Named::Def(Def::External(paths)))
                        if arguments.len() == 1 && paths.iter().all(|path| path.ends_with("Result")) =>
                    {
                        Type::external("std::result::Result", arguments)
                    }
                    Some(Named::Def(Def::External(paths))) => Type::External(paths, arguments),
                    Some(Named::Def(Def::Type(module, name))) => Type::Local(module, name, arguments),
                    Some(Named::Def(_)) => Type::Unknown,
                    None => match &path.segments[..] {
                        [only] => prelude(only).map_or(Type::Unknown, |path| Type::external(path, arguments)),
                        _ => Type::Unknown,
                    },
                }
            }
            TypeRef::Tuple(elements) => Type::Tuple(elements.iter().map(|element| Type::of(element, lookup)).collect()),
            TypeRef::Slice(element) => Type::Slice(Box::new(Type::of(element, lookup))),
            TypeRef::Traits(traits) => {
                let traits = traits.iter().map(|of| Type::of(of, lookup));
                Type::Traits(traits.filter(Type::is_known).collect())
            }
            TypeRef::Never | TypeRef::Unknown => Type::Unknown,
        }
    }

    pub(crate) fn is(&self, path: &str) -> bool {
        matches!(self, Type::External(paths, _) if paths.iter().any(|found| found == path))
    }

    pub(crate) fn is_any(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.is(path))
    }

    /// Whether it is the receiving end of a channel.
    pub(crate) fn is_receiver(&self) -> bool {
        matches!(self, Type::External(paths, _) if paths.iter().any(|path| path.ends_with("Receiver")))
    }

    /// Whether it is one of several types.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self, Type::External(paths, _) if paths.len() > 1)
    }

    pub(crate) fn is_known(&self) -> bool {
        *self != Type::Unknown
    }

    /// Whether it gives one after the other when it is awaited.
    pub(crate) fn is_stream(&self) -> bool {
        self.is_any(STREAMS) || self.bound(STREAMS).is_some()
    }

    /// Whether it is what a system of bevy asks the world for.
    pub(crate) fn is_query(&self) -> bool {
        matches!(self, Type::External(paths, _) if paths.iter().any(|path| path.starts_with("bevy") && path.ends_with("::Query")))
    }

    /// Whether a method or field gives what the type holds that is used as that.
    pub(crate) fn gives_held(&self, name: &str) -> bool {
        matches!(self, Type::External(paths, _) if paths.iter().any(|path| catalogue::gives_held(path, name)))
    }

    /// What a pattern `P(x)` finds in a `P<T>` of another crate.
    pub(crate) fn only_argument(&self) -> Option<Type> {
        match self {
            Type::External(_, arguments) if arguments.len() == 1 => Some(arguments[0].clone()),
            _ => None,
        }
    }

    /// The type argument of that number.
    pub(crate) fn argument(&self, number: usize) -> Type {
        match self {
            Type::External(_, arguments) | Type::Local(_, _, arguments) => {
                arguments.get(number).cloned().unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    /// A `Result` with some other error.
    pub(crate) fn with_unknown_error(&self) -> Type {
        match self {
            Type::External(paths, arguments) if arguments.len() > 1 => {
                Type::External(paths.clone(), arguments[..1].to_vec())
            }
            other => other.clone(),
        }
    }

    /// What it holds, where a method that it does not have is looked for next.
    pub(crate) fn dereferenced(&self) -> Option<Type> {
        match self {
            Type::External(paths, _) => {
                paths.iter().find_map(|path| catalogue::used_as(path)).map(|number| self.argument(number))
            }
            _ => self.bound(&["std::ops::Deref", "std::ops::DerefMut"]),
        }
    }

    /// The type on which its methods are also found, as the catalogue says: `Path` for `PathBuf`.
    pub(crate) fn used_as_listed(&self) -> Option<Type> {
        let Type::External(paths, _) = self else { return None };
        paths.iter().find_map(|path| catalogue::derefs_to(path)).map(|of| Type::external(of, Vec::new()))
    }

    /// What one of these traits says of a type that has it: `Path` for `AsRef<Path>`. Nothing where two of the bounds
    /// are among them.
    fn bound(&self, traits: &[&str]) -> Option<Type> {
        let Type::Traits(bounds) = self else { return None };
        let mut said = bounds.iter().filter(|bound| bound.is_any(traits)).map(|bound| bound.argument(0));
        said.next().filter(|only| only.is_known() && said.next().is_none())
    }

    /// What a method gives that a type has by a trait which says so: `as_ref` of `AsRef<Path>`.
    pub(crate) fn converted(&self, method: &str) -> Option<Type> {
        match method {
            "as_ref" => self.bound(&["std::convert::AsRef"]),
            "as_mut" => self.bound(&["std::convert::AsMut"]),
            "borrow" => self.bound(&["std::borrow::Borrow", "std::borrow::BorrowMut"]),
            "borrow_mut" => self.bound(&["std::borrow::BorrowMut"]),
            "into" => self.bound(&["std::convert::Into"]),
            "try_into" => self.bound(&["std::convert::TryInto"]).map(Type::result),
            _ => None,
        }
    }

    /// What `?`, `unwrap` or a pattern `Some(..)` or `Ok(..)` finds in it.
    ///
    /// What the catalogue says to make a value may make it inside `Option` or `Result`, so any other type is itself.
    pub(crate) fn unwrapped(&self) -> Type {
        if self.is_any(&["std::option::Option", "std::result::Result"]) { self.argument(0) } else { self.clone() }
    }

    /// What a loop over it, or an index into it, gives.
    pub(crate) fn element(&self) -> Type {
        match self {
            Type::Slice(element) => (**element).clone(),
            Type::External(..) if self.is("std::fs::ReadDir") => Type::external("std::fs::DirEntry", Vec::new()),
            Type::External(_, arguments) if self.is_any(MAPS) && arguments.len() >= 2 => {
                Type::Tuple(arguments[..2].to_vec())
            }
            Type::External(..) if self.is_any(COLLECTIONS) || self.is_any(STREAMS) => self.argument(0),
            Type::External(_, arguments) if self.is(ADAPTED) => arguments.get(1).cloned().unwrap_or(Type::Unknown),
            Type::Traits(_) => self.bound(ITERATORS).or_else(|| self.bound(STREAMS)).unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }

    /// The same, where it is what a function of the crate returns that does not name it.
    pub(crate) fn made_by(self, function: FunctionId) -> Type {
        match self {
            Type::Traits(mut traits) => {
                traits.push(Type::Made(function));
                Type::Traits(traits)
            }
            Type::External(paths, arguments) => {
                Type::External(paths, arguments.into_iter().map(|of| of.made_by(function)).collect())
            }
            is => is,
        }
    }

    /// `Vec<_>`, where the elements are known that fill it.
    pub(crate) fn filled(self, element: Type) -> Type {
        match self {
            Type::External(paths, arguments)
                if arguments == [Type::Unknown] && paths.iter().all(|path| COLLECTED.contains(&path.as_str())) =>
            {
                Type::External(paths, vec![element])
            }
            is => is,
        }
    }

    /// The function of the crate that returns it without naming it.
    pub(crate) fn maker(&self) -> Option<FunctionId> {
        let Type::Traits(traits) = self else { return None };
        traits.iter().find_map(|of| match of {
            Type::Made(function) => Some(*function),
            _ => None,
        })
    }

    /// The type behind all that is transparent.
    pub(crate) fn bare(&self) -> Type {
        let mut found = self.clone();
        while let Some(inner) = found.dereferenced() {
            found = inner;
        }
        found
    }
}

/// What a path in a type stands for.
pub(crate) enum Named {
    Def(Def),
    /// An alias of this crate, with its own arguments.
    Type(Type),
}
