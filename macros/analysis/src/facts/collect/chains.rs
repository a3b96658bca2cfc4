//! Chains of calls: one repair fixes all the waiting in `client.get(url).send()?.text()`, so it is reported once.

use super::Collector;

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
