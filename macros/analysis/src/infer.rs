//! The types of expressions, as far as the text tells them, and whether a method blocks on one.

use std::rc::Rc;

use syn::ext::IdentExt as _;

use crate::catalogue::{self, Makes};
use crate::guards;
use crate::names::{Def, Namespace};
use crate::scope::{Name, Scope, path_of};
use crate::source::{FunctionId, ModuleId};
use crate::types::{MAPS, Type, Written, prelude};

/// What a method on a receiver is.
#[derive(Debug)]
pub(crate) enum Method {
    /// It blocks.
    Blocks(catalogue::Entry),
    /// A function of this crate.
    Own(FunctionId),
    /// One of those that a trait of this crate declares like that.
    Declared(FunctionId),
    /// The type is known and the method is none that blocks.
    Fine,
    Unknown,
}

/// The type of an expression.
pub(crate) fn type_of(scope: &mut Scope<'_>, expression: &syn::Expr) -> Type {
    use syn::Expr;
    match expression {
        Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
            Some(name) if name == "self" => scope.type_of_self(),
            Some(name) => scope.type_of_variable(&name.unraw().to_string()),
            None => Type::Unknown,
        },
        Expr::Field(field) => {
            let name = match &field.member {
                syn::Member::Named(name) => name.unraw().to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            let mut of = type_of(scope, &field.base);
            loop {
                let found = scope.type_of_field(&of, &name);
                match of.dereferenced() {
                    Some(inner) if !found.is_known() => of = inner,
                    _ => return found,
                }
            }
        }
        Expr::Call(call) => type_of_call(scope, call),
        Expr::MethodCall(call) => type_of_method(scope, call),
        Expr::Try(inner) => type_of(scope, &inner.expr).unwrapped(),
        Expr::Paren(inner) => type_of(scope, &inner.expr),
        Expr::Group(inner) => type_of(scope, &inner.expr),
        Expr::Reference(inner) => type_of(scope, &inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
            let of = type_of(scope, &inner.expr);
            of.dereferenced().unwrap_or(of)
        }
        Expr::Index(inner) => {
            let of = type_of(scope, &inner.expr).bare();
            if of.is_any(MAPS) { of.argument(1) } else { of.element() }
        }
        Expr::Cast(inner) => scope.type_of_written(&Written::of(&inner.ty)),
        Expr::Tuple(inner) => Type::Tuple(inner.elems.iter().map(|element| type_of(scope, element)).collect()),
        Expr::Struct(inner) => scope.type_of_written(&Written::Path(path_of(&inner.path), Vec::new())),
        Expr::Lit(inner) => match &inner.lit {
            syn::Lit::Str(_) => Type::external("str", Vec::new()),
            _ => Type::Unknown,
        },
        Expr::Macro(inner) if inner.mac.path.is_ident("format") => Type::external("std::string::String", Vec::new()),
        Expr::Macro(inner) => type_of_macro(scope, &inner.mac),
        Expr::Await(inner) => awaited(scope, &inner.base),
        _ => Type::Unknown,
    }
}

/// What awaiting a call of an own async function gives.
fn awaited(scope: &mut Scope<'_>, future: &syn::Expr) -> Type {
    let function = match future {
        syn::Expr::Call(call) => match own_function(scope, &call.func) {
            Some(function) => function,
            None => return Type::Unknown,
        },
        syn::Expr::MethodCall(call) => {
            let receiver = type_of(scope, &call.receiver);
            match method(scope, &receiver, &call.method.unraw().to_string()) {
                Method::Own(function) | Method::Declared(function) => function,
                _ => return Type::Unknown,
            }
        }
        _ => return Type::Unknown,
    };
    if scope.index().function(function).is_async { scope.type_of_output(function) } else { Type::Unknown }
}

/// `info_span!(..)` and its kin make spans.
fn type_of_macro(scope: &mut Scope<'_>, call: &syn::Macro) -> Type {
    const SPANS: &[&str] = &["debug_span", "error_span", "info_span", "span", "trace_span", "warn_span"];
    let path = path_of(&call.path);
    if !path.segments.last().is_some_and(|last| SPANS.contains(&last.as_str())) {
        return Type::Unknown;
    }
    match scope.resolve(&path, Namespace::Macro) {
        Name::Def(Def::External(paths)) if paths.iter().all(|path| path.starts_with("tracing::")) => {
            Type::external("tracing::Span", Vec::new())
        }
        _ => Type::Unknown,
    }
}

