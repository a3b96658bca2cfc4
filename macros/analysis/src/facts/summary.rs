//! What unmarked functions of the crate do inside: whether one blocks, through which calls, and where.
//!
//! Each function is read at most once per compiler process. A query walks the calls from function to function (breadth
//! first, so that the shortest chain is shown, and without recursion), and its results are kept for all of them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;

use quote::ToTokens as _;

use crate::facts::closures::{Argument, Closures};
use crate::facts::collect::{Collector, awaits_losing};
use crate::facts::locks::{Held, LockFacts, LockSummaries, Pass, Taken};
use crate::facts::model::{Callee, DroppedValue, Fate, Happens, Model, RunsOn, Use};
use crate::knowledge::catalogue::{Category, Certainty};
use crate::source::{Cfg, FunctionId, Here, Index};
use crate::syntax::kind::Kind;
use crate::types::drops::Destructor;
use crate::types::project::ProjectItems;
use crate::types::scope::Scope;

/// How a function blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The functions on the way, the one that was asked about not among them.
    pub(crate) through: Vec<String>,
    pub(crate) blocks: Blocks,
    /// The same as places: the function that was asked about, those on the way, and the call that blocks.
    pub(crate) steps: Vec<Step>,
}

/// One step on the way to a call that blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The function, as its name is written; of the last step the path of what blocks.
    pub function: String,
    /// Where it is declared; of the last step, where it is called.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
}

/// The call that blocks in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// What is called, by its canonical path, or as it is written where it is marked.
    pub(crate) what: String,
    pub(crate) is_marked: bool,
    /// Where a project lists it.
    pub(crate) listed: Option<&'static str>,
    /// `src/store.rs:41:9`
    pub(crate) place: String,
    /// The line in it.
    pub(crate) line: usize,
}

/// What one function does by itself.
#[derive(Debug, Default)]
struct Facts {
    name: String,
    effects: Rc<Effects>,
    /// What it does in closures whose place is not known without looking at other functions.
    open: Vec<(RunsOn, Effects)>,
    closures: Closures,
    locks: Rc<LockFacts>,
}

#[derive(Clone, Debug, Default)]
struct Effects {
    blocks: Option<Blocks>,
    /// What only usually blocks, the first of each category.
    usually: Vec<(Category, Blocks)>,
    calls: Vec<FunctionId>,
}

impl Effects {
    /// What blocks by itself, for somebody who asks for these categories as well.
    fn blocks(&self, strict: Strict) -> Option<&Blocks> {
        let asked = |(category, _): &&(Category, Blocks)| strict & bit(*category) != 0;
        self.blocks.as_ref().or_else(|| self.usually.iter().find(asked).map(|(_, blocks)| blocks))
    }

    fn add_usually(&mut self, category: Category, blocks: impl FnOnce() -> Blocks) {
        if self.usually.iter().all(|(known, _)| *known != category) {
            self.usually.push((category, blocks()));
        }
    }
}

/// The categories whose calls are asked about even if they only usually block, a bit each.
type Strict = u32;

fn bit(category: Category) -> Strict {
    1 << category as Strict
}

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
}

impl Summaries {
    pub(crate) fn new(known_calls: Rc<ProjectItems>) -> Summaries {
        Summaries { known_calls, ..Summaries::default() }
    }

