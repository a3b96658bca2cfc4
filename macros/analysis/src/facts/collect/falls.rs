//! Values that are dropped along the way, and whose drop may block.

use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::Collector;
use super::live::{Falling, Value, member};
use super::render::render;
use crate::facts::model::{DroppedValue, Event, Happens, RunsOn};
use crate::knowledge::catalogue;
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::types::drops::{self, Destructor};
use crate::types::infer;
use crate::types::lookup::{self, Method};
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// Methods of `std` that take out what is in their receiver.
const TAKING: &[&str] =
    &["clear", "drain", "insert", "pop", "pop_front", "remove", "replace", "swap_remove", "truncate"];

impl Collector<'_, '_> {
    /// What a variable owns whose type is known.
    pub(super) fn falling(&mut self, is: &Type, tokens: proc_macro2::TokenStream) -> Value {
        if self.place == RunsOn::Elsewhere {
            return Value::default();
        }
        let destructors = drops::destructors(&mut self.scope, is);
        if destructors.is_empty() {
            return Value::default();
        }
        let mut wraps = 0;
        let mut inner = is.clone();
        while inner.unwrapped() != inner {
            inner = inner.unwrapped();
            wraps += 1;
        }
        let context = self.next_context();
        self.live.take_up_falling(Falling { destructors, place: self.place }, wraps, tokens, context)
    }

    /// The same of what an expression gives.
    pub(super) fn falling_of(&mut self, init: &syn::Expr, tokens: proc_macro2::TokenStream) -> Value {
        match self.owned(init) {
            Some(is) => self.falling(&is, tokens),
            None => Value::default(),
        }
    }