fn own_function(scope: &mut Scope<'_>, function: &syn::Expr) -> Option<FunctionId> {
    let syn::Expr::Path(path) = function else { return None };
    match scope.resolve(&path_of(&path.path), Namespace::Value) {
        Name::Def(Def::Function(function)) => Some(function),
        _ => None,
    }
}

fn type_of_call(scope: &mut Scope<'_>, call: &syn::ExprCall) -> Type {
    let syn::Expr::Path(path) = &*call.func else { return Type::Unknown };
    let written = path_of(&path.path);
    if path.qself.is_some() {
        return Type::Unknown;
    }
    if let ([only], [argument]) = (&written.segments[..], &call.args.iter().collect::<Vec<_>>()[..]) {
        match only.as_str() {
            "Some" => return Type::option(type_of(scope, argument)),
            "Ok" => return Type::external("std::result::Result", vec![type_of(scope, argument)]),
            _ => {}
        }
    }
    match scope.resolve(&written, Namespace::Value) {
        Name::Def(Def::Function(function)) => {
            if scope.index().function(function).is_async {
                Type::Unknown
            } else {
                scope.type_of_output(function)
            }
        }
        Name::Def(Def::Type(module, name)) => Type::Own(module, name, Vec::new()),
        Name::Def(Def::External(paths)) => {
            // `Arc::clone(&shared)`
            if let ([path], Some(first)) = (&paths[..], call.args.first())
                && matches!(path.as_str(), "std::sync::Arc::clone" | "std::rc::Rc::clone")
            {
                return type_of(scope, first);
            }
            for path in paths.iter() {
                let all = catalogue::made_by(path);
                let Some(&(made, makes)) = all.first() else { continue };
                return match makes {
                    Makes::Value => {
                        let held = held_by(scope, path, made, call);
                        Type::External(all.iter().map(|(made, _)| (*made).to_owned()).collect(), held)
                    }
                    Makes::Element(number) => {
                        let mut elements = vec![Type::Unknown; number + 1];
                        elements[number] = Type::external(made, Vec::new());
                        Type::Tuple(elements)
                    }
                    Makes::Around(number) => {
                        let held = call.args.get(number).map_or(Type::Unknown, |argument| type_of(scope, argument));
                        Type::external(made, vec![held])
                    }
                    Makes::AroundSelf => Type::Unknown,
                };
            }
            constructed(scope, &paths, call)
        }
        _ => Type::Unknown,
    }
}

/// `Mutex::new(value)` and the like hold their argument.
fn held_by(scope: &mut Scope<'_>, path: &str, made: &str, call: &syn::ExprCall) -> Vec<Type> {
    let is_constructor = path.strip_prefix(made).is_some_and(|rest| matches!(rest, "::new" | "::from"));
    match call.args.first() {
        Some(first) if is_constructor && call.args.len() == 1 => vec![type_of(scope, first)],
        _ => Vec::new(),
    }
}

const CONSTRUCTORS: &[&str] = &["current", "default", "from", "new", "none"];

/// `Type::new(..)` of a type of another crate that the catalogue does not list: the type by its name.
fn constructed(scope: &mut Scope<'_>, paths: &[String], call: &syn::ExprCall) -> Type {
    let of = paths.iter().find_map(|path| {
        let (of, name) = path.rsplit_once("::")?;
        let is_type = of.rsplit("::").next()?.starts_with(char::is_uppercase);
        (is_type && (name.starts_with("with_") || CONSTRUCTORS.contains(&name))).then_some(of)
    });
    let Some(of) = of else { return Type::Unknown };
    let held = match (call.args.first(), of) {
        (Some(first), _) if call.args.len() == 1 => vec![type_of(scope, first)],
        _ => Vec::new(),
    };
    Type::external(prelude(of).unwrap_or(of), held)
}

