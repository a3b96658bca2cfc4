//! What unmarked functions of the crate do inside: whether one blocks, through which calls, and where.
//!
//! Each function is read at most once per compiler process. A query walks the calls from function to function (breadth
//! first, so that the shortest chain is shown, and without recursion), and its results are kept for all of them.

mod locks;
mod read;

use std::collections::VecDeque;
use std::rc::Rc;

use self::locks::LockSummaries;
use self::read::{Effects, Facts, Strict, bit, read};
use crate::facts::asked::Asked;
use crate::facts::closures::Argument;
use crate::facts::collect::{awaits_losing, fills_its_own, waits_with_what_it_took};
use crate::facts::locks::{Held, LockFacts, Pass, Taken};
use crate::facts::model::{Blocks, Chain, Step};
use crate::knowledge::catalogue::{Category, EXECUTOR};
use crate::source::{FunctionId, Index};
use crate::syntax::kind::Kind;
use crate::syntax::quick::{HashMap, HashSet};
use crate::types::names::Resolver;
use crate::types::project::ProjectItems;

#[derive(Clone, Debug)]
enum Verdict {
    Clean,
    /// Blocks by calling this function, or by itself.
    Blocks(Option<FunctionId>),
}

/// How many functions a closure is followed through.
const HANDS: usize = 64;

/// All that is known of the functions of a crate.
#[derive(Default)]
pub(crate) struct Summaries {
    /// What blocks by itself.
    known_calls: Rc<ProjectItems>,
    facts: HashMap<FunctionId, Rc<Facts>>,
    /// What functions with open places do.
    settled: HashMap<FunctionId, Rc<Effects>>,
    /// Whether a function calls what is given to it.
    runs: HashMap<Argument, bool>,
    known: HashMap<(FunctionId, Strict), Verdict>,
    locks: LockSummaries,
    /// Whether a function loses data where it is dropped half-way.
    losing: HashMap<FunctionId, bool>,
    /// Annotated functions whose bodies another attribute has moved, so that nobody else answers for them.
    moved: HashSet<FunctionId>,
    /// What was asked about, until somebody takes it.
    pub(crate) asked: Asked,
}

impl Summaries {
    pub(crate) fn new(known_calls: Rc<ProjectItems>) -> Summaries {
        Summaries { known_calls, ..Summaries::default() }
    }

    /// How a function blocks, for somebody who asks for these categories as well; nothing if it does not, or if that
    /// is unknown.
    pub(crate) fn chain(&mut self, index: &mut Index, function: FunctionId, strict: &[Category]) -> Option<Chain> {
        self.asked.functions.insert(function);
        // Whoever calls a function that blocks is told so of the call.
        if function.is_iterator()
            && (!index.returns_iterator(function) || self.chain(index, function.itself(), strict).is_some())
        {
            return None;
        }
        let strict = strict.iter().filter(|category| !Category::OF_RULES.contains(category));
        let strict = strict.fold(0, |all, &category| all | bit(category));
        if !self.known.contains_key(&(function, strict)) {
            self.walk(index, function, strict);
        }
        let (mut through, mut steps) = (Vec::new(), Vec::new());
        let mut at = function;
        loop {
            match self.known.get(&(at, strict))? {
                Verdict::Clean => return None,
                Verdict::Blocks(Some(next)) => {
                    steps.push(step(index, at));
                    at = *next;
                    through.push(self.facts(index, at).name.clone());
                }
                Verdict::Blocks(None) => {
                    let blocks = self.effects(index, at).blocks(strict).cloned()?;
                    let last = Step { function: blocks.what.clone(), line: blocks.line, ..step(index, at) };
                    steps.extend([step(index, at), last]);
                    let function = index.function(at);
                    let (in_async, is_fixed) = (
                        function.is_async,
                        function.is_macro || index.is_of_trait(at) || index.is_declared_in_trait(at),
                    );
                    return Some(Chain { through, blocks, in_async, is_fixed, steps });
                }
            }
        }
    }

    /// The body of an annotated function is read as that of a helper is.
    pub(crate) fn answer_for(&mut self, function: FunctionId) {
        if self.moved.insert(function) {
            self.facts.remove(&function);
            self.settled.remove(&function);
            self.known.retain(|(known, _), _| *known != function);
        }
    }

