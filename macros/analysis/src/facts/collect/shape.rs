//! What a piece of syntax is by its shape, without a walk: wrappers, marks, attributes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;

use crate::facts::model::RunsOn;
use crate::syntax::kind::Kind;
use crate::syntax::mark;
use crate::syntax::path::{Path, path_of};
use crate::syntax::tokens::any_token;
use crate::types::iterate;

/// Methods that make an iterator, whatever of.
const ITERATORS: &[&str] = &[
    "bytes",
    "chars",
    "chunks",
    "drain",
    "into_iter",
    "into_keys",
    "into_values",
    "iter",
    "iter_mut",
    "keys",
    "lines",
    "split",
    "split_whitespace",
    "try_iter",
    "values",
    "values_mut",
    "windows",
];

/// Functions that do not return.
pub(super) const EXITS: &[&str] =
    &["std::panic::panic_any", "std::panic::resume_unwind", "std::process::abort", "std::process::exit"];

/// Macros that poll the futures among their arguments.
pub(super) const AWAITING_MACROS: &[&str] = &["join", "try_join", "select", "select_biased"];

/// Macros behind which the code goes on. Any other may panic, return or await.
pub(super) const RETURNING_MACROS: &[&str] =
    &["dbg", "eprint", "eprintln", "format", "matches", "print", "println", "vec", "write", "writeln"];

/// `Box::new`, `Box::pin`, `Rc::new`, `Arc::new`, `Some`, `Ok`: the value is still the closure.
pub(super) fn is_wrapper(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else { return false };
    let path = path_of(&path.path);
    let mut last = path.segments.iter().rev().map(String::as_str);
    matches!(
        (last.next(), last.next()),
        (Some("new"), Some("Box" | "Rc" | "Arc")) | (Some("pin"), Some("Box")) | (Some("Some" | "Ok"), _)
    )
}

/// `socket.try_read(&mut buffer)`: that of a lock has no argument.
pub(super) fn fills_buffer(call: &syn::ExprMethodCall) -> bool {
    !call.args.is_empty() && (call.method == "try_read" || call.method == "try_read_buf")
}

/// `Rc::new`, `Arc::new`
pub(super) fn is_shared(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else { return false };
    path.path.segments.iter().any(|segment| segment.ident == "Rc" || segment.ident == "Arc")
}

pub(super) fn is_passed_on(expression: &syn::Expr) -> bool {
    matches!(expression, syn::Expr::MethodCall(call) if iterate::passes_on(&call.method.unraw().to_string()))
}

/// Whether a method hands closures on to an iterator: they run when something is taken from that.
pub(super) fn is_lazy(call: &syn::ExprMethodCall) -> bool {
    fn is_iterator(expression: &syn::Expr) -> bool {
        match expression {
            syn::Expr::MethodCall(call) => {
                let name = call.method.unraw().to_string();
                ITERATORS.contains(&name.as_str()) || iterate::passes_on(&name) && is_iterator(&call.receiver)
            }
            syn::Expr::Paren(inner) => is_iterator(&inner.expr),
            syn::Expr::Range(_) => true,
            _ => false,
        }
    }
    iterate::passes_on(&call.method.unraw().to_string()) && is_iterator(&call.receiver)
}

/// What stands in `Box::new(..)`, `Some(..)`, `Ok(..)`.
pub(super) fn unwrapped(mut value: &syn::Expr) -> &syn::Expr {
    loop {
        value = match value {
            syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => &call.args[0],
            syn::Expr::Paren(inner) => &inner.expr,
            _ => return value,
        };
    }
}

/// `+=` and its like
pub(super) fn is_assignment(of: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(
        of,
        BinOp::AddAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
            | BinOp::SubAssign(_)
    )
}

pub(super) fn is_drop(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last == "drop")
}