pub(crate) fn type_of_method(scope: &mut Scope<'_>, call: &syn::ExprMethodCall) -> Type {
    let mut of = type_of(scope, &call.receiver);
    let name = call.method.unraw().to_string();
    let bare = of.bare();
    if guards::is_guard(&of) {
        // Guards have hardly a method of their own: it is one of what they guard.
        of = bare.clone();
    }
    match name.as_str() {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "unwrap_unchecked" => {
            return of.unwrapped();
        }
        "clone" | "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "by_ref" | "ok" | "ok_or" | "ok_or_else"
        | "map_err" | "or_else" | "cloned" | "copied" | "take" | "filter" | "to_owned" | "into_inner" | "inspect"
        | "inspect_err" | "rev" | "skip" | "step_by" | "peekable" | "fuse" | "context" | "with_context"
        | "borrow_and_update"
            if !bare.is("std::cell::RefCell") && !has_own(scope, &bare, &name) && !lists(&bare, &name) =>
        {
            return of;
        }
        "iter" | "iter_mut" | "into_iter" | "drain" if bare.element().is_known() => {
            return Type::iterator(bare.element());
        }
        "values" | "values_mut" | "into_values" if bare.is_any(MAPS) => return Type::iterator(bare.argument(1)),
        "keys" if bare.is_any(MAPS) => return Type::iterator(bare.argument(0)),
        "get" | "get_mut" | "remove" if bare.is_any(MAPS) => return Type::option(bare.argument(1)),
        "first" | "last" | "get" | "get_mut" | "first_mut" | "last_mut" | "pop" | "pop_front" | "pop_back"
        | "front" | "back" | "next" | "find" | "nth"
            if bare.element().is_known() && !bare.is_any(MAPS) =>
        {
            return Type::option(bare.element());
        }
        "flatten" if bare.element().is_known() => return Type::iterator(bare.element().unwrapped()),
        name if guards::given(&bare, name).is_some() => return guards::given(&bare, name).unwrap_or(Type::Unknown),
        "as_str" | "trim" | "trim_start" | "trim_end" if bare.is_any(&["std::string::String", "str"]) => {
            return Type::external("str", Vec::new());
        }
        "to_string" | "to_lowercase" | "to_uppercase" => return Type::external("std::string::String", Vec::new()),
        _ => {}
    }
    let mut at = of;
    loop {
        match &at {
            Type::External(paths, _) => {
                for path in paths.iter() {
                    if catalogue::keeps_type(path, &name) {
                        return at.clone();
                    }
                    let made = catalogue::made_by(&format!("{path}::{name}"));
                    let made = made.iter().filter(|(_, makes)| *makes == Makes::Value);
                    let made: Rc<[String]> = made.map(|(made, _)| (*made).to_owned()).collect();
                    if !made.is_empty() {
                        return Type::External(made, Vec::new());
                    }
                }
                let around = ["std::io::Read", "std::io::BufRead"].iter().find_map(|of| {
                    let made = catalogue::made_by(&format!("{of}::{name}"));
                    made.iter().find(|(_, makes)| *makes == Makes::AroundSelf).copied()
                });
                if let Some((made, _)) = around {
                    return Type::external(made, vec![at.clone()]);
                }
            }
            Type::Own(..) | Type::Traits(_) => {
                if let Method::Own(function) | Method::Declared(function) = method_on(scope, &at, &name) {
                    let is_async = scope.index().function(function).is_async;
                    return if is_async { Type::Unknown } else { scope.type_of_output(function) };
                }
            }
            _ => {}
        }
        match at.dereferenced() {
            Some(inner) => at = inner,
            None => return Type::Unknown,
        }
    }
}

/// Whether a value of a type may keep what is put into it; one of a type that is not known may.
pub(crate) fn is_collection(of: &Type) -> bool {
    !of.is_known() || of.bare().is_any(&["std::vec::Vec", "std::collections::VecDeque"]) || of.is_any(MAPS)
}

fn has_own(scope: &mut Scope<'_>, of: &Type, name: &str) -> bool {
    matches!(of, Type::Own(module, own, _) if scope.method(*module, own, name, None).is_some())
}

/// Whether the catalogue says what a method of a type makes.
fn lists(of: &Type, name: &str) -> bool {
    matches!(of, Type::External(paths, _) if paths.iter().any(|path| !catalogue::made_by(&format!("{path}::{name}")).is_empty()))
}