    /// The lock that is taken again while its guard is alive, with the guard.
    pub(crate) fn locks_again(&mut self, index: &mut Index, pass: &Pass) -> Option<(Held, Taken)> {
        self.asked.functions.extend(pass.functions());
        let mut locks = std::mem::take(&mut self.locks);
        let found = locks.again(pass, &mut |function| self.locks_of(index, function));
        self.locks = locks;
        found
    }

    /// Whether an async function loses data where it is dropped half-way: it, or one that it calls, awaits what does.
    pub(crate) fn loses(&mut self, index: &mut Index, function: FunctionId) -> bool {
        self.asked.functions.insert(function);
        if let Some(&known) = self.losing.get(&function) {
            return known;
        }
        self.losing.insert(function, false);
        if !index.function(function).is_async {
            return false;
        }
        let text = index.text_of(function).unwrap_or_default();
        let own = crate::source::parse::<syn::ItemFn, _>(&text, |item| {
            let body =
                || item.block.stmts.iter().map(quote::ToTokens::to_token_stream).collect::<proc_macro2::TokenStream>();
            awaits_losing(body()) || fills_its_own(body()) || waits_with_what_it_took(body())
        });
        let calls = self.effects(index, function).calls.clone();
        let loses = own == Some(true) || calls.into_iter().any(|next| self.loses(index, next));
        self.losing.insert(function, loses);
        loses
    }

    /// Whether a function takes a lock that its caller may hold.
    pub(crate) fn takes_locks(&mut self, index: &mut Index, function: FunctionId) -> bool {
        self.asked.functions.insert(function);
        let mut locks = std::mem::take(&mut self.locks);
        let taken = locks.taken_by(function, &mut |function| self.locks_of(index, function));
        self.locks = locks;
        !taken.is_empty()
    }

    fn locks_of(&mut self, index: &mut Index, function: FunctionId) -> (String, Rc<LockFacts>) {
        let facts = self.facts(index, function);
        (facts.name.clone(), facts.locks.clone())
    }

    fn walk(&mut self, index: &mut Index, function: FunctionId, strict: Strict) {
        let mut came_from: HashMap<FunctionId, FunctionId> = HashMap::default();
        let mut seen = HashSet::default();
        seen.insert(function);
        let mut queue = VecDeque::from([function]);
        while let Some(at) = queue.pop_front() {
            match self.known.get(&(at, strict)) {
                Some(Verdict::Clean) => continue,
                // Its shortest way is known, and may not be the shortest from here: it is followed step by step, beside
                // the others. So the answer does not depend on what was asked before.
                Some(Verdict::Blocks(Some(next))) if !queue.is_empty() => {
                    if seen.insert(*next) {
                        came_from.insert(*next, at);
                        queue.push_back(*next);
                    }
                    continue;
                }
                Some(Verdict::Blocks(_)) => return self.mark(at, strict, &came_from),
                None => {}
            }
            let effects = self.effects(index, at);
            if effects.blocks(strict).is_some() {
                self.known.insert((at, strict), Verdict::Blocks(None));
                return self.mark(at, strict, &came_from);
            }
            for &next in &effects.calls {
                if seen.insert(next) {
                    came_from.insert(next, at);
                    queue.push_back(next);
                }
            }
        }
        // Everything that can be reached from here was looked at.
        self.known.extend(seen.into_iter().map(|function| ((function, strict), Verdict::Clean)));
    }

    /// Notes the way that led to a function that blocks.
    fn mark(&mut self, mut at: FunctionId, strict: Strict, came_from: &HashMap<FunctionId, FunctionId>) {
        while let Some(&before) = came_from.get(&at) {
            self.known.insert((before, strict), Verdict::Blocks(Some(at)));
            at = before;
        }
    }

    /// Whether a function surely calls what is given to it, on the thread that it is called on.
    pub(crate) fn runs(&mut self, index: &mut Index, argument: Argument) -> bool {
        self.asked.functions.insert(argument.of);
        self.runs_within(index, argument, HANDS)
    }

