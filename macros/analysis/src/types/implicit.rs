//! Functions that are called without being named: `next` by a loop, `from` by `into`, `fmt` by `format!`.

use std::rc::Rc;

use super::iterate;
use super::lookup::{Method, STEPS, method_on};
use super::scope::Scope;
use super::ty::Type;
use crate::source::{FunctionId, ModuleId};

/// The functions of traits that are called without being named, each with words of which one stands where that happens;
/// none where it can happen anywhere.
pub(crate) const IMPLICIT: &[(&str, &[&str])] = &[
    ("add", &["+"]),
    ("add_assign", &["+"]),
    ("clone", &["clone"]),
    ("default", &["default", "take", "unwrap_or_default"]),
    ("deref", &[]),
    ("div", &["/"]),
    ("eq", &["!", "="]),
    ("fmt", &["!", "to_string"]),
    ("from", &["from", "into"]),
    ("from_iter", &["collect"]),
    ("from_str", &["parse"]),
    ("hash", &[]),
    ("index", &[]),
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
    if let [(_, only)] = all[..] {
        return Some(only);
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

/// What `default` calls: of a type that derives it those of its fields.
pub(crate) fn defaults(scope: &mut Scope<'_>, of: &Type) -> Vec<FunctionId> {
    let mut found = Vec::new();
    defaults_within(scope, of, &mut Vec::new(), &mut found);
    found
}

fn defaults_within(scope: &mut Scope<'_>, of: &Type, seen: &mut Vec<(ModuleId, Rc<str>)>, found: &mut Vec<FunctionId>) {
    match of {
        Type::Local(module, name, _) => {
            let key = (*module, name.clone());
            if seen.len() >= STEPS || seen.contains(&key) {
                return;
            }
            if let Some(own) = scope.function_of_trait(of, "Default", "default") {
                found.push(own);
            } else if scope.derives(*module, name, "Default") {
                seen.push(key);
                for field in scope.types_of_fields(*module, name) {
                    defaults_within(scope, &field, seen, found);
                }
                seen.pop();
            }
        }
        Type::External(_, arguments) if of.is_any(&["std::boxed::Box", "std::sync::Arc", "std::rc::Rc"]) => {
            for argument in arguments {
                defaults_within(scope, argument, seen, found);
            }
        }
        _ => {}
    }
}

/// The `deref` functions that a method call runs through: those of the types between the receiver and the type that
/// has the method.
pub(crate) fn derefs_to_method(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Vec<FunctionId> {
    let has = |scope: &mut Scope<'_>, at: &Type| match at {
        Type::Local(..) => !matches!(method_on(scope, at, name), Method::Unknown),
        _ => matches!(method_on(scope, at, name), Method::Blocks(_)),
    };
    derefs(scope, receiver, has)
}

/// The same of a field.
pub(crate) fn derefs_to_field(scope: &mut Scope<'_>, of: &Type, name: &str) -> Vec<FunctionId> {
    derefs(scope, of, |scope, at| scope.type_of_field(at, name).is_known() || scope.has_field(at, name))
}

fn derefs(scope: &mut Scope<'_>, of: &Type, mut is_it: impl FnMut(&mut Scope<'_>, &Type) -> bool) -> Vec<FunctionId> {
    let (mut at, mut found) = (of.clone(), Vec::new());
    for _ in 0..STEPS {
        if is_it(scope, &at) {
            return found;
        }
        found.extend(scope.function_of_trait(&at, "Deref", "deref"));
        match scope.dereferenced(&at) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    // It is not known who has it.
    Vec::new()
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
