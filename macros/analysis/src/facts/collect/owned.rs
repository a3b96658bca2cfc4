//! What belongs to an expression or a place: the types of values that nobody else owns.
//!
//! Types are looked through references elsewhere. Here a type counts only where the text shows that it is no reference.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::live::member;
use crate::source::{FunctionId, may_refer};
use crate::syntax::path::path_of;
use crate::types::drops::{self, Destructor};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::{MAPS, Type};

const OPTION: &str = "std::option::Option";

const COLLECTIONS: &[&str] = &[
    "std::collections::BTreeMap",
    "std::collections::BTreeSet",
    "std::collections::BinaryHeap",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::collections::VecDeque",
    "std::vec::Vec",
];

/// Types that lend what they hold, by a method of these names.
const LENDING: &[(&str, &[&str])] = &[
    ("async_lock::Mutex", &["lock"]),
    ("async_lock::RwLock", &["write"]),
    ("parking_lot::Mutex", &["lock"]),
    ("parking_lot::RwLock", &["write"]),
    ("std::cell::RefCell", &["borrow_mut"]),
    ("std::sync::Mutex", &["lock"]),
    ("std::sync::RwLock", &["write"]),
    ("tokio::sync::Mutex", &["blocking_lock", "lock"]),
    ("tokio::sync::RwLock", &["blocking_write", "write"]),
];

impl Collector<'_, '_> {
    /// The type of an expression whose value nobody else owns.
    pub(super) fn owned(&mut self, expression: &syn::Expr) -> Option<Type> {
        match expression {
            syn::Expr::Call(call) => self.owned_by_call(expression, call),
            syn::Expr::Struct(literal) => {
                let is = infer::type_of(&mut self.scope, expression);
                self.holds_something(literal, &is).then_some(is)
            }
            syn::Expr::MethodCall(call) => self.owned_by_method(expression, call),
            syn::Expr::Await(inner) => self.owned_by_await(&inner.base),
            syn::Expr::Macro(inner) if inner.mac.path.is_ident("vec") => self.owned_by_vec(&inner.mac),
            syn::Expr::Array(inner) => self.owned(inner.elems.first()?).map(|of| Type::Slice(Box::new(of))),
            syn::Expr::Tuple(inner) => {
                let elements: Vec<_> = inner.elems.iter().map(|element| self.owned(element)).collect();
                let is_any = elements.iter().any(Option::is_some);
                is_any.then(|| Type::Tuple(elements.into_iter().map(|of| of.unwrap_or(Type::Unknown)).collect()))
            }
            syn::Expr::Try(inner) => self.owned(&inner.expr).map(|is| is.unwrapped()),
            syn::Expr::Paren(inner) => self.owned(&inner.expr),
            _ => None,
        }
    }

    /// Whether a struct literal shows something that can fall, not only `None` where there might be.
    fn holds_something(&mut self, literal: &syn::ExprStruct, is: &Type) -> bool {
        let Type::Local(module, name, _) = is else { return true };
        let falls_itself = self.scope.method(*module, name, "drop", Some("Drop")).is_some();
        falls_itself
            || literal.rest.is_some()
            || !literal.fields.iter().any(|field| is_none(&field.expr))
            || literal.fields.iter().filter(|field| !is_none(&field.expr)).any(|field| {
                let of = self.scope.type_of_field(is, &member(&field.member));
                !drops::destructors(&mut self.scope, &of).is_empty()
            })
    }