    /// `self`, taken by value.
    pub(super) fn owned_receiver(&mut self, input: &syn::FnArg) {
        if let syn::FnArg::Receiver(receiver) = input
            && matches!(receiver.kind, syn::ReceiverKind::Value)
        {
            let is = self.scope.type_of_self();
            let value = self.falling(&is, receiver.self_token.to_token_stream());
            if value.is_empty() {
                return;
            }
            let context = self.next_context();
            let name = receiver.self_token.span;
            let pattern = syn::Pat::Ident(syn::PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: syn::Ident::new("self", name),
                subpat: None,
            });
            self.live.bind(&pattern, value, &context);
        }
    }

    /// What was dropped in a body becomes events.
    pub(super) fn tell_fallen(&mut self) {
        for fallen in std::mem::take(&mut self.live.fallen) {
            let value = fallen.tokens.to_string();
            let value = value.trim_start_matches("mut ").to_owned();
            let (at_end, destructors) = (fallen.at_end, fallen.falling.destructors.clone());
            let what = Happens::Drops(DroppedValue { value, at_end, destructors, by: None });
            let Falling { place, .. } = *fallen.falling;
            self.model.events.push(Event { what, place, tokens: fallen.tokens, context: fallen.context });
        }
    }

    fn drops_here(&mut self, is: &Type, value: String, tokens: proc_macro2::TokenStream) {
        let destructors = drops::destructors(&mut self.scope, is);
        if !destructors.is_empty() && !self.again {
            self.happens(Happens::Drops(DroppedValue { value, at_end: false, destructors, by: None }), tokens);
        }
    }

    /// `f();`, `let _ = f();`: nobody takes what it gives.
    pub(super) fn falls_at_once(&mut self, expression: &syn::Expr) {
        if matches!(expression, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Await(_) | syn::Expr::Try(_))
            && let Some(is) = self.owned(expression)
        {
            self.drops_here(&is, render(expression), last_name(expression));
        }
    }

    /// `drop(value)`
    pub(super) fn falls_by_drop(&mut self, call: &syn::ExprCall, values: &[Value]) {
        let context = self.next_context();
        for (value, argument) in values.iter().zip(&call.args) {
            self.live.drop_value(value, &argument.to_token_stream(), &context);
            if value.is_empty()
                && !matches!(argument, syn::Expr::Path(_))
                && let Some(is) = self.owned(argument)
            {
                self.drops_here(&is, render(argument), last_name(argument));
            }
        }
    }

    /// `place = value`: what was there is dropped, if something was.
    pub(super) fn falls_by_assignment(&mut self, assign: &syn::ExprAssign) {
        let Some(is) = self.owned_place(&assign.left) else { return };
        let empties = matches!(&*assign.right, syn::Expr::Path(path) if path.path.is_ident("None"));
        let is_maybe = is.is("std::option::Option");
        // `self.session = Some(..)` mostly fills what was empty.
        if (is_maybe && !empties) || self.looked_into.contains(&assign.left.to_token_stream().to_string()) {
            return;
        }
        let value = render(&assign.left);
        self.drops_here(&is, value, assign.left.to_token_stream());
    }

    /// Something is asked of a place: by now the function may know that it is empty.
    pub(super) fn looked_into(&mut self, place: &syn::Expr) {
        if matches!(place, syn::Expr::Field(_) | syn::Expr::Unary(_) | syn::Expr::Reference(_)) {
            let mut place = place;
            while let syn::Expr::Reference(syn::ExprReference { expr: inner, .. })
            | syn::Expr::Paren(syn::ExprParen { expr: inner, .. }) = place
            {
                place = inner;
            }
            self.looked_into.insert(place.to_token_stream().to_string());
        }
    }

    /// Whether a method takes its receiver along, so that nothing of it is dropped here.
    pub(super) fn is_let_go(&mut self, receiver: &Type, own: Option<FunctionId>, method: &str) -> bool {
        if let Some(function) = own {
            return self.scope.takes_self(function);
        }
        match receiver {
            Type::External(paths, _) => match paths.iter().find_map(|path| catalogue::dropping(path)) {
                Some(listed) => listed.is_let_go_by(method),
                // What is in an `Option` or a collection may be taken out.
                None => TAKING.contains(&method) || method.starts_with("into_"),
            },
            // A method of a trait may take it.
            _ => true,
        }
    }

    /// The type of a place whose owner is known.
    fn owned_place(&mut self, place: &syn::Expr) -> Option<Type> {
        match place {
            syn::Expr::Field(field) => {
                let mut of = infer::type_of(&mut self.scope, &field.base);
                let name = member(&field.member);
                while let Some(inner) = of.dereferenced() {
                    of = inner;
                }
                self.scope.owns_field(&of, &name).then(|| self.scope.type_of_field(&of, &name))
            }
            syn::Expr::Paren(inner) => self.owned_place(&inner.expr),
            _ => None,
        }
    }

    /// The type of an expression whose value nobody else owns.
    fn owned(&mut self, expression: &syn::Expr) -> Option<Type> {
        match expression {
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = &*call.func else { return None };
                let written = path_of(&path.path);
                if let ([.., of, new], 1) = (&written.segments[..], call.args.len())
                    && of == "Box"
                    && new == "new"
                {
                    return self.owned(&call.args[0]);
                }
                match self.scope.resolve(&written, Namespace::Value) {
                    Name::Def(Def::Function(function)) => self.owned_output(function, false),
                    // A constructor of what the catalogue lists.
                    Name::Def(Def::External(_)) => {
                        let is = infer::type_of(&mut self.scope, expression);
                        let lists = |found: &Destructor| matches!(found, Destructor::Listed(_));
                        drops::destructors(&mut self.scope, &is).iter().any(lists).then_some(is)
                    }
                    Name::Def(Def::Type(..)) => Some(infer::type_of(&mut self.scope, expression)),
                    _ => None,
                }
            }
            syn::Expr::Struct(_) => Some(infer::type_of(&mut self.scope, expression)),
            syn::Expr::MethodCall(call) => self.owned_by_method(expression, call),
            syn::Expr::Await(inner) => match &*inner.base {
                syn::Expr::Call(call) => {
                    let syn::Expr::Path(path) = &*call.func else { return None };
                    match self.scope.resolve(&path_of(&path.path), Namespace::Value) {
                        Name::Def(Def::Function(function)) => self.owned_output(function, true),
                        _ => None,
                    }
                }
                syn::Expr::MethodCall(call) => {
                    let receiver = infer::type_of(&mut self.scope, &call.receiver);
                    let name = call.method.unraw().to_string();
                    match lookup::method(&mut self.scope, &receiver, &name) {
                        Method::Local(function) => self.owned_output(function, true),
                        _ => None,
                    }
                }
                _ => None,
            },
            syn::Expr::Try(inner) => self.owned(&inner.expr).map(|is| is.unwrapped()),
            syn::Expr::Paren(inner) => self.owned(&inner.expr),
            _ => None,
        }
    }

    fn owned_by_method(&mut self, expression: &syn::Expr, call: &syn::ExprMethodCall) -> Option<Type> {
        match call.method.unraw().to_string().as_str() {
            "expect" | "unwrap" | "unwrap_or_default" => self.owned(&call.receiver).map(|is| is.unwrapped()),
            "ok" => self.owned(&call.receiver),
            "take" if call.args.is_empty() => {
                self.owned_place(&call.receiver).filter(|is| is.is("std::option::Option"))
            }
            name => {
                let receiver = infer::type_of(&mut self.scope, &call.receiver);
                match lookup::method(&mut self.scope, &receiver, name) {
                    Method::Local(function) => self.owned_output(function, false),
                    // The end of a builder.
                    _ if matches!(name, "build" | "connect") => {
                        let is = infer::type_of(&mut self.scope, expression);
                        let lists = |found: &Destructor| matches!(found, Destructor::Listed(_));
                        drops::destructors(&mut self.scope, &is).iter().any(lists).then_some(is)
                    }
                    _ => None,
                }
            }
        }
    }

    fn owned_output(&mut self, function: FunctionId, is_awaited: bool) -> Option<Type> {
        let is_async = self.scope.index().function(function).is_async;
        let is_owned = is_async == is_awaited && !self.scope.returns_reference(function);
        is_owned.then(|| self.scope.type_of_output(function))
    }
}

/// What to point at.
fn last_name(expression: &syn::Expr) -> proc_macro2::TokenStream {
    match expression {
        syn::Expr::MethodCall(call) => call.method.to_token_stream(),
        syn::Expr::Call(call) => call.func.to_token_stream(),
        syn::Expr::Try(inner) => last_name(&inner.expr),
        syn::Expr::Await(inner) => last_name(&inner.base),
        _ => expression.to_token_stream(),
    }
}
