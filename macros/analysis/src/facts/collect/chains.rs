//! Chains of calls: one repair fixes all the waiting in `client.get(url).send()?.text()`, so it is reported once.

use std::collections::HashMap;

use super::Collector;
use super::calls::is_wrapper;

/// Which use stands last in the chain that an expression is, by the place of its last call in memory.
#[derive(Debug, Default)]
pub(super) struct Chains(HashMap<*const (), usize>);

impl Chains {
    fn of(&self, expression: &syn::Expr) -> Option<usize> {
        self.0.get(&last_call(expression)?).copied()
    }
}

impl Collector<'_, '_> {
    /// The use that stands last in a chain, if there is one in it.
    pub(super) fn last_in(&self, chain: &syn::Expr) -> Option<usize> {
        self.chains.of(chain)
    }

    /// The use found last goes on where another one ended.
    pub(super) fn last_follows(&mut self, before: Option<usize>) {
        if let Some(last) = self.model.uses.last_mut() {
            last.follows = before;
        }
    }

    /// Notes a call, or that there is none to ask about in the chain that it ends. What a macro was given may stand
    /// where something else stood before.
    pub(super) fn ends_chain<T>(&mut self, call: &T, last: Option<usize>) {
        let at = std::ptr::from_ref(call).cast();
        match last {
            Some(last) => self.chains.0.insert(at, last),
            None => self.chains.0.remove(&at),
        };
    }
}

/// The last call of a chain, behind what only looks at its value.
fn last_call(expression: &syn::Expr) -> Option<*const ()> {
    match expression {
        syn::Expr::MethodCall(call) => Some(std::ptr::from_ref(call).cast()),
        syn::Expr::Call(call) if call.args.len() == 1 && is_wrapper(&call.func) => last_call(&call.args[0]),
        syn::Expr::Call(call) => Some(std::ptr::from_ref(call).cast()),
        syn::Expr::Await(inner) => last_call(&inner.base),
        syn::Expr::Cast(inner) => last_call(&inner.expr),
        syn::Expr::Field(inner) => last_call(&inner.base),
        syn::Expr::Group(inner) => last_call(&inner.expr),
        syn::Expr::Index(inner) => last_call(&inner.expr),
        syn::Expr::Paren(inner) => last_call(&inner.expr),
        syn::Expr::Reference(inner) => last_call(&inner.expr),
        syn::Expr::Try(inner) => last_call(&inner.expr),
        syn::Expr::Unary(inner) => last_call(&inner.expr),
        _ => None,
    }
}
