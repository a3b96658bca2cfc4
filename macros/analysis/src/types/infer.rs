//! The types of expressions, as far as the source shows them, and whether a method blocks on one.

use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;

use crate::knowledge::catalogue::{self, Certainty, Makes};
use crate::knowledge::project::Project;
use crate::source::{FunctionId, ModuleId};
use crate::syntax::path::Path;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::awaited;
use crate::types::iterate;
use crate::types::methods;
use crate::types::names::prelude;
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
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
        Expr::MethodCall(call) => methods::type_of_method(scope, call),
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
        Expr::Struct(inner) => {
            let path = path_of(&inner.path);
            match scope.type_of_written(&TypeRef::Path(path.clone(), Vec::new())) {
                Type::Unknown => scope.type_of_variant(&path),
                is => is,
            }
        }
        Expr::Lit(inner) => match &inner.lit {
            syn::Lit::Str(_) => Type::external("str", Vec::new()),
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
                Type::Unknown
            } else {
                scope.type_of_output(function)
            }
        }
        Name::Def(Def::Type(module, name)) => Type::Local(module, name, Vec::new()),
        Name::Def(Def::External(paths)) => {
            // `Arc::clone(&shared)`
            if let ([path], Some(first)) = (&paths[..], call.args.first())
                && matches!(path.as_str(), "std::sync::Arc::clone" | "std::rc::Rc::clone")
            {
                return type_of(scope, first);
            }
            if let Some(first) =
                call.args.first().filter(|_| paths.iter().any(|path| STREAM_OF.contains(&path.as_str())))
            {
                return Type::stream(type_of(scope, first).bare().element());
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

/// A tuple some of whose elements are in the catalogue.
pub(crate) fn tuple_of(made: &mut dyn Iterator<Item = &(&'static str, Makes)>) -> Option<Type> {
    // Hardly a function gives a tuple of more than two.
    let mut elements = vec![Type::Unknown; 2];
    let mut is_tuple = false;
    for (made, makes) in made {
        let Makes::Element(number) = *makes else { continue };
        is_tuple = true;
        elements.resize(elements.len().max(number + 1), Type::Unknown);
        elements[number] = Type::external(made, Vec::new());
    }
    is_tuple.then_some(Type::Tuple(elements))
}

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

pub(crate) fn has_own(scope: &mut Scope<'_>, of: &Type, name: &str) -> bool {
    matches!(of, Type::Local(module, own, _) if scope.method(*module, own, name, None).is_some())
}

/// Whether the catalogue says what a method of a type makes.
pub(crate) fn lists(of: &Type, name: &str) -> bool {
    matches!(of, Type::External(paths, _) if paths.iter().any(|path| !catalogue::made_by(&format!("{path}::{name}")).is_empty()))
}

/// Through how many types a method is looked for: one may be what another holds, and the other way round.
pub(crate) const STEPS: usize = 8;

/// What a method of that name is on a receiver of that type.
pub(crate) fn method(scope: &mut Scope<'_>, receiver: &Type, name: &str) -> Method {
    let mut at = receiver.clone();
    for _ in 0..STEPS {
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
    match receiver {
        Type::External(paths, _) => {
            let entry = paths.iter().find_map(|path| blocks_on(scope, receiver, path, name));
            match entry.or_else(|| iterate::taken(scope, receiver, name)) {
                Some(entry) => Method::Blocks(entry),
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
        Type::Unknown => Method::Unknown,
    }
}

/// The method that asks for the address of a name.
const RESOLVES: &str = "to_socket_addrs";

/// The entry for `to_socket_addrs`, which asks for the address of a name on any receiver but an address.
pub(crate) fn resolving(scope: &Scope<'_>, receiver: &Type, name: &str) -> Option<catalogue::Entry> {
    const ADDRESSES: &[&str] = &["std::net::SocketAddr", "std::net::SocketAddrV4", "std::net::SocketAddrV6"];
    let may_resolve = match receiver.bare() {
        of @ Type::External(..) => !of.is_any(ADDRESSES),
        Type::Tuple(_) | Type::Slice(_) => false,
        Type::Local(..) | Type::Traits(_) | Type::Unknown => true,
    };
    let entry = scope.known().project.call("std::net::ToSocketAddrs::to_socket_addrs");
    entry.filter(|_| may_resolve && name == RESOLVES)
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

/// The entry for a method of a type of another crate.
pub(crate) fn blocks_on(scope: &Scope<'_>, receiver: &Type, path: &str, name: &str) -> Option<catalogue::Entry> {
    let project = &scope.known().project;
    if project.is_harmless_on(path, name) {
        return None;
    }
    if catalogue::is_wrapper(path) {
        let entry = project.associated(path, name).or_else(|| of_trait(project, path, name))?;
        return as_stream(project, &receiver.argument(0)).map(|stream| held_in(stream, entry));
    }
    let direct = project.associated(path, name).or_else(|| of_trait(project, path, name));
    direct.or_else(|| catalogue::derefs_to(path).filter(|of| *of != path).and_then(|of| project.associated(of, name)))
}

/// What a method is of a type that blocks where what it holds does.
fn held_in(stream: Stream, entry: catalogue::Entry) -> catalogue::Entry {
    let is_computing = entry.category == catalogue::Category::Cpu;
    match stream {
        Stream::Blocks if entry.certainty == Certainty::Usually && !is_computing => {
            catalogue::Entry { certainty: Certainty::Always, ..entry }
        }
        Stream::Console if !is_computing => {
            catalogue::Entry { category: catalogue::Category::Console, certainty: Certainty::Bounded, ..entry }
        }
        Stream::Blocks | Stream::Console => entry,
    }
}

/// The method of a trait that the catalogue says the type has.
fn of_trait(project: &Project, path: &str, name: &str) -> Option<catalogue::Entry> {
    let traits: Vec<_> = catalogue::implements(path).collect();
    if traits.is_empty() {
        return None;
    }
    project.named(name).find(|entry| entry.trait_path().is_some_and(|of| traits.contains(&of)))
}

/// What reading from a type, or writing to it, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Blocks,
    /// It goes to the terminal.
    Console,
}

/// Whether reading from or writing to a type blocks.
pub(crate) fn blocks_as_stream(scope: &Scope<'_>, held: &Type) -> bool {
    as_stream(&scope.known().project, held) == Some(Stream::Blocks)
}

fn as_stream(project: &Project, held: &Type) -> Option<Stream> {
    let held = held.bare();
    let Type::External(paths, _) = &held else { return None };
    paths.iter().find_map(|path| {
        if catalogue::is_wrapper(path) {
            return as_stream(project, &held.argument(0));
        }
        ["read", "write"].iter().find_map(|name| {
            let entry = project.associated(path, name).or_else(|| of_trait(project, path, name))?;
            match (entry.certainty, entry.category) {
                (Certainty::Always, _) => Some(Stream::Blocks),
                (_, catalogue::Category::Console) => Some(Stream::Console),
                _ => None,
            }
        })
    })
}
