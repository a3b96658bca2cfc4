//! The types that methods return, and those that they pass to their closures.

use std::rc::Rc;

use syn::ext::IdentExt as _;

use crate::knowledge::catalogue::{self, Makes};
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::awaited;
use crate::types::guards;
use crate::types::iterate;
use crate::types::lookup::{Method, STEPS, has_own, is_listed, iterates, lists, method_on};
use crate::types::maybe::{self, Effect};
use crate::types::names::{Def, Namespace};
use crate::types::scope::{Name, Scope};
use crate::types::ty::{CELLS, MAPS, Type};

/// How the type of an expression is found: what is in the arguments of a method counts as well.
type TypeOf = fn(&mut Scope<'_>, &syn::Expr) -> Type;

pub(crate) fn type_of_method(scope: &mut Scope<'_>, call: &syn::ExprMethodCall, type_of: TypeOf) -> Type {
    let mut of = type_of(scope, &call.receiver);
    let name = call.method.unraw().to_string();
    let bare = of.bare();
    if guards::is_guard(scope.known(), &of) || awaited::is_guard(&of) {
        // Guards have hardly a method of their own: it is one of what they guard.
        of = bare.clone();
    }
    let otherwise = |scope: &mut Scope<'_>| {
        let mut mapped = |scope: &mut Scope<'_>| type_of_mapped(scope, &of, &name, call, type_of);
        by_name(scope, &of, &bare, &name, &mut mapped).unwrap_or(Type::Unknown)
    };
    if let Some(adapted) = iterate::adapted(scope, &bare, call, otherwise) {
        return adapted;
    }
    if let Some(is) = type_between_angles(scope, &name, call) {
        return is;
    }
    if let ("collect", Some(turbofish)) = (&*name, &call.turbofish)
        && bare.element().is_known()
        && !bare.is_stream()
    {
        let made = match turbofish.args.first() {
            Some(syn::GenericArgument::Type(made)) => scope.type_of_written(&TypeRef::of(made)),
            _ => Type::Unknown,
        };
        return made.filled(bare.element());
    }
    let is = by_name(scope, &of, &bare, &name, &mut |scope| type_of_mapped(scope, &of, &name, call, type_of));
    is.unwrap_or_else(|| by_type(scope, of, &name))
}

/// Methods that give something of the type of their receiver, besides those of `Option` and `Result`.
const GIVING_SAME: &[&str] = &[
    "borrow_and_update",
    "by_ref",
    "chain",
    "clone",
    "cloned",
    "copied",
    "filter",
    "fuse",
    "into_inner",
    "into_owned",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take_while",
    "to_owned",
];

const PATHS: &[&str] = &["camino::Utf8Path", "camino::Utf8PathBuf", "std::path::Path", "std::path::PathBuf"];

/// What reads from, or writes to, what can be got out of it.
const AROUND_STREAMS: &[&str] = &["std::io::BufReader", "std::io::BufWriter", "std::io::LineWriter", "std::io::Take"];

