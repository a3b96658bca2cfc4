//! The locks that functions take, those of the functions that they call included.

use std::collections::HashMap;
use std::rc::Rc;

use crate::facts::locks::{Held, LockFacts, Pass, Taken};
use crate::source::FunctionId;

/// How deep calls are followed.
const DEPTH: usize = 8;

/// What is known of the locks that functions take, those of the functions that they call included.
#[derive(Default)]
pub(crate) struct LockSummaries {
    known: HashMap<FunctionId, Rc<[Taken]>>,
}

impl LockSummaries {
    /// The locks that a function takes. `facts` tells what one function does by itself, and its name.
    pub(crate) fn taken_by(
        &mut self,
        function: FunctionId,
        facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>),
    ) -> Rc<[Taken]> {
        self.taken_within(function, facts, DEPTH)
    }

    fn taken_within(
        &mut self,
        function: FunctionId,
        facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>),
        depth: usize,
    ) -> Rc<[Taken]> {
        if let Some(known) = self.known.get(&function) {
            return known.clone();
        }
        let (_, own) = facts(function);
        let mut taken = own.taken.clone();
        if depth > 0 {
            // Who comes back here in a circle finds what was known at first.
            self.known.insert(function, taken.clone().into());
            for pass in own.passes.iter().filter(|pass| !pass.is_inside) {
                for inner in self.taken_within(pass.function, facts, depth - 1).iter() {
                    let Some(place) = pass.seen(inner) else { continue };
                    let through = std::iter::once(facts(pass.function).0).chain(inner.through.iter().cloned());
                    let (mode, panics) = (inner.mode, inner.panics);
                    taken.push(Taken { place, mode, panics, through: through.collect() });
                }
            }
        }
        let taken: Rc<[Taken]> = taken.into();
        self.known.insert(function, taken.clone());
        taken
    }

    /// The lock that a call takes again, while a guard of it is alive.
    pub(crate) fn again(
        &mut self,
        pass: &Pass,
        facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>),
    ) -> Option<(Held, Taken)> {
        if pass.held.is_empty() {
            return None;
        }
        let taken = self.taken_by(pass.function, facts);
        let clashes = taken.iter().filter_map(|taken| {
            let place = pass.seen(taken)?;
            let held = pass.held.iter().find(|held| held.place == place && !held.mode.lets(taken.mode))?;
            Some((held.clone(), taken.clone()))
        });
        // The shortest way is the easiest to follow.
        clashes.min_by_key(|(_, taken)| taken.through.len())
    }
}
