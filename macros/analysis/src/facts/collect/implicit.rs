//! Functions that are called without being named: by loops and iterators, conversions, operators, `*` and `.`.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::render::{render, render_chain, written, written_method};
use crate::facts::model::{Callee, Fate, Form};
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::syntax::type_ref::TypeRef;
use crate::types::implicit;
use crate::types::infer;
use crate::types::iterate;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::{MAPS, Type};

/// Methods of maps and sets that ask a key for its hash.
const HASHING: &[&str] = &["contains", "contains_key", "entry", "get", "get_mut", "insert", "remove"];

impl Collector<'_, '_> {
    pub(super) fn calls_implicitly(&mut self, function: FunctionId, shown: String, tokens: TokenStream) {
        let marker = self.scope.index().function(function).marker;
        self.found(Callee::Local(marker, Some(function)), Form::Implicit, Fate::Used, shown, tokens);
    }

    /// `for x in iterator`
    pub(super) fn loops_over(&mut self, iterated: &syn::Expr, of: &Type) {
        if !self.scope.has_methods("next") && !self.scope.has_methods("into_iter") {
            return;
        }
        for function in implicit::iterated(&mut self.scope, of) {
            let shown = format!("for .. in {}", render_chain(iterated));
            self.calls_implicitly(function, shown, iterated.to_token_stream());
        }
    }

    /// All that an iterator gives is taken.
    pub(super) fn takes_all(&mut self, iterator: &syn::Expr, of: &Type) {
        if self.scope.has_methods("next")
            && let Some(next) = iterate::own_next(&mut self.scope, of)
        {
            self.calls_implicitly(next, render_chain(iterator), iterator.to_token_stream());
        }
    }

    /// What a method call does besides calling the method, which is `own` if it is one of the crate.
    pub(super) fn implied_by_method(&mut self, call: &syn::ExprMethodCall, receiver: &Type, own: Option<FunctionId>) {
        let expected = self.expected_of(call);
        let name = call.method.unraw().to_string();
        let shown = || format!("{}({})", written_method(call), if call.args.is_empty() { "" } else { ".." });
        if self.scope.has_methods("deref") {
            for deref in implicit::derefs_to_method(&mut self.scope, receiver, &name) {
                self.calls_implicitly(deref, shown(), call.method.to_token_stream());
            }
        }
        if own.is_some() {
            return;
        }
        let found = match name.as_str() {
            "collect" => {
                let made = self.between_angles(call).unwrap_or_else(|| expected.unwrapped());
                self.scope.function_of_trait(&made, "FromIterator", "from_iter")
            }
            "into" => implicit::conversion(&mut self.scope, &expected, &receiver.clone(), "From", "from"),
            "parse" => {
                let made = self.between_angles(call).unwrap_or_else(|| expected.unwrapped());
                self.scope.function_of_trait(&made, "FromStr", "from_str")
            }
            "to_string" => self.scope.function_of_trait(&receiver.bare(), "Display", "fmt"),
            "try_into" => {
                implicit::conversion(&mut self.scope, &expected.unwrapped(), &receiver.clone(), "TryFrom", "try_from")
            }
            "unwrap_or_default" => {
                let made = receiver.unwrapped();
                let made = if made.is_known() && made != *receiver { made } else { expected };
                self.calls_defaults(&made, &shown(), &call.method.to_token_stream());
                None
            }
            name if HASHING.contains(&name) => {
                let of = receiver.bare();
                let is_hashed = of.is(MAPS[1]) || of.is("std::collections::HashSet");
                if is_hashed { self.scope.function_of_trait(&of.argument(0), "Hash", "hash") } else { None }
            }
            _ => None,
        };
        let taken =
            if self.scope.has_methods("next") { iterate::own_taken(&mut self.scope, receiver, &name) } else { None };
        for function in found.into_iter().chain(taken) {
            self.calls_implicitly(function, shown(), call.method.to_token_stream());
        }
    }

    /// `parse::<Store>()`
    fn between_angles(&mut self, call: &syn::ExprMethodCall) -> Option<Type> {
        match call.turbofish.as_ref()?.args.first()? {
            syn::GenericArgument::Type(only) => {
                let is = self.scope.type_of_written(&TypeRef::of(only)).unwrapped();
                is.is_known().then_some(is)
            }
            _ => None,
        }
    }

    /// `copy = store.clone()`, where nothing else is made of the call.
    pub(super) fn clones(&mut self, call: &syn::ExprMethodCall) {
        if self.scope.has_methods("clone") {
            let of = infer::type_of(&mut self.scope, &call.receiver);
            if let Some(clone) = self.scope.function_of_trait(&of, "Clone", "clone") {
                let shown = format!("{}()", written_method(call));
                self.calls_implicitly(clone, shown, call.method.to_token_stream());
            }
        }
    }

