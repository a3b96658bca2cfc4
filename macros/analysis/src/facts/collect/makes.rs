//! What a call makes of guards: a new one, a value with guards in it, or another one of a guard that it is given.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use super::Collector;
use super::live::Value;
use crate::facts::model::{Callee, Fate};
use crate::source::FunctionId;
use crate::syntax::path::path_of;
use crate::types::guards::{self, Guarded, Passed};
use crate::types::infer;
use crate::types::names::{Def, Namespace};
use crate::types::scope::Name;
use crate::types::ty::Type;

/// What a function that is called makes of guards.
#[derive(Debug)]
pub(super) enum Makes {
    Nothing,
    /// A guard, in how many `Result`s and `Option`s.
    Guard((Guarded, usize)),
    /// The arguments become the fields of a value.
    Whole,
    /// A guard becomes another one.
    Passed(Passed),
}

/// How deep guards are looked for in fields of fields.
const FIELDS: usize = 2;

impl Collector<'_, '_> {
    /// What a function that is called makes of guards.
    pub(super) fn makes(&mut self, callee: Option<&Callee>, path: &syn::ExprPath) -> Makes {
        match callee {
            Some(Callee::Local(_, Some(function))) => self.given_by(*function).map_or(Makes::Nothing, Makes::Guard),
            Some(Callee::External(paths)) => match &paths[..] {
                [path] => match guards::passed(path) {
                    Some(passed) => Makes::Passed(passed),
                    None => guards::given_by_path(path)
                        .and_then(|is| guards::guarded(self.scope.known(), &is))
                        .map_or(Makes::Nothing, Makes::Guard),
                },
                _ => Makes::Nothing,
            },
            // A tuple struct.
            None if matches!(self.scope.resolve(&path_of(&path.path), Namespace::Value), Name::Def(Def::Type(..))) => {
                Makes::Whole
            }
            // A variant of an own enum.
            None if self.scope.type_of_variant(&path_of(&path.path)).is_known() => Makes::Whole,
            _ => Makes::Nothing,
        }
    }

    /// The value that a call gives; what it takes of the arguments is taken out of `values`.
    pub(super) fn made(&mut self, makes: Makes, path: &syn::ExprPath, values: &mut Vec<Value>, fate: Fate) -> Value {
        match makes {
            Makes::Guard(guard) if fate != Fate::Awaited => {
                let context = self.next_context();
                let last = path.path.segments.last();
                let tokens = last.map_or_else(TokenStream::new, |last| last.ident.to_token_stream());
                self.live.take_up(guard, tokens, context)
            }
            Makes::Whole => {
                let parts = values.drain(..).enumerate();
                let parts: Vec<_> = parts.map(|(n, value)| self.live.inside(value, &n.to_string())).collect();
                parts.into_iter().fold(Value::default(), Value::and)
            }
            Makes::Passed(passed) if !values.is_empty() => {
                let value = values.swap_remove(0);
                match passed {
                    Passed::Back => value,
                    Passed::BackShared => {
                        self.live.share(&value);
                        value
                    }
                    Passed::BackWrapped => self.live.wrapped(value),
                    Passed::Split => self.live.split(value),
                }
            }
            Makes::Guard(_) | Makes::Passed(_) | Makes::Nothing => Value::default(),
        }
    }

    /// The guard that a function of this crate returns.
    pub(super) fn given_by(&mut self, function: FunctionId) -> Option<(Guarded, usize)> {
        if self.scope.index().function(function).is_async {
            return None;
        }
        if self.scope.returns_reference(function) {
            return None;
        }
        let is = self.scope.type_of_output(function);
        self.guarded(&is).or_else(|| {
            // `impl Deref`: the body tells what it is.
            let is = infer::type_of_hidden(&mut self.scope, function)?;
            self.guarded(&is)
        })
    }

    /// What a type guards: a guard itself, or a struct of the crate that has one.
    pub(super) fn guarded(&mut self, is: &Type) -> Option<(Guarded, usize)> {
        if let Some(found) = guards::guarded(self.scope.known(), is) {
            return Some(found);
        }
        let (mut of, mut wraps) = (is.clone(), 0);
        while of.unwrapped() != of {
            (of, wraps) = (of.unwrapped(), wraps + 1);
        }
        self.held_in_fields(&of, FIELDS).map(|what| (what, wraps))
    }

    /// What a struct of the crate guards by one of its fields, or by one of theirs.
    fn held_in_fields(&mut self, of: &Type, depth: usize) -> Option<Guarded> {
        let Type::Local(module, name, arguments) = of else { return None };
        let fields = self.scope.types_of_owned_fields(*module, name, arguments, None);
        let found = fields.iter().find_map(|field| guards::guarded(self.scope.known(), field));
        match found {
            Some((what, inside)) => (inside == 0).then_some(what),
            None if depth == 0 => None,
            None => fields.iter().find_map(|field| self.held_in_fields(field, depth - 1)),
        }
    }
}
