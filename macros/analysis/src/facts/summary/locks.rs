//! The locks that functions take, those of the functions that they call included.

use std::rc::Rc;

use crate::facts::locks::{Call, Giver, Held, LockFacts, LockPlace, Pass, Taken, Taker};
use crate::source::FunctionId;
use crate::syntax::quick::HashMap;

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
                let Taker::Call(call) = &pass.taker else { continue };
                for inner in self.taken_within(call.function, facts, depth - 1).iter() {
                    let Some(place) = call.seen(&inner.place) else { continue };
                    let through = std::iter::once(facts(call.function).0).chain(inner.through.iter().cloned());
                    let (mode, panics) = (inner.mode, inner.panics);
                    taken.push(Taken { place, mode, panics, through: through.collect() });
                }
            }
        }
        let taken: Rc<[Taken]> = taken.into();
        self.known.insert(function, taken.clone());
        taken
    }

    /// The lock that is taken again while a guard of it is alive; the way to it begins with the function that is called.
    pub(crate) fn again(
        &mut self,
        pass: &Pass,
        facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>),
    ) -> Option<(Held, Taken)> {
        let held = self.held_at(pass, facts);
        if held.is_empty() {
            return None;
        }
        let taken: Vec<Taken> = match &pass.taker {
            Taker::Here(taken) => vec![taken.clone()],
            Taker::Call(call) => {
                let name = facts(call.function).0;
                let taken = self.taken_by(call.function, facts);
                let seen = taken.iter().filter_map(|taken| {
                    let through = std::iter::once(name.clone()).chain(taken.through.iter().cloned()).collect();
                    Some(Taken { place: call.seen(&taken.place)?, through, ..taken.clone() })
                });
                seen.collect()
            }
        };
        let clashes = taken.into_iter().filter_map(|taken| {
            let held = held.iter().find(|held| held.place == taken.place && !held.mode.lets(taken.mode))?;
            Some((held.clone(), taken))
        });
        // The shortest way is the easiest to follow.
        clashes.min_by_key(|(_, taken)| taken.through.len())
    }

    /// The locks that are held where something may take one.
    fn held_at(&mut self, pass: &Pass, facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>)) -> Vec<Held> {
        let mut all = Vec::new();
        for held in &pass.held {
            match &held.giver {
                None => all.push(held.clone()),
                // Twice the same is told where it stands.
                Some(giver) if matches!(&pass.taker, Taker::Call(call) if call.function == giver.function) => {}
                Some(giver) => {
                    all.extend(self.given_by(giver, facts).map(|place| Held { place, giver: None, ..held.clone() }));
                }
            }
        }
        for under in &pass.under {
            let (_, facts) = facts(under.call.function);
            for run in facts.runs.iter().filter(|run| run.parameter == under.number) {
                let seen = run.held.iter().filter_map(|held| {
                    Some(Held { place: under.call.seen(&held.place)?, giver: None, ..held.clone() })
                });
                all.extend(seen);
            }
        }
        all
    }

    /// The lock of which a function gives a guard: the only one that it takes.
    fn given_by(
        &mut self,
        giver: &Giver,
        facts: &mut dyn FnMut(FunctionId) -> (String, Rc<LockFacts>),
    ) -> Option<LockPlace> {
        let taken = self.taken_by(giver.function, facts);
        let (first, more) = taken.split_first()?;
        let call = Call { function: giver.function, receiver: giver.receiver.clone(), arguments: Vec::new() };
        if more.iter().all(|other| other.place == first.place) { call.seen(&first.place) } else { None }
    }
}
