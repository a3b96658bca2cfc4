//! Code that never runs: under a condition that is always false, or after a statement that diverges.

use super::Collector;
use super::diverge::{Diverges, expression_diverges, statement_diverges};
use super::shape::{EXITS, attributes_of};
use crate::syntax::path::{Path, path_of};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;

/// Conditions nest hardly deeper.
const DEPTH: usize = 32;

impl Collector<'_, '_> {
    /// What a condition is in this build, where its text tells.
    pub(super) fn known_condition(&mut self, condition: &syn::Expr) -> Option<bool> {
        self.known_within(condition, DEPTH)
    }

    fn known_within(&mut self, condition: &syn::Expr, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        match condition {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) => Some(value.value),
            syn::Expr::Paren(inner) => self.known_within(&inner.expr, depth),
            syn::Expr::Group(inner) => self.known_within(&inner.expr, depth),
            syn::Expr::Block(syn::ExprBlock { block, .. })
            | syn::Expr::Const(syn::ExprConst { block, .. })
            | syn::Expr::Unsafe(syn::ExprUnsafe { block, .. }) => match &block.stmts[..] {
                [syn::Stmt::Expr(only, None)] => self.known_within(only, depth),
                _ => None,
            },
            // `if let true = cfg!(..)`
            syn::Expr::Let(inner) => {
                let wanted = bool_of(&inner.pat)?;
                self.known_within(&inner.expr, depth).map(|value| value == wanted)
            }
            syn::Expr::Path(path) => self.scope.value_of_bool(&named_by(path)?),
            syn::Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
                self.known_within(&inner.expr, depth).map(|value| !value)
            }
            syn::Expr::Macro(asked) if asked.mac.path.is_ident("cfg") => self.cfg.holds(&asked.mac.tokens.to_string()),
            syn::Expr::Binary(binary) => {
                let decides = match binary.op {
                    syn::BinOp::And(_) => false,
                    syn::BinOp::Or(_) => true,
                    _ => return None,
                };
                let (left, right) = (self.known_within(&binary.left, depth), self.known_within(&binary.right, depth));
                match (left, right) {
                    _ if left == Some(decides) || right == Some(decides) => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the operand behind `&&` or `||` is never looked at.
    pub(super) fn is_cut_short(&mut self, binary: &syn::ExprBinary) -> bool {
        match binary.op {
            syn::BinOp::And(_) => self.known_condition(&binary.left) == Some(false),
            syn::BinOp::Or(_) => self.known_condition(&binary.left) == Some(true),
            _ => false,
        }
    }

    /// Whether an arm is one for the value that is not matched: `match cfg!(unix) { true => .., false => .. }`.
    pub(super) fn is_never_matched(matched: Option<bool>, pattern: &syn::Pat) -> bool {
        let wanted = match pattern {
            syn::Pat::Guard(guarded) => bool_of(&guarded.pat),
            pattern => bool_of(pattern),
        };
        matched.is_some() && wanted.is_some() && matched != wanted
    }

    /// Whether nothing behind a statement is reached.
    pub(super) fn ends_block(&mut self, statement: &syn::Stmt) -> bool {
        let attributes = match statement {
            syn::Stmt::Expr(expression, _) => attributes_of(expression),
            syn::Stmt::Local(local) => &local.attrs,
            syn::Stmt::Macro(statement) => &statement.attrs,
            syn::Stmt::Item(_) => return false,
        };
        let is_present = |attribute: &syn::Attribute| match &attribute.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => {
                self.cfg.holds(&list.tokens.to_string()) == Some(true)
            }
            _ => true,
        };
        if !attributes.iter().all(is_present) {
            return false;
        }
        statement_diverges(statement) == Diverges::Always
            || matches!(statement, syn::Stmt::Expr(expression, _) if self.exits(expression))
    }

    /// Whether an expression is a call of a function that does not return, or a branch whose paths all end.
    fn exits(&mut self, expression: &syn::Expr) -> bool {
        match expression {
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return false };
                match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                    Name::Def(Def::External(paths)) => paths.iter().any(|path| EXITS.contains(&path.as_str())),
                    Name::Def(Def::Function(function)) => self.scope.never_returns(function),
                    _ => false,
                }
            }
            syn::Expr::If(inner) => {
                let known = self.known_condition(&inner.cond);
                let other = inner.else_branch.as_ref().map(|(_, other)| other);
                (known == Some(false) || self.block_exits(&inner.then_branch))
                    && (known == Some(true) || other.is_some_and(|other| self.exits_or_diverges(other)))
            }
            syn::Expr::Match(inner) => {
                !inner.arms.is_empty() && inner.arms.iter().all(|arm| self.exits_or_diverges(&arm.body))
            }
            syn::Expr::Block(inner) if inner.label.is_none() => self.block_exits(&inner.block),
            syn::Expr::Unsafe(inner) => self.block_exits(&inner.block),
            syn::Expr::Paren(inner) => self.exits(&inner.expr),
            _ => false,
        }
    }

    fn exits_or_diverges(&mut self, expression: &syn::Expr) -> bool {
        expression_diverges(expression) == Diverges::Always || self.exits(expression)
    }

    fn block_exits(&mut self, block: &syn::Block) -> bool {
        block.stmts.iter().any(|statement| self.ends_block(statement))
    }
}

/// The path that a condition names a constant by: of `<Kind as Trait>::SLOW` it is `Kind::SLOW`.
fn named_by(path: &syn::ExprPath) -> Option<Path> {
    let written = path_of(&path.path);
    match path.qself.as_ref().map(|of| &*of.ty) {
        None => Some(written),
        Some(syn::Type::Path(of)) if of.qself.is_none() => {
            let mut named = path_of(&of.path);
            named.segments.push(written.segments.last()?.clone());
            Some(named)
        }
        Some(_) => None,
    }
}

fn bool_of(pattern: &syn::Pat) -> Option<bool> {
    match pattern {
        syn::Pat::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) => Some(value.value),
        _ => None,
    }
}