    fn owned_by_call(&mut self, expression: &syn::Expr, call: &syn::ExprCall) -> Option<Type> {
        let syn::Expr::Path(path) = &*call.func else { return None };
        let written = path_of(&path.path);
        let mut last = written.segments.iter().rev().map(String::as_str);
        match (last.next(), last.next(), call.args.len()) {
            (Some("new"), Some("Box"), 1) => return self.owned(&call.args[0]),
            (Some("Some"), _, 1) => return self.owned(&call.args[0]).map(Type::option),
            _ => {}
        }
        match self.scope.resolve(&written, Namespace::Value) {
            Name::Def(Def::Function(function)) => {
                let is_owned = self.owned_output(function, false).is_some();
                is_owned.then(|| infer::type_of(&mut self.scope, expression))
            }
            Name::Def(Def::External(paths)) => {
                let is_any = |of: &[&str]| paths.iter().any(|path| of.contains(&path.as_str()));
                if is_any(&["std::mem::replace", "std::mem::take"]) {
                    return self.held_at(call.args.first()?);
                }
                let makes = |lock: &&str| paths.iter().any(|path| path.strip_suffix("::new") == Some(*lock));
                if let (Some(lock), [held]) =
                    (LENDING.iter().map(|(lock, _)| *lock).find(makes), &call.args.iter().collect::<Vec<_>>()[..])
                {
                    return self.owned(held).map(|held| Type::external(lock, vec![held]));
                }
                if is_any(infer::LAST_OWNERS) {
                    return Some(infer::type_of(&mut self.scope, expression));
                }
                self.owned_if_listed(expression)
            }
            Name::Def(Def::Type(..)) => Some(infer::type_of(&mut self.scope, expression)),
            _ => None,
        }
    }

    /// A constructor of what the catalogue lists.
    fn owned_if_listed(&mut self, expression: &syn::Expr) -> Option<Type> {
        let is = infer::type_of(&mut self.scope, expression);
        let lists = |found: &Destructor| matches!(found, Destructor::Listed(_));
        drops::destructors(&mut self.scope, &is).iter().any(lists).then_some(is)
    }

