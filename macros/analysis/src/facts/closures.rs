//! Where the closures of one body run: those that are held in a variable or passed to a function of the crate.
//!
//! During the walk this is not known yet: a variable may be used further down, and what a function does with its
//! argument is written somewhere else. So each such closure has a number, and code inside it runs at [`RunsOn::Held`]
//! until the walk is over.

use crate::facts::model::{Model, RunsOn};
use crate::source::FunctionId;

/// The argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Argument {
    pub(crate) of: FunctionId,
    /// From 0, among what stands between the parentheses.
    pub(crate) number: usize,
    /// `receiver.method(..)`: the receiver stands before the parentheses.
    pub(crate) is_method: bool,
    /// It is a future: what is asked is whether the function polls it, or lets it be polled, on the loop.
    pub(crate) is_future: bool,
}

#[derive(Debug)]
struct Closure {
    around: RunsOn,
    goes: Goes,
}

#[derive(Debug)]
enum Goes {
    /// Into a variable that is used at these places, each with the place of the code that names it.
    Held(Vec<(RunsOn, RunsOn)>),
    Given(Argument),
    /// It is a future or an iterator, and in the variable, or the argument, of that number.
    Future(usize),
}

/// The closures of one body.
#[derive(Debug, Default)]
pub(crate) struct Closures {
    all: Vec<Closure>,
    /// The variables of the parameters, in their order; the receiver is none.
    parameters: Vec<Option<usize>>,
    pub(crate) has_receiver: bool,
}

impl Closures {
    /// The functions to which closures are given.
    pub(crate) fn functions(&self) -> impl Iterator<Item = FunctionId> {
        self.all.iter().filter_map(|closure| match closure.goes {
            Goes::Given(argument) => Some(argument.of),
            Goes::Held(_) | Goes::Future(_) => None,
        })
    }

    fn add(&mut self, around: RunsOn, goes: Goes) -> usize {
        self.all.push(Closure { around, goes });
        self.all.len() - 1
    }

    /// A variable that may hold a closure.
    pub(crate) fn held(&mut self) -> usize {
        self.add(RunsOn::Loop, Goes::Held(Vec::new()))
    }

    /// A parameter; nothing where it is taken apart by a pattern.
    pub(crate) fn parameter(&mut self, is_variable: bool) -> Option<usize> {
        let held = is_variable.then(|| self.held());
        self.parameters.push(held);
        held
    }

    /// What is given to a function of the crate by code at `around`.
    pub(crate) fn given(&mut self, around: RunsOn, argument: Argument) -> RunsOn {
        if around == RunsOn::Elsewhere { around } else { RunsOn::Held(self.add(around, Goes::Given(argument))) }
    }

    /// Where a future or an iterator runs that code at `around` puts into a variable, or gives to a function of the
    /// crate: where code names it, unless that hands it on to run elsewhere.
    pub(crate) fn future(&mut self, around: RunsOn, place: RunsOn) -> RunsOn {
        match place {
            RunsOn::Held(number) if around != RunsOn::Elsewhere => RunsOn::Held(self.add(around, Goes::Future(number))),
            _ => around,
        }
    }

    pub(crate) fn is_variable(&self, held: usize) -> bool {
        matches!(self.all[held].goes, Goes::Held(_))
    }

    /// A variable is handed on to run at `place`, by code that runs at `from`.
    pub(crate) fn used(&mut self, held: usize, place: RunsOn, from: RunsOn) {
        if let Goes::Held(uses) = &mut self.all[held].goes {
            uses.push((place, from));
        }
    }

    /// Whether code at a place runs on the loop. `sure`: only where that is proven. `runs` answers for arguments of
    /// functions.
    pub(crate) fn on_loop(&self, place: RunsOn, sure: bool, runs: &mut dyn FnMut(Argument) -> bool) -> bool {
        self.walk(place, sure, &mut Vec::new(), runs)
    }

    fn walk(&self, place: RunsOn, sure: bool, seen: &mut Vec<usize>, runs: &mut dyn FnMut(Argument) -> bool) -> bool {
        match place {
            RunsOn::Loop => true,
            RunsOn::Likely => !sure,
            RunsOn::Elsewhere => false,
            RunsOn::Held(number) if seen.contains(&number) => false,
            RunsOn::Held(number) => {
                seen.push(number);
                let Closure { around, goes } = &self.all[number];
                self.walk(*around, sure, seen, runs)
                    && match goes {
                        Goes::Held(uses) if uses.is_empty() => !sure,
                        Goes::Held(uses) => uses.iter().any(|(place, _)| self.walk(*place, sure, seen, runs)),
                        Goes::Given(argument) => runs(*argument),
                        Goes::Future(held) => self.polls(*held, sure, seen, runs),
                    }
            }
        }
    }

    /// Whether a future is polled on the loop that is in a variable, or is an argument: somebody names it there, who
    /// does not hand it on to run elsewhere.
    fn polls(&self, held: usize, sure: bool, seen: &mut Vec<usize>, runs: &mut dyn FnMut(Argument) -> bool) -> bool {
        match &self.all[held].goes {
            Goes::Given(argument) => runs(Argument { is_future: true, ..*argument }),
            Goes::Future(_) => true,
            Goes::Held(uses) if uses.is_empty() => !sure,
            Goes::Held(uses) => uses.iter().any(|(place, from)| {
                self.walk(*from, sure, &mut seen.clone(), runs)
                    && match place {
                        RunsOn::Held(next) if seen.contains(next) => false,
                        RunsOn::Held(next) => {
                            seen.push(*next);
                            self.polls(*next, sure, seen, runs)
                        }
                        RunsOn::Loop | RunsOn::Likely | RunsOn::Elsewhere => true,
                    }
            }),
        }
    }

    /// Whether the function surely calls, on the thread that it is called on, what is given to it as an argument. Of a
    /// future: whether it does not surely hand that on to run elsewhere.
    pub(crate) fn calls(&self, argument: Argument, runs: &mut dyn FnMut(Argument) -> bool) -> bool {
        let before = usize::from(self.has_receiver && !argument.is_method);
        let parameter = argument.number.checked_sub(before).and_then(|number| self.parameters.get(number));
        match parameter.copied().flatten() {
            Some(held) if argument.is_future => self.polls(held, false, &mut vec![held], runs),
            Some(held) => self.on_loop(RunsOn::Held(held), true, runs),
            None => argument.is_future,
        }
    }

    /// Decides where everything in a model runs.
    pub(crate) fn settle(&self, model: &mut Model, runs: &mut dyn FnMut(Argument) -> bool) {
        let mut on_loop = |place: &RunsOn| self.on_loop(*place, false, runs);
        for found in &mut model.uses {
            found.place = if on_loop(&found.place) { RunsOn::Loop } else { RunsOn::Elsewhere };
        }
        for seen in model.seen.iter_mut().flatten() {
            seen.place = if on_loop(&seen.place) { RunsOn::Loop } else { RunsOn::Elsewhere };
        }
        model.dropped.retain(|dropped| on_loop(&dropped.place));
        model.loops.retain(|endless| on_loop(&endless.place));
        model.crossings.retain(|crossing| on_loop(&crossing.place));
        model.events.retain(|event| on_loop(&event.place));
        model.locks.passes.retain(|pass| on_loop(&pass.place));
        model.lint_allowed.iter_mut().for_each(|lint_allowed| lint_allowed.retain(|(place, _)| !on_loop(place)));
        model.lint_denied.retain(|(around, _)| !around.iter().all(&mut on_loop));
        for marked in &mut model.marked {
            self.settle(marked, runs);
        }
    }
}
