//! The types of expressions, as far as the source shows them.

use std::rc::Rc;

use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::knowledge::catalogue::{self, Makes};
use crate::source::{FunctionId, ModuleId};
use crate::syntax::path::Path;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::awaited;
use crate::types::iterate::passes_on;
use crate::types::lookup::{Method, STEPS, method};
use crate::types::methods::{self, tuple_of};
use crate::types::names::prelude;
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
use crate::types::ty::{MAPS, Type};

/// The type of an expression.
pub(crate) fn type_of(scope: &mut Scope<'_>, expression: &syn::Expr) -> Type {
    use syn::Expr;
    match expression {
        Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
            Some(name) if name == "self" => scope.type_of_self(),
            Some(name) if scope.is_variable(&name.unraw().to_string()) => {
                scope.type_of_variable(&name.unraw().to_string())
            }
            _ => scope.type_of_value(&path_of(&path.path)),
        },
        Expr::Field(field) => {
            let name = match &field.member {
                syn::Member::Named(name) => name.unraw().to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            let of = type_of(scope, &field.base);
            field_of(scope, of, &name)
        }
        Expr::Call(call) => type_of_call(scope, call),
        Expr::MethodCall(call) => methods::type_of_method(scope, call, type_of),
        Expr::Try(inner) => type_of(scope, &inner.expr).unwrapped(),
        Expr::Paren(inner) => type_of(scope, &inner.expr),
        Expr::Group(inner) => type_of(scope, &inner.expr),
        Expr::Reference(inner) => type_of(scope, &inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => {
            let of = type_of(scope, &inner.expr);
            scope.dereferenced(&of).unwrap_or(of)
        }
        Expr::Index(inner) => {
            let of = type_of(scope, &inner.expr).bare();
            if of.is_any(MAPS) { of.argument(1) } else { of.element() }
        }
        Expr::Cast(inner) => scope.type_of_written(&TypeRef::of(&inner.ty)),
        Expr::Array(inner) => slice_of(scope, inner.elems.first()),
        Expr::Repeat(inner) => slice_of(scope, Some(&inner.expr)),
        Expr::Tuple(inner) => Type::Tuple(inner.elems.iter().map(|element| type_of(scope, element)).collect()),
        Expr::Struct(inner) => type_of_literal(scope, inner),
        Expr::Lit(inner) => match &inner.lit {
            syn::Lit::Str(_) => Type::external("str", Vec::new()),
            syn::Lit::Int(number) => {
                prelude(number.suffix()).map_or(Type::Unknown, |of| Type::external(of, Vec::new()))
            }
            _ => Type::Unknown,
        },
        Expr::Macro(inner) if inner.mac.path.is_ident("format") => Type::external("std::string::String", Vec::new()),
        Expr::Macro(inner) => type_of_macro(scope, &inner.mac),
        Expr::Await(inner) => awaited(scope, &inner.base),
        Expr::Block(inner) if inner.label.is_none() => type_of_block(scope, &inner.block),
        Expr::Unsafe(inner) => type_of_block(scope, &inner.block),
        Expr::If(inner) => type_of_if(scope, inner),
        Expr::Match(inner) => type_of_match(scope, inner),
        _ => Type::Unknown,
    }
}

/// The type of a struct or of the enum of a variant, by a literal of it.
pub(crate) fn type_of_literal(scope: &mut Scope<'_>, literal: &syn::ExprStruct) -> Type {
    let path = path_of(&literal.path);
    match scope.type_of_written(&TypeRef::of_path(&literal.path)) {
        Type::Unknown => scope.type_of_variant(&path),
        Type::Local(module, name, arguments) if arguments.is_empty() => {
            let value_of = |field: &str| {
                let is_it = |value: &&syn::FieldValue| value.member.to_token_stream().to_string() == field;
                literal.fields.iter().find(is_it).map(|value| &value.expr)
            };
            let arguments = arguments_by_fields(scope, module, &name, value_of);
            Type::Local(module, name, arguments)
        }
        is => is,
    }
}

/// The arguments of a generic struct, by the values of the fields that have the type of a parameter.
fn arguments_by_fields<'e>(
    scope: &mut Scope<'_>,
    module: ModuleId,
    name: &Rc<str>,
    value_of: impl Fn(&str) -> Option<&'e syn::Expr>,
) -> Vec<Type> {
    let fields = scope.fields_of_parameters(module, name);
    let mut type_of_field = |field: Option<String>| {
        let value = field.and_then(|field| value_of(&field));
        value.filter(|value| owns(scope, value)).map_or(Type::Unknown, |value| type_of(scope, value))
    };
    fields.into_iter().map(&mut type_of_field).collect()
}

