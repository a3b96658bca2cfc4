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
use crate::types::derived;
use crate::types::implicit;
use crate::types::infer;
use crate::types::iterate;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::{MAPS, Type};

/// Methods of maps and sets that ask a key for its hash.
const HASHING: &[&str] = &["contains", "contains_key", "entry", "get", "get_mut", "insert", "remove"];

impl Collector<'_, '_> {
    pub(super) fn calls_implicitly(&mut self, function: FunctionId, shown: String, tokens: TokenStream) {
        let marker = self.scope.index().function(function).marker.filter(|_| !function.is_iterator());
        self.found(Callee::Local(marker, Some(function)), Form::Implicit, Fate::Used, shown, tokens);
    }

    /// `for x in iterator`
    pub(super) fn loops_over(&mut self, iterated: &syn::Expr, of: &Type) {
        if !iterate::may_be_own(&mut self.scope, of) && !self.scope.has_methods("into_iter") {
            return;
        }
        for function in implicit::iterated(&mut self.scope, of) {
            let shown = format!("for .. in {}", render_chain(iterated));
            self.calls_implicitly(function, shown, iterated.to_token_stream());
        }
    }

    /// All that an iterator gives is taken.
    pub(super) fn takes_all(&mut self, iterator: &syn::Expr, of: &Type) {
        if iterate::may_be_own(&mut self.scope, of)
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
        let found = self.function_behind(call, &name, receiver, expected);
        let may_take = iterate::may_be_own(&mut self.scope, receiver);
        let taken = if may_take { iterate::own_taken(&mut self.scope, receiver, &name) } else { None };
        for function in found.into_iter().chain(taken) {
            self.calls_implicitly(function, shown(), call.method.to_token_stream());
        }
    }

