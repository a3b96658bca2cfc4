//! How branches end: whether the code after them is reached.

use quote::ToTokens as _;

use super::shape::{RETURNING_MACROS, is_drop};
use crate::syntax::path::path_of;
use crate::syntax::tokens::{is_punct, is_word};

/// How a branch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diverges {
    No,
    /// With something that may not return.
    Maybe,
    /// Nothing behind it is reached.
    Always,
}

pub(super) fn diverges(statements: &[syn::Stmt]) -> Diverges {
    let ends: Vec<_> = statements.iter().map(statement_diverges).collect();
    if ends.contains(&Diverges::Always) { Diverges::Always } else { ends.last().copied().unwrap_or(Diverges::No) }
}

pub(super) fn statement_diverges(statement: &syn::Stmt) -> Diverges {
    match statement {
        syn::Stmt::Expr(expression, _) => expression_diverges(expression),
        syn::Stmt::Macro(statement) => macro_diverges(&statement.mac),
        // `let never: Type = loop {};`
        syn::Stmt::Local(syn::Local { init: Some(init), .. })
            if expression_diverges(&init.expr) == Diverges::Always =>
        {
            Diverges::Always
        }
        syn::Stmt::Local(_) | syn::Stmt::Item(_) => Diverges::No,
    }
}

pub(super) fn expression_diverges(expression: &syn::Expr) -> Diverges {
    match expression {
        syn::Expr::Return(_) | syn::Expr::Break(_) | syn::Expr::Continue(_) => Diverges::Always,
        syn::Expr::Macro(inner) => macro_diverges(&inner.mac),
        syn::Expr::Block(inner) if inner.label.is_some() && breaks(&inner.block, inner.label.as_ref()) => {
            Diverges::Maybe
        }
        syn::Expr::Block(inner) => diverges(&inner.block.stmts),
        syn::Expr::Unsafe(inner) => diverges(&inner.block.stmts),
        syn::Expr::If(inner) => {
            let other = inner.else_branch.as_ref().map_or(Diverges::No, |(_, other)| expression_diverges(other));
            both([diverges(&inner.then_branch.stmts), other].into_iter())
        }
        syn::Expr::Match(inner) => both(inner.arms.iter().map(|arm| expression_diverges(&arm.body))),
        syn::Expr::Call(call) if matches!(&*call.func, syn::Expr::Path(path) if is_drop(&path_of(&path.path))) => {
            Diverges::No
        }
        syn::Expr::Loop(inner) if !breaks(&inner.body, inner.label.as_ref()) => Diverges::Always,
        syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Loop(_) | syn::Expr::While(_) => Diverges::Maybe,
        _ => Diverges::No,
    }
}

/// Whether a `break` stands in a block that may end it: one without a label, for whatever loop, or one with its label.
fn breaks(block: &syn::Block, label: Option<&syn::Label>) -> bool {
    fn any(tokens: proc_macro2::TokenStream, label: Option<&syn::Label>) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let ends = match &token {
                proc_macro2::TokenTree::Group(group) => any(group.stream(), label),
                token if !is_word(token, "break") => false,
                _ if tokens.next_if(|next| is_punct(next, '\'')).is_none() => true,
                _ => label.is_some_and(|label| tokens.next().is_some_and(|name| is_named(&name, label))),
            };
            if ends {
                return true;
            }
        }
        false
    }
    fn is_named(name: &proc_macro2::TokenTree, label: &syn::Label) -> bool {
        matches!(name, proc_macro2::TokenTree::Ident(name) if *name == label.name.ident)
    }
    any(block.to_token_stream(), label)
}

fn both(mut ends: impl Iterator<Item = Diverges>) -> Diverges {
    let first = ends.next().unwrap_or(Diverges::No);
    ends.fold(first, |both, end| if both == end { both } else { Diverges::Maybe })
}

fn macro_diverges(call: &syn::Macro) -> Diverges {
    let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    match name.as_str() {
        "panic" | "todo" | "unimplemented" | "unreachable" => Diverges::Always,
        name if RETURNING_MACROS.contains(&name) => Diverges::No,
        _ => Diverges::Maybe,
    }
}