/// Whether a value is surely no reference. What is in a variable, or given by a method, may be one.
fn owns(scope: &mut Scope<'_>, value: &syn::Expr) -> bool {
    match value {
        syn::Expr::Call(call) => own_function(scope, &call.func).is_none_or(|own| !scope.returns_reference(own)),
        syn::Expr::Struct(_) | syn::Expr::Macro(_) => true,
        syn::Expr::Try(inner) => owns(scope, &inner.expr),
        syn::Expr::Await(inner) => owns(scope, &inner.base),
        _ => false,
    }
}

/// The type of a field, of the type or of what it holds.
fn field_of(scope: &mut Scope<'_>, mut of: Type, name: &str) -> Type {
    for _ in 0..STEPS {
        let found = scope.type_of_field(&of, name);
        match scope.dereferenced(&of) {
            Some(inner) if !found.is_known() => of = inner,
            _ => return found,
        }
    }
    Type::Unknown
}

/// What a function gives that says only `impl Deref` of it, or that in `Option` or `Result`: its body tells.
pub(crate) fn type_of_hidden(scope: &mut Scope<'_>, function: FunctionId) -> Option<Type> {
    let text = scope.hidden_output(function)?;
    scope.in_function(function, |scope| {
        crate::source::parse::<syn::ItemFn, _>(&text, |item| {
            scope.open();
            for input in &item.sig.inputs {
                if let syn::FnArg::Typed(input) = input {
                    let is = scope.type_of_written(&TypeRef::of(&input.ty));
                    scope.bind_pattern(&input.pat, &is);
                }
            }
            type_of_block(scope, &item.block)
        })
    })
}

/// What a written type is where a value says more of it: `files: Vec<_> = paths.map(File::open).collect()`.
pub(crate) fn filled(scope: &mut Scope<'_>, written: Type, value: &syn::Expr) -> Type {
    match value {
        syn::Expr::MethodCall(call) if call.method == "collect" && written.argument(0) == Type::Unknown => {
            let element = type_of(scope, &call.receiver).bare().element();
            written.filled(element)
        }
        _ => written,
    }
}

/// The value at the end of a block, after what its `let`s bind.
fn type_of_block(scope: &mut Scope<'_>, block: &syn::Block) -> Type {
    let Some(syn::Stmt::Expr(last, None)) = block.stmts.last() else { return Type::Unknown };
    scope.open();
    scope.declare(&block.stmts);
    for statement in &block.stmts {
        let syn::Stmt::Local(local) = statement else { continue };
        let is = local.init.as_ref().map_or(Type::Unknown, |init| type_of(scope, &init.expr));
        scope.bind_pattern(&local.pat, &is);
    }
    let is = type_of(scope, last);
    scope.close();
    is
}

fn type_of_if(scope: &mut Scope<'_>, branches: &syn::ExprIf) -> Type {
    let Some((_, other)) = &branches.else_branch else { return Type::Unknown };
    scope.open();
    bind_condition(scope, &branches.cond);
    let is = type_of_block(scope, &branches.then_branch);
    scope.close();
    let other = type_of(scope, other);
    either(is, other)
}

/// Binds the variables of `if let`.
fn bind_condition(scope: &mut Scope<'_>, condition: &syn::Expr) {
    match condition {
        syn::Expr::Binary(chain) => {
            bind_condition(scope, &chain.left);
            bind_condition(scope, &chain.right);
        }
        syn::Expr::Let(inner) => {
            let is = type_of(scope, &inner.expr);
            scope.bind_pattern(&inner.pat, &is);
        }
        _ => {}
    }
}

fn type_of_match(scope: &mut Scope<'_>, choice: &syn::ExprMatch) -> Type {
    let of = type_of(scope, &choice.expr);
    choice.arms.iter().fold(Type::Unknown, |before, arm| {
        scope.open();
        scope.bind_pattern(&arm.pat, &of);
        let is = type_of(scope, &arm.body);
        scope.close();
        either(before, is)
    })
}

/// All branches have one type; of some the text does not tell it.
fn either(one: Type, other: Type) -> Type {
    match (one, other) {
        (Type::Unknown, known) | (known, Type::Unknown) => known,
        (one, other) if one == other => one,
        // `Some(x)` beside `None`, or two traits.
        _ => Type::Unknown,
    }
}