    fn owned_by_await(&mut self, base: &syn::Expr) -> Option<Type> {
        let function = match base {
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::Function(function)) => function,
                    _ => return None,
                }
            }
            syn::Expr::MethodCall(call) => self.own_method(call)?,
            _ => return None,
        };
        self.owned_output(function, true)
    }

    fn own_method(&mut self, call: &syn::ExprMethodCall) -> Option<FunctionId> {
        let receiver = infer::type_of(&mut self.scope, &call.receiver);
        match lookup::method(&mut self.scope, &receiver, &call.method.unraw().to_string()) {
            Method::Local(function) => Some(function),
            _ => None,
        }
    }

    fn owned_by_method(&mut self, expression: &syn::Expr, call: &syn::ExprMethodCall) -> Option<Type> {
        let name = call.method.unraw().to_string();
        match name.as_str() {
            "expect" | "unwrap" | "unwrap_or_default" => return self.owned(&call.receiver).map(|is| is.unwrapped()),
            "ok" => return self.owned(&call.receiver),
            _ => {}
        }
        if let Some(function) = self.own_method(call) {
            return self.owned_output(function, false);
        }
        let held = self.held_at(&call.receiver);
        if let Some(taken) = held.and_then(|held| taken_out(&held, &name)) {
            return Some(taken);
        }
        // The end of a builder.
        if matches!(name.as_str(), "build" | "connect") { self.owned_if_listed(expression) } else { None }
    }

    fn owned_by_vec(&mut self, call: &syn::Macro) -> Option<Type> {
        let elements = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let elements = syn::parse::Parser::parse2(elements, call.tokens.clone()).ok()?;
        let of = self.owned(elements.first()?)?;
        Some(Type::external("std::vec::Vec", vec![of]))
    }

    fn owned_output(&mut self, function: FunctionId, is_awaited: bool) -> Option<Type> {
        let is_async = self.scope.index().function(function).is_async;
        let is_owned = is_async == is_awaited && !self.scope.returns_reference(function);
        is_owned.then(|| self.scope.type_of_output(function))
    }

    /// What a loop takes out of what it goes through.
    pub(super) fn owned_elements(&mut self, iterated: &syn::Expr) -> Option<Type> {
        let of = match iterated {
            syn::Expr::MethodCall(call) if call.method == "drain" => self.held_at(&call.receiver)?,
            syn::Expr::MethodCall(call) if call.method == "into_iter" || call.method == "rev" => {
                return self.owned_elements(&call.receiver);
            }
            syn::Expr::Path(_) => {
                self.live.place_expr(iterated).and_then(|place_expr| self.live.type_of_falling(&place_expr))?
            }
            _ => self.owned(iterated)?,
        };
        let of = if of.is_any(COLLECTIONS) || matches!(of, Type::Slice(_)) { of.element() } else { Type::Unknown };
        of.is_known().then_some(of)
    }

    /// The type of what is at a place by itself: of a field, in a lock, behind `&mut`.
    pub(super) fn held_at(&mut self, place: &syn::Expr) -> Option<Type> {
        match place {
            syn::Expr::Field(field) => {
                let mut of = infer::type_of(&mut self.scope, &field.base);
                let name = member(&field.member);
                for _ in 0..lookup::STEPS {
                    if self.scope.owns_field(&of, None, &name) {
                        return Some(self.scope.type_of_field(&of, &name));
                    }
                    of = self.scope.dereferenced(&of)?;
                }
                None
            }
            syn::Expr::Index(inner) => {
                let of = self.held_at(&inner.expr)?;
                let of = if of.is_any(MAPS) { of.argument(1) } else { of.element() };
                of.is_known().then_some(of)
            }
            syn::Expr::Path(path) => {
                let since = self.scope.since(&path.path.get_ident()?.unraw().to_string())?;
                let place_expr = self.live.place_expr(place);
                let known = self.kept.get(&since.bound).cloned();
                known.or_else(|| place_expr.and_then(|place_expr| self.live.type_of_falling(&place_expr)))
            }
            syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => self.held_at(&inner.expr),
            syn::Expr::Reference(inner) => self.held_at(&inner.expr),
            syn::Expr::Paren(inner) => self.held_at(&inner.expr),
            _ => self.lent_by(place),
        }
    }

    /// What a guard lends: `self.slot.lock().unwrap()`.
    pub(super) fn lent_by(&mut self, guard: &syn::Expr) -> Option<Type> {
        match guard {
            syn::Expr::MethodCall(call) => {
                let name = call.method.unraw().to_string();
                if matches!(name.as_str(), "expect" | "unwrap" | "unwrap_or_else") {
                    return self.lent_by(&call.receiver);
                }
                let of = infer::type_of(&mut self.scope, &call.receiver).bare();
                let lends = |(lock, methods): &&(&str, &[&str])| of.is(lock) && methods.contains(&name.as_str());
                LENDING.iter().find(lends).map(|_| of.argument(0)).filter(Type::is_known)
            }
            syn::Expr::Await(inner) => self.lent_by(&inner.base),
            syn::Expr::Try(inner) => self.lent_by(&inner.expr),
            syn::Expr::Paren(inner) => self.lent_by(&inner.expr),
            _ => None,
        }
    }

    /// The variable that is bound next holds a value of that type, or a reference to one.
    pub(super) fn keeps(&mut self, is: Type) {
        if is.is_known() {
            self.kept.insert(self.scope.now().bound, is);
        }
    }

    /// The same of a parameter, as it is written.
    pub(super) fn keeps_parameter(&mut self, written: &syn::Type, is: &Type) {
        let held = match written {
            syn::Type::Reference(inner) => &inner.elem,
            written => written,
        };
        if !may_refer(held) {
            self.keeps(is.clone());
        }
    }

    /// The variables that a pattern binds by value, with the types of what they get out of a value of that type.
    pub(super) fn moved_out(&mut self, pattern: &syn::Pat, is: &Type, found: &mut Vec<(syn::Ident, Type)>) {
        match pattern {
            syn::Pat::Ident(inner)
                if inner.by_ref.is_none() && inner.subpat.is_none() && !super::live::is_constant(inner) =>
            {
                found.push((inner.ident.clone(), is.clone()));
            }
            syn::Pat::Guard(inner) => self.moved_out(&inner.pat, is, found),
            syn::Pat::Paren(inner) => self.moved_out(&inner.pat, is, found),
            syn::Pat::Type(inner) => self.moved_out(&inner.pat, is, found),
            syn::Pat::Or(inner) => inner.cases.iter().take(1).for_each(|case| self.moved_out(case, is, found)),
            syn::Pat::Tuple(inner) => {
                for (n, element) in inner.elems.iter().enumerate() {
                    let of = match is {
                        Type::Tuple(all) if all.len() == inner.elems.len() => all[n].clone(),
                        _ => Type::Unknown,
                    };
                    self.moved_out(element, &of, found);
                }
            }
            syn::Pat::Struct(inner) => {
                let variant = self.scope.variant_named(is, &inner.path);
                for field in &inner.fields {
                    let of = self.owned_field(is, variant.as_deref(), &member(&field.member));
                    self.moved_out(&field.pat, &of, found);
                }
            }
            syn::Pat::TupleStruct(inner) => {
                let variant = self.scope.variant_named(is, &inner.path);
                let name = inner.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                for (n, element) in inner.elems.iter().enumerate() {
                    let of = match name.as_str() {
                        "Ok" | "Some" if variant.is_none() => is.unwrapped(),
                        "Err" if variant.is_none() => Type::Unknown,
                        _ => self.owned_field(is, variant.as_deref(), &n.to_string()),
                    };
                    self.moved_out(element, &of, found);
                }
            }
            _ => {}
        }
    }

    fn owned_field(&mut self, of: &Type, variant: Option<&str>, name: &str) -> Type {
        let owns = self.scope.owns_field(of, variant, name);
        if owns { self.scope.type_of_field_in(of, variant, name) } else { Type::Unknown }
    }

    /// Whether a value that is put to a place of that type shows that the place is emptied by it.
    pub(super) fn empties(&mut self, is: &Type, value: &syn::Expr) -> bool {
        if is.is(OPTION) {
            return is_none(value);
        }
        if is.is_any(COLLECTIONS) {
            return is_empty_collection(value);
        }
        let Type::Local(module, name, arguments) = is else { return true };
        let variants = self.scope.variants_of(*module, name);
        if variants.is_empty() {
            return true;
        }
        let path = match value {
            syn::Expr::Path(path) => &path.path,
            syn::Expr::Struct(literal) => &literal.path,
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => &path.path,
                _ => return false,
            },
            _ => return false,
        };
        let Some(variant) = self.scope.variant_named(is, path) else { return false };
        let fields = self.scope.types_of_owned_fields(*module, name, arguments, Some(&variant));
        fields.iter().all(|of| drops::destructors(&mut self.scope, of).is_empty())
    }
}

