//! What a closure around a call would capture.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::place::{Extent, extent};

/// A variable, or a field of one, and where the call uses it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) root: String,
    pub(crate) fields: Vec<String>,
    pub(crate) uses: Vec<(Extent, Use)>,
}

/// How a place is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// As a whole value, moved or copied.
    Bare,
    /// Any other way; it borrows.
    Borrowed,
    /// `*place`
    Dereferenced,
    /// By its name in a macro, where nothing can be put in its place.
    Named,
}

/// The places that a call uses; nothing if it cannot stand in a closure of its own: it awaits, leaves the function, or
/// changes a variable.
pub(crate) fn captures(call: &syn::Expr) -> Option<Vec<Place>> {
    let mut walker = Walker::default();
    walker.visit_expr(call);
    let Walker { mut places, bound, is_bound_to_stay, .. } = walker;
    places.retain(|place| !bound.contains(&place.root));
    (!is_bound_to_stay).then_some(places)
}

#[derive(Default)]
struct Walker {
    places: Vec<Place>,
    /// Variables of closures and blocks inside.
    bound: BTreeSet<String>,
    closures: usize,
    is_bound_to_stay: bool,
}

impl Walker {
    fn add(&mut self, (root, fields): (String, Vec<String>), at: Extent, how: Use) {
        match self.places.iter_mut().find(|place| place.root == root && place.fields == fields) {
            Some(place) => place.uses.push((at, how)),
            None => self.places.push(Place { root, fields, uses: vec![(at, how)] }),
        }
    }

    /// Takes an expression as a place, or walks into it.
    fn take(&mut self, expression: &syn::Expr, how: Use) {
        match place(expression) {
            Some(found) => self.add(found, extent(expression), how),
            None => self.visit_expr(expression),
        }
    }

    fn named_in(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut is_part = false;
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Ident(ident) if !is_part => {
                    let is_called = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if matches!(next.as_char(), '!' | ':'))
                        || matches!(tokens.peek(), Some(TokenTree::Group(_)));
                    let name = ident.to_string();
                    if !is_called && is_variable(&name) {
                        self.add((name, Vec::new()), [0; 4], Use::Named);
                    }
                }
                TokenTree::Group(group) => self.named_in(group.stream()),
                TokenTree::Literal(literal) => {
                    for name in named_in_format(&literal.to_string()) {
                        self.add((name, Vec::new()), [0; 4], Use::Named);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
            is_part = matches!(&token, TokenTree::Punct(before) if matches!(before.as_char(), '.' | ':' | '\''));
        }
    }
}

impl<'ast> Visit<'ast> for Walker {
    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        match expression {
            syn::Expr::Await(_) | syn::Expr::Assign(_) => self.is_bound_to_stay = true,
            syn::Expr::Try(_) | syn::Expr::Return(_) | syn::Expr::Break(_) | syn::Expr::Continue(_)
                if self.closures == 0 =>
            {
                self.is_bound_to_stay = true;
            }
            syn::Expr::Reference(reference) if reference.mutability.is_some() => {
                // A copy of the variable would be changed, or the variable moved away from who reads it later.
                self.is_bound_to_stay |= place(&reference.expr).is_some();
                visit::visit_expr(self, expression);
            }
            syn::Expr::Reference(reference) => self.take(&reference.expr, Use::Borrowed),
            syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.take(&unary.expr, Use::Dereferenced);
            }
            syn::Expr::Index(index) => {
                self.take(&index.expr, Use::Borrowed);
                self.visit_expr(&index.index);
            }
            syn::Expr::MethodCall(call) => {
                self.take(&call.receiver, Use::Borrowed);
                for argument in &call.args {
                    self.visit_expr(argument);
                }
            }
            syn::Expr::Call(call) => {
                if !matches!(*call.func, syn::Expr::Path(_)) {
                    self.visit_expr(&call.func);
                }
                for argument in &call.args {
                    self.visit_expr(argument);
                }
            }
            syn::Expr::Macro(called) => self.named_in(called.mac.tokens.clone()),
            other => match place(other) {
                Some(found) => self.add(found, extent(other), Use::Bare),
                None => visit::visit_expr(self, other),
            },
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.closures += 1;
        visit::visit_expr_closure(self, closure);
        self.closures -= 1;
    }

    fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
        self.bound.insert(ident.ident.to_string());
        visit::visit_pat_ident(self, ident);
    }
}

/// A variable and the fields behind it.
fn place(expression: &syn::Expr) -> Option<(String, Vec<String>)> {
    match expression {
        syn::Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            is_variable(&name).then(|| (name, Vec::new()))
        }
        syn::Expr::Field(field) => {
            let (root, mut fields) = place(&field.base)?;
            fields.push(match &field.member {
                syn::Member::Named(name) => name.to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            });
            Some((root, fields))
        }
        syn::Expr::Paren(inside) => place(&inside.expr),
        _ => None,
    }
}

/// Constants, variants and functions of types begin with a capital.
fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_lowercase() || first == '_') && !matches!(name, "true" | "false" | "mut")
}

/// `name` in `"{name:>8}"`.
fn named_in_format(literal: &str) -> Vec<String> {
    let pieces = literal.split('{').skip(1).filter_map(|piece| piece.split(['}', ':']).next());
    let is_name =
        |name: &&str| is_variable(name) && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    pieces.filter(is_name).map(str::to_owned).collect()
}