/// What awaiting something gives: a call of an own async function, or what async crates have.
pub(crate) fn awaited(scope: &mut Scope<'_>, future: &syn::Expr) -> Type {
    let function = match future {
        syn::Expr::Call(call) => match own_function(scope, &call.func) {
            Some(function) => function,
            None => return awaited_call(scope, call),
        },
        syn::Expr::MethodCall(call) => {
            let receiver = type_of(scope, &call.receiver);
            let name = call.method.unraw().to_string();
            match method(scope, &receiver, &name) {
                Method::Local(function) | Method::Declared(function) => function,
                _ => return awaited_method(&receiver.bare(), &name),
            }
        }
        syn::Expr::Paren(inner) => return awaited(scope, &inner.expr),
        syn::Expr::Reference(inner) => return awaited(scope, &inner.expr),
        syn::Expr::Path(_) | syn::Expr::Field(_) => {
            return awaited::future(&type_of(scope, future)).unwrap_or(Type::Unknown);
        }
        _ => return Type::Unknown,
    };
    if scope.index().function(function).is_async { scope.type_of_output(function) } else { Type::Unknown }
}

/// What awaiting a method of a type of another crate gives.
fn awaited_method(receiver: &Type, name: &str) -> Type {
    match name {
        "next" if receiver.is_stream() => Type::option(receiver.element()),
        "try_next" if receiver.is_stream() => Type::result(Type::option(receiver.element().unwrapped())),
        _ => awaited::awaited(receiver, name).unwrap_or(Type::Unknown),
    }
}

fn awaited_call(scope: &mut Scope<'_>, call: &syn::ExprCall) -> Type {
    let syn::Expr::Path(path) = &*call.func else { return Type::Unknown };
    match scope.resolve(&path_of(&path.path), Namespace::Value) {
        Name::Def(Def::External(paths)) => match (&paths[..], call.args.get(1)) {
            ([path], Some(inner)) if path == "tokio::time::timeout" => Type::result(awaited(scope, inner)),
            ([path], _) => awaited::opened(path).unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        },
        _ => Type::Unknown,
    }
}

/// An array, by its first element.
fn slice_of(scope: &mut Scope<'_>, first: Option<&syn::Expr>) -> Type {
    let first = first.map_or(Type::Unknown, |first| type_of(scope, first));
    if first.is_known() { Type::Slice(Box::new(first)) } else { Type::Unknown }
}

/// `vec![..]` makes what its name says, `info_span!(..)` and the like make spans.
fn type_of_macro(scope: &mut Scope<'_>, call: &syn::Macro) -> Type {
    const SPANS: &[&str] = &["debug_span", "error_span", "info_span", "span", "trace_span", "warn_span"];
    if call.path.is_ident("vec") {
        let elements = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let element = elements.parse2(call.tokens.clone()).ok().and_then(|elements| elements.into_iter().next());
        let element = element.map_or(Type::Unknown, |element| type_of(scope, &element));
        return Type::external("std::vec::Vec", vec![element]);
    }
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
                return Type::Unknown;
            }
            let parameters = parameters_by_arguments(scope, function, call);
            scope.type_of_output_with(function, &parameters)
        }
        Name::Def(Def::Type(module, name)) => {
            let value_of = |field: &str| call.args.get(field.parse().ok()?);
            let arguments = arguments_by_fields(scope, module, &name, value_of);
            Type::Local(module, name, arguments)
        }
        Name::Def(Def::External(paths)) => {
            if let Some(is) = by_path(scope, &paths, call) {
                return is;
            }
            for path in paths.iter() {
                let all = catalogue::made_by(path);
                let Some(&(made, makes)) = all.first() else { continue };
                return match makes {
                    Makes::Value => {
                        let held = held_by(scope, path, made, call);
                        Type::External(all.iter().map(|(made, _)| (*made).to_owned()).collect(), held)
                    }
                    Makes::Element(_) => tuple_of(&mut all.iter()).unwrap_or(Type::Unknown),
                    Makes::Around(number) => {
                        let held = call.args.get(number).map_or(Type::Unknown, |argument| type_of(scope, argument));
                        Type::external(made, vec![held])
                    }
                    Makes::AroundSelf => Type::Unknown,
                };
            }
            constructed(scope, &paths, call)
        }
        _ => match scope.type_of_variant(&written) {
            Type::Unknown => derived(scope, &written),
            is => is,
        },
    }
}