    fn runs_within(&mut self, index: &mut Index, argument: Argument, hands: usize) -> bool {
        if let Some(&known) = self.runs.get(&argument) {
            return known;
        }
        if hands == 0 {
            return false;
        }
        // What is handed round in a circle is called by nobody.
        self.runs.insert(argument, false);
        let facts = self.facts(index, argument.of);
        let calls = facts.closures.calls(argument, &mut |next| self.runs_within(index, next, hands - 1));
        self.runs.insert(argument, calls);
        calls
    }

    /// What a function does, now that other functions may be asked what they do with closures.
    fn effects(&mut self, index: &mut Index, function: FunctionId) -> Rc<Effects> {
        let has_no_body = index.is_declared_in_trait(function) && index.function(function).body.is_none();
        if has_no_body || function.is_of_any_type() {
            return self.effects_of_declared(index, function);
        }
        let facts = self.facts(index, function);
        if facts.open.is_empty() {
            return facts.effects.clone();
        }
        if let Some(known) = self.settled.get(&function) {
            return known.clone();
        }
        let mut effects = (*facts.effects).clone();
        for (place, open) in &facts.open {
            if facts.closures.on_loop(*place, false, &mut |argument| self.runs(index, argument)) {
                effects.blocks = effects.blocks.or_else(|| open.blocks.clone());
                for (category, blocks) in &open.usually {
                    effects.add_usually(*category, || blocks.clone());
                }
                effects.calls.extend(&open.calls);
            }
        }
        let effects = Rc::new(effects);
        self.settled.insert(function, effects.clone());
        effects
    }

    /// A method that a trait declares blocks where each of its implementations does. Those that only pass the call on to
    /// another value of the trait do what that does.
    fn effects_of_declared(&mut self, index: &mut Index, declared: FunctionId) -> Rc<Effects> {
        if let Some(known) = self.settled.get(&declared) {
            return known.clone();
        }
        // Nothing is known of it while its implementations are asked.
        self.settled.insert(declared, Rc::default());
        let mut first = None;
        for function in Resolver::new(index).implementations(declared) {
            if Resolver::new(index).kind_of(function) == Some(Kind::Blocking) {
                first.get_or_insert_with(|| Self::marked(index, function));
                continue;
            }
            let own = self.facts(index, function).effects.clone();
            if own.blocks.is_none() && own.calls.contains(&declared) {
                continue;
            }
            if self.chain(index, function, &[]).is_none() {
                return Rc::default();
            }
            if first.is_none() {
                first = Some(self.effects(index, function));
            }
        }
        let effects = first.unwrap_or_default();
        self.settled.insert(declared, effects.clone());
        effects
    }

    /// What a function does that is marked to block.
    fn marked(index: &Index, function: FunctionId) -> Rc<Effects> {
        let known = index.function(function);
        let line = known.at[0].0;
        let place = format!("{}:{line}", index.shown_path(function));
        let blocks = Blocks { what: known.name.clone(), is_marked: true, instead: EXECUTOR, listed: None, place, line };
        Rc::new(Effects { blocks: Some(blocks), ..Effects::default() })
    }

    fn facts(&mut self, index: &mut Index, function: FunctionId) -> Rc<Facts> {
        if let Some(known) = self.facts.get(&function) {
            return known.clone();
        }
        let around = std::mem::take(&mut index.looked_into);
        let mut facts = read(index, &self.known_calls, function, self.moved.contains(&function)).unwrap_or_default();
        facts.looked_into = std::mem::replace(&mut index.looked_into, around);
        let facts = Rc::new(facts);
        self.facts.insert(function, facts.clone());
        facts
    }

    /// The functions that were read, each with those on which it depends what it does.
    pub(crate) fn read(&self) -> impl Iterator<Item = (FunctionId, impl Iterator<Item = FunctionId>)> {
        self.facts.iter().map(|(function, facts)| (*function, facts.leads_to()))
    }
}

/// Where a function is declared.
fn step(index: &Index, id: FunctionId) -> Step {
    let function = index.function(id);
    Step { function: function.name.clone(), file: index.file_of(id).to_owned(), line: function.at[0].0 }
}
