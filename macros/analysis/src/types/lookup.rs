//! What a method is on a receiver: an entry of the catalogue, a function of the crate, or nothing that blocks.

use crate::knowledge::catalogue;
use crate::source::{FunctionId, ModuleId};
use crate::types::blocks::blocks_on;
use crate::types::iterate;
use crate::types::scope::Scope;
use crate::types::ty::{MAPS, Type};

/// What a method on a receiver is.
#[derive(Debug)]
pub(crate) enum Method {
    /// It blocks.
    Blocks(catalogue::Entry),
    /// A function of this crate.
    Local(FunctionId),
    /// One of those that a trait of this crate declares like that.
    Declared(FunctionId),
    /// The type is known and the method is none that blocks.
    Fine,
    Unknown,
}

/// Through how many types a method is looked for: one may be what another holds, and the other way round.
pub(crate) const STEPS: usize = 8;

/// What a method of that name is on a receiver of that type.
pub(crate) fn method(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Method {
    let mut at = receiver.clone();
    for _ in 0..STEPS {
        // That of an `Arc` is not that of what it holds.
        if let ("clone", Type::External(paths, _)) = (name, &at) {
            let listed = paths.iter().find_map(|path| scope.known().project.associated(path, name));
            return listed.map_or(Method::Fine, Method::Blocks);
        }
        match method_on(scope, &at, name) {
            found @ (Method::Fine | Method::Unknown) => match scope.dereferenced(&at) {
                Some(inner) => at = inner,
                None => return found,
            },
            found => return found,
        }
    }
    Method::Unknown
}

pub(crate) fn method_on(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Method {
    if let Some(entry) = parallel(scope, receiver, name) {
        return Method::Blocks(entry);
    }
    match receiver {
        Type::External(paths, _) => {
            let entry = paths.iter().find_map(|path| blocks_on(scope, receiver, path, name));
            if let Some(entry) = entry.or_else(|| iterate::taken(scope, receiver, name)) {
                return Method::Blocks(entry);
            }
            match scope.given_to(receiver, name, None) {
                Some(function) => Method::Local(function),
                // Of a type that the catalogue does not know only the name may tell.
                None if paths.iter().any(|path| catalogue::lists_type(path)) => Method::Fine,
                None if scope.known().project.proven_by_name(name).is_some() || name == RESOLVES => Method::Unknown,
                None => Method::Fine,
            }
        }
        Type::Local(module, own, _) => match scope.known().method(*module, own, name) {
            Some(entry) => Method::Blocks(entry),
            None => own_method(scope, *module, own, name),
        },
        // `(host, port).to_socket_addrs()` asks for the host's address.
        Type::Tuple(elements) => match elements.first() {
            Some(Type::External(paths, _)) => {
                let resolves = paths.iter().any(|path| scope.known().project.associated(path, RESOLVES).is_some());
                let entry = scope.known().project.call("std::net::ToSocketAddrs::to_socket_addrs");
                match entry.filter(|_| resolves && name == RESOLVES) {
                    Some(entry) => Method::Blocks(entry),
                    None => Method::Fine,
                }
            }
            _ => Method::Unknown,
        },
        Type::Traits(traits) => method_of_traits(scope, receiver, traits, name),
        Type::Slice(_) => Method::Fine,
        Type::Made(_) | Type::Unknown => Method::Unknown,
    }
}

/// What `rayon` gives to nearly every type: `par_iter`, `par_sort`. No other crate has methods of these names that wait
/// for it, so the name will do, but for what a type has itself.
fn parallel(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Option<catalogue::Entry> {
    if !name.starts_with("par_") && name != "into_par_iter" || !scope.uses_crate("rayon") {
        return None;
    }
    let may_be_own = match receiver {
        Type::External(..) => receiver.is_query(),
        Type::Slice(_) | Type::Tuple(_) => false,
        _ => scope.has_methods(name),
    };
    let is_of_rayon = |entry: &catalogue::Entry| entry.path.starts_with("rayon::") && entry.trait_path().is_some();
    scope.known().project.named(name).find(is_of_rayon).filter(|_| !may_be_own)
}

/// The method that asks for the address of a name.
const RESOLVES: &str = "to_socket_addrs";

/// The entry for `to_socket_addrs`, which asks for the address of a name on any receiver but an address.
pub(crate) fn resolving(scope: &Scope<'_>, receiver: &Type, name: &str) -> Option<catalogue::Entry> {
    const ADDRESSES: &[&str] = &["std::net::SocketAddr", "std::net::SocketAddrV4", "std::net::SocketAddrV6"];
    let may_resolve = match receiver.bare() {
        of @ Type::External(..) => !of.is_any(ADDRESSES),
        Type::Tuple(_) | Type::Slice(_) => false,
        Type::Local(..) | Type::Traits(_) | Type::Made(_) | Type::Unknown => true,
    };
    let entry = scope.known().project.call("std::net::ToSocketAddrs::to_socket_addrs");
    entry.filter(|_| may_resolve && name == RESOLVES)
}

/// The entry for a method of a value that is not known, told by what it is given: a query is given its connection.
pub(crate) fn told_by_argument(scope: &Scope<'_>, name: &str, given: &Type) -> Option<catalogue::Entry> {
    let Type::External(paths, _) = given.bare() else { return None };
    // One path of a type is listed, and the others with it.
    let listed = |path: &String| catalogue::call(path).map_or(path.clone(), |of| of.path.to_owned());
    scope.known().project.named(name).find(|entry| entry.given().any(|of| paths.iter().any(|path| listed(path) == of)))
}

/// What a method is on a type of which only the traits are known.
fn method_of_traits(scope: &mut Scope<'_>, receiver: &Type, traits: &[Type], name: &str) -> Method {
    let listed = traits.iter().find_map(|of_trait| match of_trait {
        Type::Local(module, of, _) => scope.known().method(*module, of, name),
        _ => None,
    });
    if let Some(entry) = listed {
        return Method::Blocks(entry);
    }
    for of_trait in traits {
        if let Type::Local(module, of, _) = of_trait
            && let found @ (Method::Local(_) | Method::Declared(_)) = own_method(scope, *module, of, name)
        {
            return found;
        }
    }
    let paths = traits.iter().filter_map(|of_trait| match of_trait {
        Type::External(paths, _) => Some(paths),
        _ => None,
    });
    let entry = paths.flat_map(|paths| paths.iter()).find_map(|path| {
        // A trait of std is as well that of a type in memory.
        if path.starts_with("std::") { None } else { blocks_on(scope, receiver, path, name) }
    });
    entry.map_or(Method::Unknown, Method::Blocks)
}

fn own_method(scope: &mut Scope<'_>, module: ModuleId, own: &str, name: &str) -> Method {
    match scope.method(module, own, name, None) {
        Some(function) => Method::Local(function),
        None => scope.declared_in_trait(module, own, name).map_or(Method::Unknown, Method::Declared),
    }
}

pub(crate) fn has_own(scope: &mut Scope<'_>, of: &Type, name: &str) -> bool {
    matches!(of, Type::Local(module, own, _) if scope.method(*module, own, name, None).is_some())
}

/// Whether the catalogue lists a type, and tells which it is.
pub(crate) fn is_listed(of: &Type) -> bool {
    matches!(of, Type::External(paths, _) if paths.len() == 1 && catalogue::lists_type(&paths[0]))
}

/// Whether a type of another crate is an iterator of its own.
pub(crate) fn iterates(of: &Type) -> bool {
    matches!(of, Type::External(paths, _) if paths.iter().any(|path| catalogue::implements(path).any(|of| of == "std::iter::Iterator")))
}

/// Whether a value of a type may keep what is put into it; one of a type that is not known may.
pub(crate) fn is_collection(of: &Type) -> bool {
    !of.is_known() || of.bare().is_any(&["std::vec::Vec", "std::collections::VecDeque"]) || of.is_any(MAPS)
}

/// Whether the catalogue says what a method of a type makes.
pub(crate) fn lists(of: &Type, name: &str) -> bool {
    matches!(of, Type::External(paths, _) if paths.iter().any(|path| !catalogue::made_by(&format!("{path}::{name}")).is_empty()))
}