/// What the parameters of the `impl` around a function are, by the arguments that have their types:
/// `Pool::new(Client::new())`.
fn parameters_by_arguments(scope: &mut Scope<'_>, function: FunctionId, call: &syn::ExprCall) -> Vec<(String, Type)> {
    let of_arguments = scope.arguments_of_parameters(function);
    let mut known = Vec::new();
    for (parameter, number) in of_arguments {
        let Some(argument) = call.args.get(number) else { continue };
        if owns(scope, argument) {
            known.push((parameter, type_of(scope, argument)));
        }
    }
    known
}

/// What functions give by which no type of the catalogue is made.
fn by_path(scope: &mut Scope<'_>, paths: &[String], call: &syn::ExprCall) -> Option<Type> {
    let first = call.args.first();
    if let ([path], Some(first)) = (paths, first)
        && OF_FIRST.contains(&path.as_str())
    {
        return Some(type_of(scope, first));
    }
    if let ([path], Some(first)) = (paths, first)
        && LAST_OWNERS.contains(&path.as_str())
    {
        let held = type_of(scope, first).argument(0);
        return Some(match path.rsplit("::").next() {
            Some("try_unwrap") => Type::result(held),
            Some("into_inner") => Type::option(held),
            _ => held,
        });
    }
    if let [path] = paths
        && let Some(is) = of_environment(path)
    {
        return Some(is);
    }
    let first = first.filter(|_| paths.iter().any(|path| STREAM_OF.contains(&path.as_str())))?;
    Some(Type::stream(type_of(scope, first).bare().element()))
}

/// What functions of `std::env` give that put it into something.
fn of_environment(path: &str) -> Option<Type> {
    match path {
        "std::env::split_paths" => Some(Type::iterator(Type::external("std::path::PathBuf", Vec::new()))),
        "std::env::var" => Some(Type::result(Type::external("std::string::String", Vec::new()))),
        "std::env::var_os" => Some(Type::option(Type::external("std::ffi::OsString", Vec::new()))),
        _ => None,
    }
}

/// `Type::default()` of a type of this crate that derives it.
fn derived(scope: &mut Scope<'_>, written: &Path) -> Type {
    let mut of = written.clone();
    if of.segments.pop().is_none_or(|name| name != "default") || of.segments.is_empty() {
        return Type::Unknown;
    }
    let is = scope.type_of_written(&TypeRef::Path(of, Vec::new()));
    if matches!(is, Type::Local(..)) { is } else { Type::Unknown }
}

/// `Mutex::new(value)` and the like hold their argument.
fn held_by(scope: &mut Scope<'_>, path: &str, made: &str, call: &syn::ExprCall) -> Vec<Type> {
    let is_constructor = path.strip_prefix(made).is_some_and(|rest| matches!(rest, "::new" | "::from"));
    match call.args.first() {
        Some(first) if is_constructor && call.args.len() == 1 => vec![type_of(scope, first)],
        _ => Vec::new(),
    }
}

/// Functions that give something of the type of their first argument.
const OF_FIRST: &[&str] = &["std::mem::replace", "std::mem::take", "std::rc::Rc::clone", "std::sync::Arc::clone"];

/// Functions that give what a shared pointer holds to its last owner.
pub(crate) const LAST_OWNERS: &[&str] = &[
    "std::rc::Rc::into_inner",
    "std::rc::Rc::try_unwrap",
    "std::rc::Rc::unwrap_or_clone",
    "std::sync::Arc::into_inner",
    "std::sync::Arc::try_unwrap",
    "std::sync::Arc::unwrap_or_clone",
];

/// Functions that make a stream of what can be gone through.
const STREAM_OF: &[&str] =
    &["futures::stream::iter", "futures_lite::stream::iter", "futures_util::stream::iter", "tokio_stream::iter"];

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

/// Methods of std that create an iterator of a type the compiler can be asked about.
const ASKED: &[&str] = &["incoming", "into_incoming", "lines"];

/// What creates the iterator in an expression, if the compiler could tell more about its type than the source.
pub(crate) fn made_of_unknown<'e>(scope: &mut Scope<'_>, iterator: &'e syn::Expr) -> Option<&'e syn::Expr> {
    match iterator {
        syn::Expr::Paren(inner) => made_of_unknown(scope, &inner.expr),
        syn::Expr::Reference(inner) => made_of_unknown(scope, &inner.expr),
        syn::Expr::MethodCall(call) => {
            let method = call.method.unraw().to_string();
            if ASKED.contains(&method.as_str()) {
                let is_unknown = call.args.is_empty() && type_of(scope, &call.receiver).bare() == Type::Unknown;
                return is_unknown.then_some(iterator);
            }
            if passes_on(&method) { made_of_unknown(scope, &call.receiver) } else { None }
        }
        _ => None,
    }
}
