//! Iterators of types that block: creating one or passing it on does not block; taking items from it does.

use syn::ext::IdentExt as _;

use super::blocks::blocks_on;
use super::scope::Scope;
use super::ty::{ADAPTED, Type};
use crate::knowledge::catalogue;
use crate::source::FunctionId;

/// Methods that pass an iterator on, with the same elements.
const SAME: &[&str] = &[
    "by_ref",
    "cloned",
    "copied",
    "filter",
    "fuse",
    "inspect",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "unique",
];

/// Methods that pass an iterator on, with others.
const OTHER: &[&str] = &[
    "array_chunks",
    "chain",
    "chunk_by",
    "cycle",
    "enumerate",
    "filter_map",
    "filter_map_ok",
    "filter_ok",
    "flat_map",
    "flatten",
    "flatten_ok",
    "interleave",
    "intersperse",
    "into_iter",
    "map",
    "map_ok",
    "map_while",
    "map_windows",
    "scan",
    "tuple_windows",
    "tuples",
    "with_position",
    "zip",
];

/// Methods that take from an iterator. Those of the second half are of the `itertools` crate.
const TAKING: &[&str] = &[
    "advance_by",
    "all",
    "any",
    "cmp",
    "collect",
    "collect_into",
    "count",
    "eq",
    "find",
    "find_map",
    "fold",
    "for_each",
    "ge",
    "gt",
    "is_sorted",
    "last",
    "le",
    "lt",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "ne",
    "next",
    "next_back",
    "next_if",
    "nth",
    "partial_cmp",
    "partition",
    "peek",
    "peek_mut",
    "position",
    "product",
    "reduce",
    "rposition",
    "sum",
    "try_collect",
    "try_find",
    "try_fold",
    "try_for_each",
    "try_reduce",
    "unzip",
    "all_equal",
    "at_most_one",
    "collect_tuple",
    "collect_vec",
    "counts",
    "dropping",
    "exactly_one",
    "fold_ok",
    "into_group_map",
    "join",
    "minmax",
    "multipeek",
    "next_tuple",
    "partition_map",
    "sorted",
    "sorted_by",
    "sorted_by_key",
    "sorted_unstable",
    "tee",
    "try_len",
];

/// Methods that make an iterator, and nothing that could fail around it.
const SURE: &[&str] =
    &["bytes", "forever", "incoming", "into_incoming", "into_iter", "iter", "iter_mut", "lines", "split"];

/// Whether a method passes on the iterator that it is called on, asking it for nothing.
pub(crate) fn passes_on(method: &str) -> bool {
    SAME.contains(&method) || OTHER.contains(&method)
}

/// What a method makes of an iterator that blocks.
pub(crate) fn adapted(
    scope: &mut Scope<'_>,
    of: &Type,
    call: &syn::ExprMethodCall,
    otherwise: impl FnOnce(&mut Scope<'_>) -> Type,
) -> Option<Type> {
    let method = call.method.unraw().to_string();
    if !passes_on(&method) || next(scope, of).is_none() && own_next(scope, of).is_none() || has_own(scope, of, &method)
    {
        return None;
    }
    if SAME.contains(&method.as_str()) || method == "into_iter" {
        return Some(of.clone());
    }
    // What the catalogue says to make an iterator may make it inside `Result`, and then it is that which is mapped.
    if method == "map" && may_be_result(&call.receiver) && own_next(scope, of).is_none() {
        return Some(Type::Unknown);
    }
    let element = otherwise(scope).bare().element();
    Some(Type::external(ADAPTED, vec![of.clone(), element]))
}

fn may_be_result(made: &syn::Expr) -> bool {
    match made {
        syn::Expr::Call(_) => true,
        syn::Expr::MethodCall(call) => {
            let method = call.method.unraw().to_string();
            !SURE.contains(&method.as_str()) && !passes_on(&method) && !matches!(&*method, "unwrap" | "expect")
        }
        syn::Expr::Paren(inner) => may_be_result(&inner.expr),
        _ => false,
    }
}

/// What waits where an element is taken from an iterator.
pub(crate) fn next(scope: &Scope<'_>, of: &Type) -> Option<catalogue::Entry> {
    let of = of.bare();
    let Type::External(paths, _) = &of else { return None };
    if of.is(ADAPTED) {
        return next(scope, &of.argument(0));
    }
    paths.iter().filter(|path| catalogue::iterates(path)).find_map(|path| blocks_on(scope, &of, path, "next"))
}

/// The `next` of an iterator of this crate, or of one that is made of such.
pub(crate) fn own_next(scope: &mut Scope<'_>, of: &Type) -> Option<FunctionId> {
    let of = of.bare();
    if of.is(ADAPTED) {
        return own_next(scope, &of.argument(0));
    }
    match of.maker() {
        Some(function) => Some(function.iterator()),
        None => scope.function_of_trait(&of, "Iterator", "next"),
    }
}

/// Whether the crate may have the `next` of an iterator.
pub(crate) fn may_be_own(scope: &mut Scope<'_>, of: &Type) -> bool {
    let of = of.bare();
    of.is(ADAPTED) || of.maker().is_some() || scope.has_methods("next")
}

/// The `next` that a method of an iterator calls, which takes from it.
pub(crate) fn own_taken(scope: &mut Scope<'_>, of: &Type, method: &str) -> Option<FunctionId> {
    if !takes(method) || has_own(scope, &of.bare(), method) {
        return None;
    }
    // One that is called by its name is found by that.
    own_next(scope, of).filter(|next| method != "next" || next.is_iterator())
}

/// Whether a type of this crate has a method of that name by itself.
fn has_own(scope: &mut Scope<'_>, of: &Type, method: &str) -> bool {
    matches!(of, Type::Local(module, own, _) if scope.method(*module, own, method, None).is_some())
}

/// The same where a loop runs over a value, which may be one that first becomes an iterator.
pub(crate) fn next_in_loop(scope: &Scope<'_>, of: &Type) -> Option<catalogue::Entry> {
    next(scope, of).or_else(|| {
        let Type::External(paths, _) = of.bare() else { return None };
        let made = |path: &String| catalogue::made_by(&format!("{path}::into_iter"));
        let made: Vec<_> = paths.iter().flat_map(|path| made(path).to_vec()).collect();
        made.into_iter().find_map(|(made, _)| next(scope, &Type::external(made, vec![of.argument(0)])))
    })
}

/// What waits in a method that takes from the iterator that it is called on.
pub(crate) fn taken(scope: &Scope<'_>, of: &Type, method: &str) -> Option<catalogue::Entry> {
    if TAKING.contains(&method) { next(scope, of) } else { None }
}

/// Whether a method takes from an iterator.
pub(crate) fn takes(method: &str) -> bool {
    TAKING.contains(&method)
}
