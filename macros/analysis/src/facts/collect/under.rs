//! Closures that run while a lock is held: by a guard of this body, by what the closure is given, or by a function of the
//! crate that takes the lock and calls the closure under it.

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;

use super::Collector;
use super::around::ClosuresUnder;
use super::closure_args::ClosureArgs;
use super::live::Value;

use crate::facts::locks::{Held, HeldAround, RunUnder, Under};
use crate::facts::model::RunsOn;
use crate::source::FunctionId;
use crate::types::infer;
use crate::types::iterate;
use crate::types::locks::{self, Taking};
use crate::types::ty::Type;

impl Collector<'_, '_> {
    /// What is held while the closures of a method run; `held` is in what they are given, `taking` what the method itself
    /// takes.
    pub(super) fn closures_of_method(
        &mut self,
        call: &syn::ExprMethodCall,
        receiver: &Type,
        mut held: Vec<Held>,
        taking: Option<&(Taking, Held)>,
    ) -> ClosuresUnder {
        if !call.args.iter().any(is_closure) {
            return ClosuresUnder::default();
        }
        let name = call.method.unraw().to_string();
        held.extend(taking.filter(|_| locks::runs_closures(&name)).map(|(_, held)| held.clone()));
        held.extend(
            self.held_by_iterator(&call.receiver).filter(|_| iterate::passes_on(&name) || iterate::takes(&name)),
        );
        let receiver = receiver.bare();
        let is_known = receiver.is_known() && !receiver.is_stream() || is_iterator(&call.receiver);
        let is_at_once =
            receiver.is_any(&["std::option::Option", "std::result::Result"]) || is_known && !iterate::passes_on(&name);
        ClosuresUnder { held, is_lazy: !is_at_once, call: None }
    }

    /// The same where a function of the crate is called.
    pub(super) fn closures_of_own(
        &mut self,
        own: FunctionId,
        receiver: Option<&syn::Expr>,
        arguments: &Punctuated<syn::Expr, syn::Token![,]>,
    ) -> ClosuresUnder {
        if !arguments.iter().any(is_closure) {
            return ClosuresUnder::default();
        }
        ClosuresUnder { held: Vec::new(), is_lazy: false, call: Some(self.called_with(own, receiver, arguments)) }
    }

    /// What is held while an argument runs, if that is a closure.
    pub(super) fn around_argument(&self, argument: &syn::Expr, number: usize, closure_args: ClosureArgs) -> HeldAround {
        let ClosuresUnder { held, is_lazy, call } = &self.closures_under;
        let is_run_here = matches!(closure_args, ClosureArgs::Called | ClosureArgs::Local { .. });
        if !is_closure(argument) || !is_run_here || self.place == RunsOn::Elsewhere {
            return HeldAround::default();
        }
        let mut around = HeldAround { held: held.clone(), under: self.live.under() };
        around.held.extend(if *is_lazy { self.live.held_by_temporaries() } else { self.live.held() });
        around.under.extend(call.clone().map(|call| Under { call, number }));
        around
    }

    /// `self.map.iter().filter(..)`: a map of `dashmap` is locked while somebody goes through it.
    fn held_by_iterator(&mut self, mut iterator: &syn::Expr) -> Option<Held> {
        loop {
            let syn::Expr::MethodCall(call) = iterator else { return None };
            match call.method.unraw().to_string().as_str() {
                "iter" | "iter_mut" if call.args.is_empty() => {
                    let of = infer::type_of(&mut self.scope, &call.receiver).bare();
                    return if locks::is_sharded(&of) { self.held_by_iteration(iterator) } else { None };
                }
                name if iterate::passes_on(name) => iterator = &call.receiver,
                _ => return None,
            }
        }
    }

    /// A parameter is called: by then these locks are held.
    pub(super) fn runs_parameter(&mut self, path: &syn::Path) {
        let Some(name) = path.get_ident() else { return };
        let Some(since) = self.scope.since(&name.unraw().to_string()) else { return };
        let Some(parameter) = self.parameters.iter().position(|parameter| *parameter == Some(since.bound)) else {
            return;
        };
        let held: Vec<_> = self.live.held().into_iter().filter(|held| held.giver.is_none()).collect();
        if !held.is_empty() && self.scope.now().body == 0 && !self.again && self.place != RunsOn::Elsewhere {
            self.model.locks.runs.push(RunUnder { parameter, held });
        }
    }

    /// What is in an `Option` or `Result` and held there, for a method whose closure is given what is in it.
    pub(super) fn held_by_what_is_given(&self, value: &Value, method: &str) -> Vec<Held> {
        const GIVING: &[&str] =
            &["and_then", "inspect", "is_none_or", "is_ok_and", "is_some_and", "map", "map_or", "map_or_else"];
        if GIVING.contains(&method) { self.live.held_in(value) } else { Vec::new() }
    }
}

/// Whether an expression is an iterator by its last methods.
fn is_iterator(expression: &syn::Expr) -> bool {
    const GIVES: &[&str] = &["drain", "into_iter", "iter", "iter_mut", "keys", "values", "values_mut"];
    let syn::Expr::MethodCall(call) = expression else { return false };
    let name = call.method.unraw().to_string();
    GIVES.contains(&name.as_str()) || iterate::passes_on(&name) && is_iterator(&call.receiver)
}

fn is_closure(argument: &syn::Expr) -> bool {
    matches!(argument, syn::Expr::Closure(closure) if closure.asyncness.is_none())
}