/// `Vec::new()`, `HashMap::default()`, `vec![]`
fn is_empty_collection(value: &syn::Expr) -> bool {
    match value {
        syn::Expr::Call(call) => {
            let is_constructor = |name: &syn::Ident| name == "new" || name == "default";
            call.args.is_empty()
                && matches!(&*call.func, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_constructor(&last.ident)))
        }
        syn::Expr::Macro(inner) => inner.mac.path.is_ident("vec") && inner.mac.tokens.is_empty(),
        _ => false,
    }
}

/// What a method of `Option` or of a collection takes out of it.
fn taken_out(of: &Type, method: &str) -> Option<Type> {
    let value = || if of.is_any(MAPS) { of.argument(1) } else { of.element() };
    let taken = match method {
        "replace" | "take" if of.is(OPTION) => of.clone(),
        "pop" | "pop_back" | "pop_front" if of.is_any(COLLECTIONS) && !of.is_any(MAPS) => Type::option(value()),
        "remove" | "swap_remove" if of.is("std::vec::Vec") => value(),
        "remove" if of.is_any(COLLECTIONS) => Type::option(value()),
        "drain" | "split_off" if of.is_any(COLLECTIONS) => of.clone(),
        _ => return None,
    };
    taken.unwrapped().is_known().then_some(taken)
}

/// Whether a type is that of a collection of std.
pub(super) fn is_collection(of: &Type) -> bool {
    of.is_any(COLLECTIONS)
}

/// The place itself, without what refers to it or looks behind that.
pub(super) fn shown_place(mut place: &syn::Expr) -> String {
    while let syn::Expr::Reference(syn::ExprReference { expr: inner, .. })
    | syn::Expr::Unary(syn::ExprUnary { expr: inner, op: syn::UnOp::Deref(_), .. })
    | syn::Expr::Paren(syn::ExprParen { expr: inner, .. }) = place
    {
        place = inner;
    }
    place.to_token_stream().to_string()
}

pub(super) fn is_none(value: &syn::Expr) -> bool {
    matches!(value, syn::Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "None"))
}
