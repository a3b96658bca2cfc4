//! Functions of the crate that give a reference to a field or a static: what they are called for is at that place.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use super::Collector;
use crate::facts::locks::{LockPlace, Root};
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::types::infer;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

impl Collector<'_, '_> {
    /// `self.state()` of `fn state(&self) -> &Mutex<State> { &self.shared.state }`
    pub(super) fn place_of_field_by(&mut self, call: &syn::ExprMethodCall) -> Option<LockPlace> {
        let name = call.method.unraw().to_string();
        if !self.scope.has_methods(&name) {
            return None;
        }
        let Type::Local(module, of, _) = infer::type_of(&mut self.scope, &call.receiver).bare() else { return None };
        let function = self.scope.method(module, &of, &name, None)?;
        if !self.gives_reference(function) {
            return None;
        }
        let path = self.scope.body_of(function, fields_of_self)??;
        let place = self.place_of(&call.receiver)?;
        Some(LockPlace { root: place.root, path: place.path.into_iter().chain(path).collect() })
    }

    /// `state()` of `fn state() -> &'static Mutex<State> { &STATE }`
    pub(super) fn place_of_static_by(&mut self, call: &syn::ExprCall) -> Option<LockPlace> {
        let syn::Expr::Path(path) = &*call.func else { return None };
        let Name::Def(Def::Function(function)) = self.scope.resolve(&path_of(&path.path), Namespace::Value) else {
            return None;
        };
        if !self.gives_reference(function) {
            return None;
        }
        let name = self.scope.body_of(function, name_of_static)??;
        let found = self.scope.in_function(function, |scope| scope.resolve(&name, Namespace::Value));
        let root = match found {
            Name::Def(Def::Value(module, name)) => Root::of_static(module, &name),
            // It is declared in the function.
            _ => Root::Static(format!("{function:?}::{name:?}")),
        };
        Some(LockPlace { root, path: Vec::new() })
    }

    fn gives_reference(&mut self, function: FunctionId) -> bool {
        let declared = self.scope.index().function(function);
        !declared.is_async && self.scope.returns_reference(function)
    }
}

/// The fields in `&self.shared.state`.
fn fields_of_self(body: TokenStream) -> Option<Vec<String>> {
    let mut tokens = without_reference(body);
    matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "self").then_some(())?;
    let mut fields = Vec::new();
    while let Some(token) = tokens.next() {
        match (token, tokens.next()) {
            (TokenTree::Punct(dot), Some(TokenTree::Ident(field))) if dot.as_char() == '.' => {
                fields.push(field.unraw().to_string());
            }
            (TokenTree::Punct(dot), Some(TokenTree::Literal(field))) if dot.as_char() == '.' => {
                fields.push(field.to_string());
            }
            _ => return None,
        }
    }
    Some(fields)
}

/// The static in `&STATE` and `STATE.get_or_init(..)`, which is the last statement.
fn name_of_static(body: TokenStream) -> Option<crate::syntax::path::Path> {
    let tokens: Vec<_> = body.into_iter().collect();
    let last = tokens.iter().rposition(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'));
    let mut tokens = without_reference(tokens.into_iter().skip(last.map_or(0, |last| last + 1)).collect());
    let Some(TokenTree::Ident(name)) = tokens.next() else { return None };
    if !name.to_string().starts_with(char::is_uppercase) {
        return None;
    }
    let rest: Vec<_> = tokens.collect();
    let is_filled = match &rest[..] {
        [] => true,
        [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments)] => {
            dot.as_char() == '.'
                && ["get_or_init", "deref", "as_ref"].iter().any(|known| method == known)
                && arguments.delimiter() == Delimiter::Parenthesis
        }
        _ => false,
    };
    is_filled.then(|| crate::syntax::path::Path { absolute: false, segments: vec![name.unraw().to_string()] })
}

/// What stands behind `&`, `*` and `mut`.
fn without_reference(tokens: TokenStream) -> impl Iterator<Item = TokenTree> {
    tokens.into_iter().skip_while(|token| match token {
        TokenTree::Punct(sign) => matches!(sign.as_char(), '&' | '*'),
        TokenTree::Ident(word) => word == "mut",
        _ => false,
    })
}
