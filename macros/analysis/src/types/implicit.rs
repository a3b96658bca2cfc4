//! Functions that are called without being named: `next` by a loop, `from` by `into`, `fmt` by `format!`.

use super::iterate;
use super::lookup::{Method, STEPS, method_on};
use super::scope::Scope;
use super::ty::Type;
use crate::source::FunctionId;

/// The functions of traits that are called without being named, each with words of which one stands where that happens;
/// none where it can happen anywhere.
pub(crate) const IMPLICIT: &[(&str, &[&str])] = &[
    ("add", &["+"]),
    ("add_assign", &["+"]),
    ("clone", &["clone"]),
    ("default", &["default", "or_default", "take", "unwrap_or_default"]),
    ("deref", &[]),
    ("deref_mut", &[]),
    ("div", &["/"]),
    ("eq", &["!", "="]),
    ("fmt", &["!", "to_string"]),
    ("from", &["?", "from", "into"]),
    ("from_iter", &["collect"]),
    ("from_str", &["parse"]),
    ("hash", &[]),
    ("index", &[]),
    ("index_mut", &[]),
    ("into_iter", &["for"]),
    ("mul", &["*"]),
    ("neg", &["-"]),
    ("next", &[]),
    ("not", &["!"]),
    ("partial_cmp", &["<", ">"]),
    ("rem", &["%"]),
    ("sub", &["-"]),
    ("sub_assign", &["-"]),
    ("try_from", &["try_into"]),
];

/// What makes a value of a type from one of another: `From::from`, `TryFrom::try_from`. Where a type has several, the
/// source tells which.
pub(crate) fn conversion(
    scope: &mut Scope<'_>,
    into: &Type,
    from: &Type,
    of_trait: &str,
    name: &str,
) -> Option<FunctionId> {
    let Type::Local(module, own, _) = into else { return None };
    if from == into {
        return None;
    }
    let all = scope.functions_of_trait(*module, own, of_trait, name);
    if let [(id, only)] = all[..] {
        // A derive may have made others.
        let of = scope.argument_of_trait(id);
        let may_be = !from.is_known() || !of.is_known() || of == *from;
        return may_be.then_some(only);
    }
    let mut fitting = all.into_iter().filter(|(id, _)| {
        let of = scope.argument_of_trait(*id);
        of.is_known() && of == *from
    });
    match (fitting.next(), fitting.next()) {
        (Some((_, only)), None) => Some(only),
        _ => None,
    }
}

/// The `deref` functions that a method call runs through: those of the types between the receiver and the type that
/// has the method.
pub(crate) fn derefs_to_method(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Vec<FunctionId> {
    let mut changes = false;
    let through = through(scope, receiver, |scope, at| {
        let found = method_on(scope, at, name);
        changes = match (&found, at) {
            (Method::Local(function) | Method::Declared(function), _) => scope.changes_self(*function),
            _ => CHANGING.contains(&name),
        };
        match at {
            Type::Local(..) => !matches!(found, Method::Unknown),
            _ => matches!(found, Method::Blocks(_)) || is_of_collection(at, name),
        }
    });
    derefs(scope, &through, changes)
}

/// The same of a field, which is changed or only read.
pub(crate) fn derefs_to_field(scope: &mut Scope<'_>, of: &Type, name: &str, changes: bool) -> Vec<FunctionId> {
    let through = through(scope, of, |scope, at| scope.type_of_field(at, name).is_known() || scope.has_field(at, name));
    derefs(scope, &through, changes)
}

/// Methods of collections and texts of std that change them.
const CHANGING: &[&str] = &[
    "append",
    "clear",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "get_mut",
    "insert",
    "iter_mut",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "reserve",
    "retain",
    "sort",
    "sort_by",
    "sort_by_key",
    "swap_remove",
    "truncate",
    "values_mut",
];

/// And that only look at them.
const READING: &[&str] = &[
    "as_bytes",
    "as_slice",
    "as_str",
    "capacity",
    "chars",
    "contains",
    "contains_key",
    "first",
    "get",
    "is_empty",
    "iter",
    "keys",
    "last",
    "len",
    "lines",
    "to_vec",
    "trim",
    "values",
];

const COLLECTIONS: &[&str] = &[
    "std::collections::BTreeMap",
    "std::collections::BTreeSet",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::collections::VecDeque",
    "std::string::String",
    "std::vec::Vec",
    "str",
];

/// Whether a method is one of a collection of std.
fn is_of_collection(of: &Type, name: &str) -> bool {
    (matches!(of, Type::Slice(_)) || of.is_any(COLLECTIONS)) && (CHANGING.contains(&name) || READING.contains(&name))
}

/// Whether a method changes the collection that it is called on.
pub(crate) fn changes_collection(name: &str) -> bool {
    CHANGING.contains(&name)
}

/// The types that a search comes through; none where it does not find what it looks for.
fn through(scope: &mut Scope<'_>, of: &Type, mut is_it: impl FnMut(&mut Scope<'_>, &Type) -> bool) -> Vec<Type> {
    let (mut at, mut passed) = (of.clone(), Vec::new());
    for _ in 0..STEPS {
        if is_it(scope, &at) {
            return passed;
        }
        match scope.dereferenced(&at) {
            Some(inner) => passed.push(std::mem::replace(&mut at, inner)),
            None => break,
        }
    }
    // It is not known who has it.
    Vec::new()
}

fn derefs(scope: &mut Scope<'_>, through: &[Type], changes: bool) -> Vec<FunctionId> {
    let (of_trait, name) = dereferencing(changes);
    through.iter().filter_map(|of| scope.function_of_trait(of, of_trait, name)).collect()
}

/// The trait and its function behind `*`.
pub(crate) fn dereferencing(changes: bool) -> (&'static str, &'static str) {
    if changes { ("DerefMut", "deref_mut") } else { ("Deref", "deref") }
}

/// What a loop over a value calls: `into_iter` of its type, and `next` of the iterator.
pub(crate) fn iterated(scope: &mut Scope<'_>, of: &Type) -> Vec<FunctionId> {
    if let Some(next) = iterate::own_next(scope, of) {
        return vec![next];
    }
    let of = of.bare();
    let Some(into) = scope.function_of_trait(&of, "IntoIterator", "into_iter") else { return Vec::new() };
    let iterator = scope.associated_of(into, "IntoIter").unwrap_or(Type::Unknown);
    std::iter::once(into).chain(iterate::own_next(scope, &iterator)).collect()
}

/// The trait and its function behind an operator.
pub(crate) fn operator(of: &syn::BinOp) -> Option<(&'static str, &'static str)> {
    use syn::BinOp;
    Some(match of {
        BinOp::Add(_) => ("Add", "add"),
        BinOp::AddAssign(_) => ("AddAssign", "add_assign"),
        BinOp::Div(_) => ("Div", "div"),
        BinOp::Eq(_) | BinOp::Ne(_) => ("PartialEq", "eq"),
        BinOp::Ge(_) | BinOp::Gt(_) | BinOp::Le(_) | BinOp::Lt(_) => ("PartialOrd", "partial_cmp"),
        BinOp::Mul(_) => ("Mul", "mul"),
        BinOp::Rem(_) => ("Rem", "rem"),
        BinOp::Sub(_) => ("Sub", "sub"),
        BinOp::SubAssign(_) => ("SubAssign", "sub_assign"),
        _ => return None,
    })
}
