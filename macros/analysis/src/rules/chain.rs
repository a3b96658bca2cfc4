//! One finding a chain: of the calls of a chain that wait the first is reported, and it names the others.

use crate::facts::model::Model;

/// The calls of a function that wait, by their chains.
pub(super) struct Chains {
    /// For each use the first one of its chain that waits, as far as it goes.
    first: Vec<Option<usize>>,
    waits: Vec<bool>,
}

impl Chains {
    /// `waits` says which uses are worth a finding.
    pub(super) fn of(model: &Model, waits: Vec<bool>) -> Chains {
        let mut first: Vec<Option<usize>> = Vec::with_capacity(waits.len());
        for (number, found) in model.uses.iter().enumerate() {
            let before = found.follows.and_then(|before| first.get(before).copied().flatten());
            first.push(before.or_else(|| waits[number].then_some(number)));
        }
        Chains { first, waits }
    }

    /// Whether a call before it in the chain waits already.
    pub(super) fn is_behind_another(&self, number: usize) -> bool {
        self.first[number].is_some_and(|first| first != number)
    }

    /// What is said of the calls that wait behind a use.
    pub(super) fn note(&self, model: &Model, number: usize) -> Option<String> {
        let is_behind = |&other: &usize| other != number && self.waits[other] && self.first[other] == Some(number);
        let names = (0..model.uses.len()).filter(is_behind).map(|other| format!("`{}`", model.uses[other].written));
        let names: Vec<_> = names.collect();
        match &names[..] {
            [] => None,
            [only] => Some(format!("{only} in the same chain waits too")),
            [all @ .., last] => Some(format!("{} and {last} in the same chain wait too", all.join(", "))),
        }
    }
}