/// What a method of that name is on a receiver of that type.
pub(crate) fn method(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Method {
    let mut at = receiver.clone();
    loop {
        let here = method_on(scope, &at, name);
        match (here, at.dereferenced()) {
            (Method::Fine, Some(inner)) => at = inner,
            (found, _) => return found,
        }
    }
}

fn method_on(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Method {
    match receiver {
        Type::External(paths, _) => {
            paths.iter().find_map(|path| blocks_on(receiver, path, name)).map_or(Method::Fine, Method::Blocks)
        }
        Type::Own(module, own, _) => match catalogue::own::method(*module, own, name) {
            Some(entry) => Method::Blocks(entry),
            None => own_method(scope, *module, own, name),
        },
        // `(host, port).to_socket_addrs()` asks for the host's address.
        Type::Tuple(elements) => match elements.first() {
            Some(Type::External(paths, _)) => {
                let resolves = paths.iter().any(|path| catalogue::associated(path, "to_socket_addrs").is_some());
                let entry = catalogue::call("std::net::ToSocketAddrs::to_socket_addrs");
                match entry.filter(|_| resolves && name == "to_socket_addrs") {
                    Some(entry) => Method::Blocks(entry),
                    None => Method::Fine,
                }
            }
            _ => Method::Unknown,
        },
        Type::Traits(traits) => {
            let own = traits.iter().find_map(|def| match def {
                Def::Type(module, of) => catalogue::own::method(*module, of, name),
                _ => None,
            });
            for def in traits.iter().filter(|_| own.is_none()) {
                if let Def::Type(module, of) = def
                    && let found @ (Method::Own(_) | Method::Declared(_)) = own_method(scope, *module, of, name)
                {
                    return found;
                }
            }
            let paths = traits.iter().filter_map(|def| match def {
                Def::External(paths) => Some(paths),
                _ => None,
            });
            let entry = paths.flat_map(|paths| paths.iter()).find_map(|path| {
                let entry = blocks_on(receiver, path, name)?;
                // A trait of std is as well that of a type in memory.
                (!path.starts_with("std::")).then_some(entry)
            });
            own.or(entry).map_or(Method::Unknown, Method::Blocks)
        }
        Type::Slice(_) => Method::Fine,
        Type::Unknown => Method::Unknown,
    }
}

fn own_method(scope: &mut Scope<'_>, module: ModuleId, own: &str, name: &str) -> Method {
    match scope.method(module, own, name, None) {
        Some(function) => Method::Own(function),
        None => scope.declared_in_trait(module, own, name).map_or(Method::Unknown, Method::Declared),
    }
}

/// The entry for a method of a type of another crate.
fn blocks_on(receiver: &Type, path: &str, name: &str) -> Option<catalogue::Entry> {
    if catalogue::own::is_harmless_on(path, name) {
        return None;
    }
    if catalogue::is_wrapper(path) {
        let entry = catalogue::associated(path, name).or_else(|| of_trait(path, name))?;
        return holds_blocking(&receiver.argument(0)).then_some(entry);
    }
    let direct = catalogue::associated(path, name).or_else(|| of_trait(path, name));
    direct
        .or_else(|| catalogue::derefs_to(path).filter(|of| *of != path).and_then(|of| catalogue::associated(of, name)))
}

/// The method of a trait that the catalogue says the type has.
fn of_trait(path: &str, name: &str) -> Option<catalogue::Entry> {
    let traits: Vec<_> = catalogue::implements(path).collect();
    if traits.is_empty() {
        return None;
    }
    catalogue::named(name).find(|entry| entry.trait_path().is_some_and(|of| traits.contains(&of)))
}

/// Whether reading from or writing to a type blocks.
fn holds_blocking(held: &Type) -> bool {
    let held = held.bare();
    match &held {
        Type::External(paths, _) => paths.iter().any(|path| {
            if catalogue::is_wrapper(path) {
                return holds_blocking(&held.argument(0));
            }
            ["read", "write"].iter().any(|name| {
                let entry = catalogue::associated(path, name).or_else(|| of_trait(path, name));
                entry.is_some_and(|entry| entry.certainty == catalogue::Certainty::Always)
            })
        }),
        _ => false,
    }
}
