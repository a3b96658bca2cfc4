//! What the variables of a pattern hold.

use super::{Home, Live, PlaceExpr, Value, is_constant, member};
use crate::facts::model::Context;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

impl Live {
    /// The variables of a pattern, which takes over what it can of a value. What it leaves stays where it is.
    pub(in crate::facts::collect) fn bind(&mut self, pattern: &syn::Pat, value: Value, context: &Context) {
        match pattern {
            // `None`, or a constant.
            syn::Pat::Ident(inner) if is_constant(inner) => self.leave_in_error(&value),
            syn::Pat::Ident(inner) => {
                self.variables.push(Some(inner.ident.unraw().to_string()));
                if inner.by_ref.is_none() {
                    let place_expr = PlaceExpr { variable: self.variables.len() - 1, path: Vec::new() };
                    self.store(&place_expr, &value, &inner.ident.to_token_stream(), context);
                }
                if let Some((_, inner)) = &inner.subpat {
                    self.bind(inner, Value::default(), context);
                }
            }
            syn::Pat::Guard(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Paren(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Type(inner) => self.bind(&inner.pat, value, context),
            syn::Pat::Reference(inner) => self.bind(&inner.pat, Value::default(), context),
            syn::Pat::Or(inner) => {
                for (n, case) in inner.cases.iter().enumerate() {
                    self.bind(case, if n == 0 { value.clone() } else { Value::default() }, context);
                }
            }
            syn::Pat::Tuple(inner) => self.bind_elements(&inner.elems, &value, context),
            syn::Pat::Slice(inner) => self.bind_elements(&inner.elems, &value, context),
            syn::Pat::Struct(inner) => {
                for field in &inner.fields {
                    let part = self.part(&value, &member(&field.member));
                    self.bind(&field.pat, part, context);
                }
            }
            syn::Pat::TupleStruct(inner) => {
                let name = inner.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                match (name.as_str(), inner.elems.len()) {
                    ("Ok" | "Some", 1) => {
                        let part = self.unwrapped(value);
                        self.bind(&inner.elems[0], part, context);
                    }
                    ("Err", 1) => {
                        self.leave_in_error(&value);
                        self.bind(&inner.elems[0], value, context);
                    }
                    // An entry of a map goes into the pattern as a whole.
                    ("Occupied" | "Vacant", 1) => self.bind(&inner.elems[0], value, context),
                    _ => self.bind_elements(&inner.elems, &value, context),
                }
            }
            // Behind `Ok(..)` or `Some(..)` the lock was not had.
            syn::Pat::Wild(_) | syn::Pat::Path(_) => self.leave_in_error(&value),
            _ => {}
        }
    }

    pub(in crate::facts::collect) fn bind_elements(
        &mut self,
        elements: &syn::punctuated::Punctuated<syn::Pat, syn::Token![,]>,
        value: &Value,
        context: &Context,
    ) {
        let rest = elements.iter().position(|element| matches!(element, syn::Pat::Rest(_)));
        for (n, element) in elements.iter().enumerate() {
            // How many a `..` passes over is not known.
            let part =
                if rest.is_some_and(|rest| rest <= n) { Value::default() } else { self.part(value, &n.to_string()) };
            self.bind(element, part, context);
        }
    }

    /// The part of a value that is in one of its fields.
    pub(in crate::facts::collect) fn part(&mut self, value: &Value, field: &str) -> Value {
        let is_there = |index: &usize| self.guards[*index].state.path.first().is_some_and(|first| first == field);
        let owned: Vec<_> = value.owned.iter().copied().filter(is_there).collect();
        for &index in &owned {
            self.guards[index].state.path.remove(0);
        }
        Value { owned, borrowed: Vec::new() }
    }

    /// On this branch the `Option` or `Result` around a guard holds none.
    pub(in crate::facts::collect) fn leave_in_error(&mut self, value: &Value) {
        for &index in &value.owned {
            let state = &mut self.guards[index].state;
            state.in_error |= state.wraps > 0;
        }
    }

    /// Names that hold no guard, but hide others of the same name.
    pub(in crate::facts::collect) fn bind_names(&mut self, pattern: &syn::Pat) {
        self.bind(pattern, Value::default(), &Context::default());
    }

    /// `let` makes the temporaries live on that its value refers to.
    pub(in crate::facts::collect) fn extend(&mut self, value: &Value) {
        for &index in &value.borrowed {
            let state = &mut self.guards[index].state;
            if matches!(state.home, Home::Temporary(_)) {
                self.variables.push(None);
                state.home = Home::Variable(self.variables.len() - 1);
            }
        }
    }
}