    /// What a call of a path does whose function the path alone does not tell.
    pub(super) fn implied_by_call(&mut self, call: &syn::ExprCall, path: &syn::ExprPath) {
        let expected = self.expected_of(call);
        let mut of = path_of(&path.path);
        let shown = format!("{}({})", written(path), if call.args.is_empty() { "" } else { ".." });
        let tokens = path.to_token_stream();
        let Some(name) = of.segments.pop().filter(|_| path.qself.is_none()) else { return };
        match (name.as_str(), &of.segments[..], call.args.first()) {
            ("default", [only], None) if only == "Default" => self.calls_defaults(&expected, &shown, &tokens),
            ("default", [_, ..], None) if self.is_unclear(path) => {
                let made = self.scope.type_of_written(&TypeRef::Path(of, Vec::new()));
                self.calls_defaults(&made, &shown, &tokens);
            }
            ("from" | "try_from", [_, ..], Some(source)) if self.is_unclear(path) => {
                let made = self.scope.type_of_written(&TypeRef::Path(of, Vec::new()));
                let source = infer::type_of(&mut self.scope, source);
                let of_trait = if name == "from" { "From" } else { "TryFrom" };
                if let Some(from) = implicit::conversion(&mut self.scope, &made, &source, of_trait, &name) {
                    self.calls_implicitly(from, shown, tokens);
                }
            }
            ("take", _, Some(source)) => {
                let paths = self.scope.resolve(&path_of(&path.path), Namespace::Value);
                if matches!(paths, Name::Def(Def::External(paths)) if paths.iter().any(|path| path == "std::mem::take"))
                {
                    let made = infer::type_of(&mut self.scope, source);
                    self.calls_defaults(&made, &shown, &tokens);
                }
            }
            _ => {}
        }
    }

    fn is_unclear(&mut self, path: &syn::ExprPath) -> bool {
        matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Unknown)
    }

    fn calls_defaults(&mut self, made: &Type, shown: &str, tokens: &TokenStream) {
        if self.scope.has_methods("default") {
            for function in implicit::defaults(&mut self.scope, made) {
                self.calls_implicitly(function, shown.to_owned(), tokens.clone());
            }
        }
    }

    /// What the fields of a struct are to be, and what `..Default::default()` makes.
    pub(super) fn expects_in_fields(&mut self, literal: &syn::ExprStruct) {
        let is = infer::type_of_literal(&mut self.scope, literal);
        for field in &literal.fields {
            if let syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Try(_) = &field.expr {
                let name = match &field.member {
                    syn::Member::Named(name) => name.unraw().to_string(),
                    syn::Member::Unnamed(index) => index.index.to_string(),
                };
                let of = self.scope.type_of_field(&is, &name);
                self.expects(&field.expr, &of);
            }
        }
        if let Some(rest) = &literal.rest {
            self.expects(rest, &is);
        }
    }

    /// `assert_eq!(a, b)`
    pub(super) fn compares(&mut self, name: &str, arguments: &[syn::Expr]) {
        if name.ends_with("assert_eq") || name.ends_with("assert_ne") {
            let Some(left) = arguments.first().filter(|_| self.scope.has_methods("eq")) else { return };
            let of = infer::type_of(&mut self.scope, left).bare();
            if let Some(function) = self.scope.function_of_trait(&of, "PartialEq", "eq") {
                self.calls_implicitly(function, format!("{name}!(..)"), left.to_token_stream());
            }
        }
    }

    /// `a + b`
    pub(super) fn operates(&mut self, binary: &syn::ExprBinary) {
        let Some((of_trait, name)) = implicit::operator(&binary.op) else { return };
        if !self.scope.has_methods(name) {
            return;
        }
        let mut of = infer::type_of(&mut self.scope, &binary.left);
        if matches!(of_trait, "PartialEq" | "PartialOrd") {
            of = of.bare();
        }
        if let Some(function) = self.scope.function_of_trait(&of, of_trait, name) {
            let sign = binary.op.to_token_stream();
            let shown = format!("{} {sign} {}", render(&binary.left), render(&binary.right));
            self.calls_implicitly(function, shown, binary.left.to_token_stream());
        }
    }

    /// `!a`, `-a`, `*a`
    pub(super) fn operates_alone(&mut self, unary: &syn::ExprUnary) {
        let (of_trait, name, sign) = match unary.op {
            syn::UnOp::Deref(_) => ("Deref", "deref", "*"),
            syn::UnOp::Neg(_) => ("Neg", "neg", "-"),
            syn::UnOp::Not(_) => ("Not", "not", "!"),
            _ => return,
        };
        if !self.scope.has_methods(name) || name == "deref" && self.is_reference(&unary.expr) {
            return;
        }
        let of = infer::type_of(&mut self.scope, &unary.expr);
        if let Some(function) = self.scope.function_of_trait(&of, of_trait, name) {
            let shown = format!("{sign}{}", render(&unary.expr));
            self.calls_implicitly(function, shown, unary.expr.to_token_stream());
        }
    }

    /// Whether a value may be one behind a reference, of which `*` is no more than that.
    fn is_reference(&mut self, of: &syn::Expr) -> bool {
        let syn::Expr::Field(field) = of else { return true };
        let owner = infer::type_of(&mut self.scope, &field.base).bare();
        !self.scope.owns_field(&owner, None, &field.member.to_token_stream().to_string())
    }

    /// `store[key]`
    pub(super) fn indexes(&mut self, index: &syn::ExprIndex) {
        if !self.scope.has_methods("index") {
            return;
        }
        let of = infer::type_of(&mut self.scope, &index.expr).bare();
        if let Some(function) = self.scope.function_of_trait(&of, "Index", "index") {
            let shown = format!("{}[..]", render(&index.expr));
            self.calls_implicitly(function, shown, index.expr.to_token_stream());
        }
    }

    /// `store.name`, where the field is one of what the type derefs to.
    pub(super) fn looks_into(&mut self, field: &syn::ExprField) {
        if !self.scope.has_methods("deref") {
            return;
        }
        let of = infer::type_of(&mut self.scope, &field.base);
        let name = field.member.to_token_stream().to_string();
        for deref in implicit::derefs_to_field(&mut self.scope, &of, &name) {
            let shown = format!("{}.{name}", render(&field.base));
            self.calls_implicitly(deref, shown, field.member.to_token_stream());
        }
    }
}