/// The variable or field that a chain of calls begins with.
pub(super) fn root_of(receiver: &syn::Expr) -> Option<String> {
    match receiver {
        syn::Expr::MethodCall(call) => root_of(&call.receiver),
        syn::Expr::Try(inner) => root_of(&inner.expr),
        syn::Expr::Paren(inner) => root_of(&inner.expr),
        syn::Expr::Reference(inner) => root_of(&inner.expr),
        syn::Expr::Unary(inner) => root_of(&inner.expr),
        syn::Expr::Field(inner) => {
            let member = match &inner.member {
                syn::Member::Named(name) => name.unraw().to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            root_of(&inner.base).map(|base| format!("{base}.{member}"))
        }
        syn::Expr::Path(path) => path.path.get_ident().map(|name| name.unraw().to_string()),
        _ => None,
    }
}

/// Whether a type that is a guard, maybe in `Option` or the like, is one behind a reference.
pub(super) fn refers(written: &syn::Type) -> bool {
    match written {
        syn::Type::Reference(_) => true,
        syn::Type::Paren(inner) => refers(&inner.elem),
        syn::Type::Group(inner) => refers(&inner.elem),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let is_around = ["Option", "Result"].iter().any(|name| last.ident == name);
            match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) if is_around => arguments
                    .args
                    .iter()
                    .any(|argument| matches!(argument, syn::GenericArgument::Type(inner) if refers(inner))),
                _ => false,
            }
        }),
        _ => false,
    }
}

/// Whether a `let` binds a variable whose name says that it is unused, and nothing uses it.
pub(super) fn is_forgotten(statement: &syn::Stmt, behind: &[syn::Stmt]) -> bool {
    let syn::Stmt::Local(local) = statement else { return false };
    let mut pattern = &local.pat;
    while let syn::Pat::Type(typed) = pattern {
        pattern = &typed.pat;
    }
    let syn::Pat::Ident(name) = pattern else { return false };
    // `println!("{_task:?}")` uses it too.
    let shown = format!("{{{}", name.ident);
    let is_shown = |text: &str| {
        let mut ends = text.match_indices(&shown).map(|(at, _)| &text[at + shown.len()..]);
        ends.any(|end| end.starts_with([':', '}']))
    };
    let is_name = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => *ident == name.ident,
        TokenTree::Literal(literal) => is_shown(&literal.to_string()),
        _ => false,
    };
    name.ident.to_string().starts_with('_')
        && !behind.iter().any(|statement| any_token(&statement.to_token_stream(), &is_name))
}

/// What `if cfg!(..)` asks.
pub(super) fn gate_of(condition: &syn::Expr) -> Option<TokenStream> {
    match condition {
        syn::Expr::Macro(asked) if asked.mac.path.is_ident("cfg") => Some(asked.mac.tokens.clone()),
        syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            gate_of(&inner.expr).map(|gate| quote! { not(#gate) })
        }
        _ => None,
    }
}

/// `|| async { .. }` only makes a future, and futures are polled on the loop.
pub(super) fn is_run_where_called(closure: &syn::ExprClosure) -> bool {
    closure.asyncness.is_none() && !matches!(*closure.body, syn::Expr::Async(_))
}

/// The mark on a closure or path, if it bears one.
pub(super) fn mark_of(attributes: &[syn::Attribute]) -> Option<(Kind, &syn::Attribute)> {
    attributes.iter().find_map(|attribute| Some((mark::kind_of(&attribute.meta)?, attribute)))
}

/// Where a function of a kind runs, whoever is given it.
pub(super) fn place_of_kind(kind: Kind) -> RunsOn {
    if kind == Kind::Blocking { RunsOn::Elsewhere } else { RunsOn::Loop }
}

macro_rules! attributes_of {
    ($expression:expr; $($kind:ident)*) => {
        match $expression {
            $(syn::Expr::$kind(inner) => &inner.attrs,)*
            // Not known to the parser.
            _ => &[],
        }
    };
}

pub(super) fn attributes_of(expression: &syn::Expr) -> &[syn::Attribute] {
    attributes_of!(expression; Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field
        ForLoop Group If Index Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat
        Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