    /// The function of a trait behind a method of std. One of a trait that can be derived is noted at once.
    fn function_behind(
        &mut self,
        call: &syn::ExprMethodCall,
        name: &str,
        receiver: &Type,
        expected: Type,
    ) -> Option<FunctionId> {
        let derived = |this: &mut Self, of: &Type, function| {
            let shown = format!("{}({})", written_method(call), if call.args.is_empty() { "" } else { ".." });
            this.calls_derived(of, function, &shown, &call.method.to_token_stream());
            None
        };
        match name {
            "collect" => {
                let made = self.between_angles(call).unwrap_or_else(|| expected.unwrapped());
                self.scope.function_of_trait(&made, "FromIterator", "from_iter")
            }
            "clone" => derived(self, receiver, ("Clone", "clone")),
            "into" => implicit::conversion(&mut self.scope, &expected, &receiver.clone(), "From", "from"),
            // `.map_err(Into::into)`
            "map_err" if is_into(call.args.first()) => {
                implicit::conversion(&mut self.scope, &expected.argument(1), &receiver.argument(1), "From", "from")
            }
            "or_default" => {
                let syn::Expr::MethodCall(entry) = &*call.receiver else { return None };
                let of = infer::type_of(&mut self.scope, &entry.receiver).bare();
                let is_entry = entry.method == "entry" && of.is_any(MAPS);
                if is_entry { derived(self, &of.argument(1), DEFAULT) } else { None }
            }
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
                derived(self, &made, DEFAULT)
            }
            name if HASHING.contains(&name) => {
                let of = receiver.bare();
                let is_hashed = of.is(MAPS[1]) || of.is("std::collections::HashSet");
                if is_hashed { derived(self, &of.argument(0), ("Hash", "hash")) } else { None }
            }
            _ => None,
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
            let shown = format!("{}()", written_method(call));
            self.calls_derived(&of, ("Clone", "clone"), &shown, &call.method.to_token_stream());
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
            ("default", [only], None) if only == "Default" => self.calls_derived(&expected, DEFAULT, &shown, &tokens),
            ("default", [_, ..], None) => {
                // `Config::default()`, or `Arc::default()` of what is expected.
                let made = self.scope.type_of_written(&TypeRef::before_name(&path.path));
                let made = if matches!(made, Type::External(..)) && made.argument(0) == Type::Unknown {
                    expected
                } else {
                    made
                };
                if matches!(made, Type::External(..)) || self.is_unclear(path) {
                    self.calls_derived(&made, DEFAULT, &shown, &tokens);
                }
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
                    self.calls_derived(&made, DEFAULT, &shown, &tokens);
                }
            }
            _ => {}
        }
    }

    fn is_unclear(&mut self, path: &syn::ExprPath) -> bool {
        matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Unknown)
    }

    /// What a trait that can be derived calls on a type.
    pub(super) fn calls_derived(
        &mut self,
        of: &Type,
        (of_trait, name): (&str, &str),
        shown: &str,
        tokens: &TokenStream,
    ) {
        for function in derived::functions(&mut self.scope, of, of_trait, name) {
            self.calls_implicitly(function, shown.to_owned(), tokens.clone());
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
            self.calls_derived(&of, ("PartialEq", "eq"), &format!("{name}!(..)"), &left.to_token_stream());
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
        let sign = binary.op.to_token_stream();
        let shown = format!("{} {sign} {}", render(&binary.left), render(&binary.right));
        self.calls_derived(&of, (of_trait, name), &shown, &binary.left.to_token_stream());
    }

    /// `!a`, `-a`, `*a`
    pub(super) fn operates_alone(&mut self, unary: &syn::ExprUnary) {
        let is_deref = matches!(unary.op, syn::UnOp::Deref(_));
        let ((of_trait, name), sign) = match unary.op {
            syn::UnOp::Deref(_) => (implicit::dereferencing(self.is_changed(unary)), "*"),
            syn::UnOp::Neg(_) => (("Neg", "neg"), "-"),
            syn::UnOp::Not(_) => (("Not", "not"), "!"),
            _ => return,
        };
        if !self.scope.has_methods(name) || is_deref && self.is_reference(&unary.expr) {
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
        let changes = self.is_changed(index);
        let (of_trait, name) = if changes { ("IndexMut", "index_mut") } else { ("Index", "index") };
        if !self.scope.has_methods(name) {
            return;
        }
        let of = infer::type_of(&mut self.scope, &index.expr).bare();
        if let Some(function) = self.scope.function_of_trait(&of, of_trait, name) {
            let shown = format!("{}[..]", render(&index.expr));
            self.calls_implicitly(function, shown, index.expr.to_token_stream());
        }
    }

    /// `store.name`, where the field is one of what the type derefs to.
    pub(super) fn looks_into(&mut self, field: &syn::ExprField) {
        let changes = self.is_changed(field);
        if !self.scope.has_methods(implicit::dereferencing(changes).1) {
            return;
        }
        let of = infer::type_of(&mut self.scope, &field.base);
        let name = field.member.to_token_stream().to_string();
        for deref in implicit::derefs_to_field(&mut self.scope, &of, &name, changes) {
            let shown = format!("{}.{name}", render(&field.base));
            self.calls_implicitly(deref, shown, field.member.to_token_stream());
        }
    }

    /// `error?`, where the function returns another error: what makes that of this one.
    pub(super) fn converts_error(&mut self, tried: &syn::ExprTry) {
        if !self.scope.has_methods("from") {
            return;
        }
        let into = self.returns.argument(1);
        if !matches!(into, Type::Local(..)) {
            return;
        }
        let from = infer::type_of(&mut self.scope, &tried.expr).argument(1);
        if from.is_known()
            && let Some(function) = implicit::conversion(&mut self.scope, &into, &from, "From", "from")
        {
            let shown = format!("{}?", render_chain(&tried.expr));
            self.calls_implicitly(function, shown, tried.question_token.to_token_stream());
        }
    }

    /// `place = ..`, `&mut place`, `place.push(..)`: what stands on the way to the place is asked for it to be changed.
    pub(super) fn changes(&mut self, place: &syn::Expr) {
        use syn::Expr;
        if !self.scope.has_methods("deref_mut") && !self.scope.has_methods("index_mut") {
            return;
        }
        let mut at = place;
        loop {
            let (node, next): (*const (), _) = match at {
                Expr::Field(inner) => (std::ptr::from_ref(inner).cast(), &inner.base),
                Expr::Index(inner) => (std::ptr::from_ref(inner).cast(), &inner.expr),
                Expr::Unary(inner) => (std::ptr::from_ref(inner).cast(), &inner.expr),
                Expr::Paren(inner) => (std::ptr::from_ref(inner).cast(), &inner.expr),
                _ => return,
            };
            self.changed.insert(node);
            at = next;
        }
    }

    /// A method is called that changes its receiver.
    pub(super) fn changes_receiver(&mut self, call: &syn::ExprMethodCall, name: &str) {
        if !matches!(*call.receiver, syn::Expr::Field(_) | syn::Expr::Index(_) | syn::Expr::Paren(_))
            || !self.scope.has_methods("deref_mut") && !self.scope.has_methods("index_mut")
        {
            return;
        }
        let of = infer::type_of(&mut self.scope, &call.receiver);
        let changes = match lookup::method(&mut self.scope, &of, name) {
            Method::Local(own) | Method::Declared(own) => self.scope.changes_self(own),
            _ => implicit::changes_collection(name),
        };
        if changes {
            self.changes(&call.receiver);
        }
    }

    /// Asked once for each: another node may stand at the same place in memory later.
    fn is_changed<T>(&mut self, node: &T) -> bool {
        self.changed.remove(&std::ptr::from_ref(node).cast())
    }
}

/// The trait `Default`, and its function.
const DEFAULT: (&str, &str) = ("Default", "default");

/// `Into::into`, `From::from`
fn is_into(argument: Option<&syn::Expr>) -> bool {
    let Some(syn::Expr::Path(path)) = argument else { return false };
    let path = path_of(&path.path);
    matches!(&path.segments[..], [.., of, name] if matches!((of.as_str(), name.as_str()), ("Into", "into") | ("From", "from")))
}