/// What a method gives that means the same on types of a kind: containers, iterators, guards.
fn by_name(
    scope: &mut Scope<'_>,
    of: &Type,
    bare: &Type,
    name: &str,
    mapped: &mut dyn FnMut(&mut Scope<'_>) -> Type,
) -> Option<Type> {
    match name {
        name if of.gives_held(name) => Some(of.dereferenced().unwrap_or(Type::Unknown)),
        "single" | "single_mut" | "get_single" | "get_single_mut" if bare.is_query() => Some(bare.argument(0)),
        name if bare.converted(name).is_some() => Some(bare.converted(name).unwrap_or(Type::Unknown)),
        name if maybe::effect(name) == Some(Effect::Unwraps) => Some(of.unwrapped()),
        name if (maybe::effect(name).is_some() || GIVING_SAME.contains(&name))
            && (name == "clone" || !bare.is("std::cell::RefCell") && !bare.is_any(CELLS))
            && !has_own(scope, bare, name)
            && !lists(bare, name) =>
        {
            Some(if maybe::changes_error(name) { of.with_unknown_error() } else { of.clone() })
        }
        "iter" | "iter_mut" | "into_iter" | "drain" if bare.element().is_known() => {
            Some(Type::iterator(bare.element()))
        }
        "values" | "values_mut" | "into_values" if bare.is_any(MAPS) => Some(Type::iterator(bare.argument(1))),
        "replace" if bare.is("std::option::Option") => Some(bare.clone()),
        "keys" if bare.is_any(MAPS) => Some(Type::iterator(bare.argument(0))),
        "get" | "get_mut" | "remove" if bare.is_any(MAPS) => Some(Type::option(bare.argument(1))),
        "max" | "max_by" | "max_by_key" | "min" | "min_by" | "min_by_key" | "next_back" | "reduce" | "rfind"
            if bare.element().is_known() =>
        {
            Some(Type::option(bare.element()))
        }
        "map" | "and_then" => Some(mapped(scope)).filter(Type::is_known),
        "first" | "last" | "get" | "get_mut" | "first_mut" | "last_mut" | "pop" | "pop_front" | "pop_back"
        | "front" | "back" | "next" | "find" | "nth"
            if bare.element().is_known() && !bare.is_any(MAPS) =>
        {
            Some(Type::option(bare.element()))
        }
        "enumerate" if bare.element().is_known() => {
            Some(Type::iterator(Type::Tuple(vec![Type::Unknown, bare.element()])))
        }
        "get_or_init" | "get_or_try_init" if bare.is_any(CELLS) => Some(bare.argument(0)),
        "get" | "get_mut" | "into_inner" | "take" if bare.is_any(CELLS) => Some(Type::option(bare.argument(0))),
        "flatten" if bare.element().is_known() => Some(Type::iterator(bare.element().unwrapped())),
        "ancestors" if bare.is_any(PATHS) => {
            Some(Type::iterator(bare.used_as_listed().unwrap_or_else(|| bare.clone())))
        }
        "get_mut" | "get_ref" | "into_inner" if bare.is_any(AROUND_STREAMS) => Some(bare.argument(0)),
        name if awaited::at_once(bare, name).is_some() => Some(awaited::at_once(bare, name).unwrap_or(Type::Unknown)),
        name if guards::given(bare, name).is_some() => Some(guards::given(bare, name).unwrap_or(Type::Unknown)),
        // `Pin<&mut Self>`, or what `#[pin_project]` makes of it: its fields are those of the type.
        "get_mut" | "get_ref" | "get_unchecked_mut" | "project" | "project_ref"
            if matches!(bare, Type::Local(..)) && !has_own(scope, bare, name) && scope.dereferenced(bare).is_none() =>
        {
            Some(of.clone())
        }
        "as_str" | "trim" | "trim_end" | "trim_end_matches" | "trim_matches" | "trim_start" | "trim_start_matches"
            if bare.is_any(&["std::string::String", "str"]) =>
        {
            Some(Type::external("str", Vec::new()))
        }
        "to_string" | "to_lowercase" | "to_uppercase" => Some(Type::external("std::string::String", Vec::new())),
        _ => None,
    }
}

/// What a method gives by what is known of the type, or of what it holds.
fn by_type(scope: &mut Scope<'_>, of: Type, name: &str) -> Type {
    let mut at = of;
    for _ in 0..STEPS {
        match &at {
            Type::External(paths, _) => {
                if paths.iter().any(|path| catalogue::keeps_type(path, name)) {
                    return at.clone();
                }
                let all: Vec<_> = paths.iter().map(|path| catalogue::made_by(&format!("{path}::{name}"))).collect();
                let all = || all.iter().flat_map(|made| made.iter());
                let values = all().filter(|(_, makes)| *makes == Makes::Value);
                let values: Rc<[String]> = values.map(|(made, _)| (*made).to_owned()).collect();
                if !values.is_empty() {
                    // What a pool or a lock lends is used as what that holds, and an archive's entries are read from what it reads.
                    let is_lent = matches!(&values[..], [made] if catalogue::used_as(made).is_some() || catalogue::is_wrapper(made));
                    let arguments =
                        if let (Type::External(_, of), true) = (&at, is_lent) { of.clone() } else { Vec::new() };
                    return Type::External(values, arguments);
                }
                if let Some(tuple) = tuple_of(&mut all()) {
                    return tuple;
                }
                let around = ["std::io::Read", "std::io::BufRead"].iter().find_map(|of| {
                    let made = catalogue::made_by(&format!("{of}::{name}"));
                    made.iter().find(|(_, makes)| *makes == Makes::AroundSelf).copied()
                });
                if let Some((made, _)) = around {
                    return Type::external(made, vec![at.clone()]);
                }
                if let Some(function) = scope.given_to(&at, name, None) {
                    return type_given(scope, function, &at);
                }
                if paths.iter().any(|path| is_builder(path)) && sets(name) {
                    return at.clone();
                }
            }
            Type::Local(..) | Type::Traits(_) => {
                if let Method::Local(function) | Method::Declared(function) = method_on(scope, &at, name) {
                    return type_given(scope, function, &at);
                }
            }
            _ => {}
        }
        match scope.dereferenced(&at).or_else(|| at.used_as_listed()) {
            Some(inner) => at = inner,
            None => return Type::Unknown,
        }
    }
    Type::Unknown
}

/// What a method of the crate gives at once.
fn type_given(scope: &mut Scope<'_>, function: FunctionId, of: &Type) -> Type {
    if scope.index().function(function).is_async { Type::Unknown } else { scope.type_of_output_on(function, of) }
}

/// Whether a type of the catalogue is what another one is made with.
fn is_builder(path: &str) -> bool {
    ["Builder", "Options"].iter().any(|end| path.ends_with(end)) && catalogue::lists_type(path)
}

/// Whether a method of a builder may be one that sets something and gives the builder back.
fn sets(name: &str) -> bool {
    const OTHERS: &[&str] = &["build", "call", "connect", "create", "finish", "open", "run", "send", "spawn", "start"];
    const PREFIXES: &[&str] = &["as_", "build_", "connect_", "get_", "into_", "is_", "open_", "send_", "to_", "try_"];
    !OTHERS.contains(&name) && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Functions that give a state to the closure behind it, and what that returns to the next call.
const UNFOLDING: &[&str] = &["try_unfold", "unfold"];

/// What `map` and `and_then` return, if the closure is an expression whose type is known.
fn type_of_mapped(scope: &mut Scope<'_>, of: &Type, method: &str, call: &syn::ExprMethodCall, type_of: TypeOf) -> Type {
    let closure = match call.args.first() {
        Some(syn::Expr::Closure(closure)) => closure,
        Some(syn::Expr::Path(path)) => {
            let made = made_by_value(scope, path);
            return if made.is_known() { mapped(of, method, &call.receiver, made) } else { made };
        }
        _ => return Type::Unknown,
    };
    let given = given_to_closure(scope, of, call, type_of);
    let gives_iterator = method == "map" && mapped(of, method, &call.receiver, Type::Unknown).is("std::iter::Iterator");
    if closure.asyncness.is_some()
        || matches!(*closure.body, syn::Expr::Block(_)) && !gives_iterator
        || given.iter().all(|is| !is.is_known()) && !gives_iterator
    {
        return Type::Unknown;
    }
    scope.open();
    for (n, input) in closure.inputs.iter().enumerate() {
        scope.bind_pattern(input, given.get(n).unwrap_or(&Type::Unknown));
    }
    let is = type_of(scope, &closure.body);
    scope.close();
    if is.is_known() { mapped(of, method, &call.receiver, is) } else { is }
}

/// What `map` and `and_then` return where their closure returns `is`.
fn mapped(of: &Type, method: &str, receiver: &syn::Expr, is: Type) -> Type {
    let makes_iterator =
        |made: &syn::ExprMethodCall| ["iter", "into_iter", "lines", "split"].iter().any(|name| made.method == name);
    let of = of.bare();
    match receiver {
        _ if method == "and_then" => is,
        _ if of.is("std::option::Option") => Type::option(is),
        _ if of.is("std::result::Result") => Type::result(is),
        _ if of.is_stream() => Type::stream(is),
        _ if of.element().is_known() => Type::iterator(is),
        syn::Expr::MethodCall(made) if of == Type::Unknown && makes_iterator(made) => Type::iterator(is),
        syn::Expr::Paren(inner) if matches!(*inner.expr, syn::Expr::Range(_)) => Type::iterator(is),
        // What the catalogue says to make a value may make it inside `Option` or `Result`.
        _ if is_listed(&of) && !iterates(&of) => is,
        _ => Type::Unknown,
    }
}

/// What a function makes that is handed on: `.map(PathBuf::from)`.
fn made_by_value(scope: &mut Scope<'_>, path: &syn::ExprPath) -> Type {
    match scope.resolve(&path_of(&path.path), Namespace::Value) {
        Name::Def(Def::Function(function)) if !scope.index().function(function).is_async => {
            scope.type_of_output(function)
        }
        Name::Def(Def::External(paths)) => {
            let all: Vec<_> = paths.iter().flat_map(|path| catalogue::made_by(path).to_vec()).collect();
            match &all[..] {
                [(made, Makes::Value)] => Type::external(made, Vec::new()),
                _ => Type::Unknown,
            }
        }
        _ => Type::Unknown,
    }
}

/// Methods that give something of the type that stands between their angles, mostly in `Option` or `Result`.
const OF_ARGUMENT: &[&str] = &[
    "app_data",
    "downcast",
    "downcast_mut",
    "downcast_ref",
    "get_resource",
    "get_resource_mut",
    "parse",
    "resource",
    "resource_mut",
    "state",
    "try_state",
];

/// `app.state::<Store>()`
fn type_between_angles(scope: &mut Scope<'_>, name: &str, call: &syn::ExprMethodCall) -> Option<Type> {
    let turbofish = call.turbofish.as_ref().filter(|_| OF_ARGUMENT.contains(&name))?;
    match turbofish.args.iter().collect::<Vec<_>>()[..] {
        [syn::GenericArgument::Type(only)] => Some(scope.type_of_written(&TypeRef::of(only))),
        _ => None,
    }
}

/// What a function gives to the closure that it is called with: the types of the closure's arguments.
pub(crate) fn given_by_function(scope: &mut Scope<'_>, name: &str, call: &syn::ExprCall, type_of: TypeOf) -> Vec<Type> {
    match call.args.first() {
        Some(first) if UNFOLDING.contains(&name) && call.args.len() == 2 => vec![type_of(scope, first)],
        Some(first) if name == "successors" && call.args.len() == 2 => vec![type_of(scope, first).unwrapped()],
        _ => Vec::new(),
    }
}

/// What a function of this crate gives to the closures that it is called with, as its head says: the types of the
/// closures' arguments, for each of `count` arguments of the function. The first may be the receiver.
pub(crate) fn given_by_local(
    scope: &mut Scope<'_>,
    function: FunctionId,
    receiver: &Type,
    count: usize,
) -> Vec<Vec<Type>> {
    let takes = |of: &Type| match of {
        Type::Traits(traits) => traits.iter().find_map(|of| match of {
            Type::External(paths, arguments) if paths.iter().any(|path| is_closure(path)) => match &arguments[..] {
                [Type::Tuple(inputs)] => Some(inputs.clone()),
                _ => None,
            },
            _ => None,
        }),
        _ => None,
    };
    let inputs = scope.types_of_inputs_on(function, receiver);
    let before = std::iter::repeat_with(Vec::new).take(count.saturating_sub(inputs.len()));
    before.chain(inputs.iter().map(|of| takes(&of.bare()).unwrap_or_default())).collect()
}

/// Whether a trait is that of what can be called.
fn is_closure(path: &str) -> bool {
    matches!(
        path.strip_prefix("std::ops::").unwrap_or(path),
        "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce" | "Fn" | "FnMut" | "FnOnce"
    )
}

/// The types that the last of several arguments is given, if it is a closure.
pub(crate) fn given_to_last(given: Vec<Type>, arguments: usize) -> Vec<Vec<Type>> {
    let before = std::iter::repeat_with(Vec::new).take(arguments.saturating_sub(1));
    before.chain([given]).collect()
}

/// What a method gives to the closure that it is called with.
pub(crate) fn given_to_closure(
    scope: &mut Scope<'_>,
    receiver: &Type,
    call: &syn::ExprMethodCall,
    type_of: TypeOf,
) -> Vec<Type> {
    let method = call.method.unraw().to_string();
    let of = receiver.bare();
    if of.is_stream() {
        match method.as_str() {
            "and_then"
            | "map_ok"
            | "inspect_ok"
            | "try_filter"
            | "try_filter_map"
            | "try_for_each"
            | "try_for_each_concurrent"
            | "try_skip_while"
            | "try_take_while" => return vec![of.element().unwrapped()],
            "for_each_concurrent" | "then" => return vec![of.element()],
            _ => {}
        }
    }
    if let ("fold" | "try_fold" | "scan", Some(first)) = (method.as_str(), call.args.first())
        && call.args.len() == 2
    {
        let element = if method == "try_fold" && of.is_stream() { of.element().unwrapped() } else { of.element() };
        return vec![type_of(scope, first), element];
    }
    given_by_method(&of, &method)
}

fn given_by_method(of: &Type, method: &str) -> Vec<Type> {
    let is_maybe = of.is_any(&["std::option::Option", "std::result::Result"]);
    let is_iterator = of.is("std::iter::Iterator") || of.is_stream() || iterates(of) || matches!(of, Type::Traits(_));
    match method {
        "and_then" | "inspect" | "is_none_or" | "is_ok_and" | "is_some_and" | "map" | "map_or" | "map_or_else"
            if is_maybe =>
        {
            vec![of.argument(0)]
        }
        "filter" if of.is("std::option::Option") => vec![of.argument(0)],
        // What the catalogue says to make a value may make it inside `Option` or `Result`.
        "and_then" | "is_ok_and" | "is_some_and" | "map" | "map_or" | "map_or_else"
            if !is_iterator && is_listed(of) =>
        {
            vec![of.clone()]
        }
        "all" | "any" | "filter" | "filter_map" | "find" | "find_map" | "flat_map" | "for_each" | "inspect" | "map"
        | "map_while" | "max_by_key" | "min_by_key" | "partition" | "position" | "skip_while" | "take_while"
        | "try_for_each"
            if is_iterator =>
        {
            vec![of.element()]
        }
        "retain" | "retain_mut" if of.is_any(MAPS) => vec![of.argument(0), of.argument(1)],
        "retain" | "retain_mut" | "sort_by_key" | "sort_by_cached_key" => vec![of.element()],
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