    /// How a function blocks, for somebody who asks for these categories as well; nothing if it does not, or if that
    /// cannot be told.
    pub(crate) fn chain(&mut self, index: &mut Index, function: FunctionId, strict: &[Category]) -> Option<Chain> {
        let strict = strict.iter().fold(0, |all, &category| all | bit(category));
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
                    return Some(Chain { through, blocks, steps });
                }
            }
        }
    }

    /// The lock that a call takes again while its guard is alive, with the guard.
    pub(crate) fn locks_again(&mut self, index: &mut Index, pass: &Pass) -> Option<(Held, Taken)> {
        let mut locks = std::mem::take(&mut self.locks);
        let found = locks.again(pass, &mut |function| self.locks_of(index, function));
        self.locks = locks;
        found
    }

    /// Whether an async function loses data where it is dropped half-way: it, or one that it calls, awaits what does.
    pub(crate) fn loses(&mut self, index: &mut Index, function: FunctionId) -> bool {
        if let Some(&known) = self.losing.get(&function) {
            return known;
        }
        self.losing.insert(function, false);
        if !index.function(function).is_async {
            return false;
        }
        let text = index.text_of(function).unwrap_or_default();
        let own = crate::source::parse::<syn::ItemFn, _>(&text, |item| awaits_losing(item.block.to_token_stream()));
        let calls = self.effects(index, function).calls.clone();
        let loses = own == Some(true) || calls.into_iter().any(|next| self.loses(index, next));
        self.losing.insert(function, loses);
        loses
    }

    /// Whether a function takes a lock that its caller may hold.
    pub(crate) fn takes_locks(&mut self, index: &mut Index, function: FunctionId) -> bool {
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
        let mut came_from: HashMap<FunctionId, FunctionId> = HashMap::new();
        let mut seen = HashSet::from([function]);
        let mut queue = VecDeque::from([function]);
        while let Some(at) = queue.pop_front() {
            match self.known.get(&(at, strict)) {
                Some(Verdict::Clean) => continue,
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

    fn facts(&mut self, index: &mut Index, function: FunctionId) -> Rc<Facts> {
        if let Some(known) = self.facts.get(&function) {
            return known.clone();
        }
        let facts = Rc::new(read(index, &self.known_calls, function).unwrap_or_default());
        self.facts.insert(function, facts.clone());
        facts
    }
}

/// Reads the body of a function. Those that bear an attribute of ours answer for themselves, and an exemption is
/// trusted; what they do with closures is of interest all the same.
fn read(index: &mut Index, known: &ProjectItems, id: FunctionId) -> Option<Facts> {
    let function = index.function(id);
    let mut facts = Facts { name: function.name.clone(), ..Facts::default() };
    // With which features another crate is built is not known.
    let is_absent = function.doubtful && index.is_of_dependency(id);
    let is_trusted = function.is_exempt || known.is_harmless(id) || is_exempt_by_path(index, known, id);
    let function = index.function(id);
    if function.marker == Some(Kind::Blocking) || is_trusted || function.body.is_none() || is_absent {
        return Some(facts);
    }
    if function.is_macro {
        return read_macro(index, known, id).map(|effects| Facts { effects: Rc::new(effects), ..facts });
    }
    let answers = function.marker.is_some() || index.answers(id);
    let (kind, line) = (if function.is_async { Kind::Coroutine } else { Kind::Callback }, function.at[0].0);
    let (module, owner) = index.scope_of(id);
    let place = index.shown_path(id);
    let text = index.text_of(id).filter(|text| !is_too_deep(text))?;
    let mut effects = Effects::default();
    crate::source::parse::<syn::ItemFn, _>(&text, |item| {
        let mut model = Model::of_helper(kind);
        let mut exemptions = Vec::new();
        let scope = Scope::of(index, known, Here { module, owner }, id);
        facts.closures = Collector::new(scope, &mut model, &mut exemptions, true).function(
            &item.sig.generics,
            &mut item.sig.inputs.iter(),
            &item.block.stmts,
        );
        for found in model.uses.iter().filter(|_| !answers) {
            let exempt = found.context.exemptions.iter().any(|&index| exemptions[index].rule.starts_with("blocking_"));
            if found.place == RunsOn::Elsewhere || exempt || !is_built(index.cfg_of(module), found) {
                continue;
            }
            let at = || {
                let start = found.tokens.clone().into_iter().next().map(|token| token.span().start());
                // The text begins at `fn`, in the line of which the column is not that of the file.
                start.map_or((place.clone(), line), |start| match start.line {
                    0 | 1 => (format!("{place}:{line}"), line),
                    n => (format!("{place}:{}:{}", line + n - 1, start.column + 1), line + n - 1),
                })
            };
            let effects = match found.place {
                RunsOn::Held(_) => {
                    facts.open.push((found.place, Effects::default()));
                    facts.open.last_mut().map_or(&mut effects, |(_, effects)| effects)
                }
                _ => &mut effects,
            };
            note(found, id, effects, at);
        }
        for event in model.events.iter().filter(|_| !answers) {
            let Happens::Drops(dropped) = &event.what else { continue };
            let exempt = event.context.exemptions.iter().any(|&index| exemptions[index].rule.starts_with("blocking_"));
            if event.place == RunsOn::Loop && !exempt && event.context.gates.is_empty() {
                drops(dropped, id, &mut effects, || (format!("{place}:{line}"), line));
            }
        }
        facts.locks = Rc::new(std::mem::take(&mut model.locks));
        facts.open.retain(|(_, effects)| {
            effects.blocks.is_some() || !effects.usually.is_empty() || !effects.calls.is_empty()
        });
    });
    facts.effects = Rc::new(effects);
    Some(facts)
}

/// Whether a use is surely part of the build, tests left aside.
fn is_built(cfg: &Cfg, found: &Use) -> bool {
    let gates = &found.context.gates;
    let holds = |cfg: Cfg| gates.iter().all(|gate| cfg.holds(&gate.to_string()) == Some(true));
    gates.is_empty() || holds(Cfg { test: false, ..cfg.clone() })
}

/// Reads the arms of a `macro_rules!`: what is called in all of them by a path that means the same wherever the macro
/// stands. Names of one word mean what they do where it is called, and are left alone.
fn read_macro(index: &mut Index, known: &ProjectItems, id: FunctionId) -> Option<Effects> {
    let line = index.function(id).at[0].0;
    let place = format!("{}:{line}", index.shown_path(id));
    let text = index.text_of(id).filter(|text| !is_too_deep(text))?;
    let mut arms = Vec::new();
    // One that is written in a block is called there: names mean the same.
    let module = index.scope_of(id).0;
    let here = index.module(module).is_block.then_some(Here { module, owner: None });
    for arm in crate::source::arms(&text)? {
        let mut model = Model::of_helper(Kind::Callback);
        let mut exemptions = Vec::new();
        let collected = crate::source::parse_block(&arm, |statements| {
            let scope = Scope::new(index, known, here);
            let collector = Collector::new(scope, &mut model, &mut exemptions, true);
            collector.function(&syn::Generics::default(), &mut std::iter::empty(), statements);
        });
        collected?;
        let mut effects = Effects::default();
        for found in &model.uses {
            if found.place == RunsOn::Loop && found.context.gates.is_empty() && found.context.exemptions.is_empty() {
                note(found, id, &mut effects, || (place.clone(), line));
            }
        }
        arms.push(effects);
    }
    // Each of them does it.
    let first = arms.first()?;
    let blocks = first.blocks.clone().filter(|_| arms.iter().all(|arm| arm.blocks.is_some()));
    let is_in_all = |(category, _): &&(Category, Blocks)| {
        arms.iter().all(|arm| arm.usually.iter().any(|(known, _)| known == category))
    };
    let usually = first.usually.iter().filter(is_in_all).cloned().collect();
    Some(Effects { blocks, usually, calls: Vec::new() })
}

/// Notes what a function or macro does by one use.
fn note(found: &Use, id: FunctionId, effects: &mut Effects, at: impl Fn() -> (String, usize)) {
    match &found.callee {
        Callee::Local(Some(Kind::Blocking), _) => {
            let what = found.written.clone();
            effects.blocks.get_or_insert_with(|| blocks(what, true, None, at()));
        }
        Callee::Local(None, Some(function)) if *function != id => effects.calls.push(*function),
        _ if found.fate != Fate::Awaited => {
            let Some(entry) = found.entry else { return };
            let blocks = || blocks(entry.path.to_owned(), false, entry.listed, at());
            if entry.certainty == Certainty::Always {
                effects.blocks.get_or_insert_with(blocks);
            } else {
                effects.add_usually(entry.category, blocks);
            }
        }
        _ => {}
    }
}

fn blocks(what: String, is_marked: bool, listed: Option<&'static str>, (place, line): (String, usize)) -> Blocks {
    Blocks { what, is_marked, listed, place, line }
}

/// Whether `onloop.toml` exempts it from a rule on blocking.
fn is_exempt_by_path(index: &mut Index, known: &ProjectItems, id: FunctionId) -> bool {
    if known.project.exempts.is_empty() || index.is_of_other_crate(id) {
        return false;
    }
    let (module, owner) = index.scope_of(id);
    let mut path = index.path_to(Here { module, owner });
    path.push(index.function(id).name.clone());
    known.exempt_from(&path).iter().any(|rule| rule.starts_with("blocking_"))
}

/// Where a function is declared.
fn step(index: &Index, id: FunctionId) -> Step {
    let function = index.function(id);
    Step { function: function.name.clone(), file: index.file_of(id).to_owned(), line: function.at[0].0 }
}

/// Notes what a function does by dropping a value.
fn drops(dropped: &DroppedValue, id: FunctionId, effects: &mut Effects, at: impl Fn() -> (String, usize)) {
    for destructor in &dropped.destructors {
        match destructor {
            Destructor::Own(function, _) if *function != id => effects.calls.push(*function),
            Destructor::Own(..) => {}
            Destructor::Listed(listed) => {
                let what = format!("drop::<{}>", listed.path);
                effects.blocks.get_or_insert_with(|| blocks(what, false, None, at()));
            }
        }
    }
}

/// Whether brackets nest deeper than a parser that recurses should go. Those in strings count as well.
fn is_too_deep(text: &str) -> bool {
    const DEPTH: usize = 100;
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH
    })
}
