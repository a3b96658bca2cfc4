//! How branches end: whether what stands behind them is reached.

use super::calls::is_drop;
use super::macros::RETURNING_MACROS;
use crate::scope::path_of;

/// How a branch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    GoesOn,
    /// With something that may not return.
    Unsure,
    /// Nothing behind it is reached.
    Diverges,
}

pub(super) fn end_of(statements: &[syn::Stmt]) -> End {
    let ends = statements.iter().map(|statement| match statement {
        syn::Stmt::Expr(expression, _) => end_of_expression(expression),
        syn::Stmt::Macro(statement) => end_of_macro(&statement.mac),
        syn::Stmt::Local(_) | syn::Stmt::Item(_) => End::GoesOn,
    });
    let ends: Vec<_> = ends.collect();
    if ends.contains(&End::Diverges) { End::Diverges } else { ends.last().copied().unwrap_or(End::GoesOn) }
}

pub(super) fn end_of_expression(expression: &syn::Expr) -> End {
    match expression {
        syn::Expr::Return(_) | syn::Expr::Break(_) | syn::Expr::Continue(_) => End::Diverges,
        syn::Expr::Macro(inner) => end_of_macro(&inner.mac),
        syn::Expr::Block(inner) => end_of(&inner.block.stmts),
        syn::Expr::Unsafe(inner) => end_of(&inner.block.stmts),
        syn::Expr::If(inner) => {
            let other = inner.else_branch.as_ref().map_or(End::GoesOn, |(_, other)| end_of_expression(other));
            both([end_of(&inner.then_branch.stmts), other].into_iter())
        }
        syn::Expr::Match(inner) => both(inner.arms.iter().map(|arm| end_of_expression(&arm.body))),
        syn::Expr::Call(call) if matches!(&*call.func, syn::Expr::Path(path) if is_drop(&path_of(&path.path))) => {
            End::GoesOn
        }
        syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Loop(_) | syn::Expr::While(_) => End::Unsure,
        _ => End::GoesOn,
    }
}

fn both(mut ends: impl Iterator<Item = End>) -> End {
    let first = ends.next().unwrap_or(End::GoesOn);
    ends.fold(first, |both, end| if both == end { both } else { End::Unsure })
}

fn end_of_macro(call: &syn::Macro) -> End {
    let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    match name.as_str() {
        "panic" | "todo" | "unimplemented" | "unreachable" => End::Diverges,
        name if RETURNING_MACROS.contains(&name) => End::GoesOn,
        _ => End::Unsure,
    }
}
