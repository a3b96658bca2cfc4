//! What unmarked functions of the crate do inside: whether one blocks, through which calls, and where.
//!
//! Each function is read at most once per compiler process. A question walks the calls from one function to the next
//! (in breadth, so the shortest chain is shown, and without recursion), and what it learns is kept for all of them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::Kind;
use crate::catalogue::{Certainty, own};
use crate::collect::Collector;
use crate::model::{Callee, Fate, Model, Output, Place};
use crate::scope::Scope;
use crate::source::{FunctionId, Here, Index};

/// How a function blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The functions on the way, the one that was asked about not among them.
    pub(crate) through: Vec<String>,
    pub(crate) blocks: Blocks,
}

/// The call that blocks in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// What is called, by its canonical path, or as it is written where it is marked.
    pub(crate) what: String,
    pub(crate) is_marked: bool,
    /// `src/store.rs:41:9`
    pub(crate) place: String,
}

/// What one function does by itself.
#[derive(Debug, Default)]
struct Facts {
    name: String,
    blocks: Option<Blocks>,
    calls: Vec<FunctionId>,
}

#[derive(Clone, Debug)]
enum Known {
    Clean,
    /// Blocks by calling this function, or by itself.
    Blocks(Option<FunctionId>),
}

/// All that is known of the functions of a crate.
#[derive(Default)]
pub(crate) struct Summaries {
    facts: HashMap<FunctionId, Rc<Facts>>,
    known: HashMap<FunctionId, Known>,
}

impl Summaries {
    /// How a function blocks; nothing if it does not, or if that cannot be told.
    pub(crate) fn chain(&mut self, index: &mut Index, function: FunctionId) -> Option<Chain> {
        if !self.known.contains_key(&function) {
            self.walk(index, function);
        }
        let mut through = Vec::new();
        let mut at = function;
        loop {
            match self.known.get(&at)? {
                Known::Clean => return None,
                Known::Blocks(Some(next)) => {
                    at = *next;
                    through.push(self.facts(index, at).name.clone());
                }
                Known::Blocks(None) => {
                    let blocks = self.facts(index, at).blocks.clone()?;
                    return Some(Chain { through, blocks });
                }
            }
        }
    }

    fn walk(&mut self, index: &mut Index, function: FunctionId) {
        let mut came_from: HashMap<FunctionId, FunctionId> = HashMap::new();
        let mut seen = HashSet::from([function]);
        let mut queue = VecDeque::from([function]);
        while let Some(at) = queue.pop_front() {
            match self.known.get(&at) {
                Some(Known::Clean) => continue,
                Some(Known::Blocks(_)) => return self.mark(at, &came_from),
                None => {}
            }
            let facts = self.facts(index, at);
            if facts.blocks.is_some() {
                self.known.insert(at, Known::Blocks(None));
                return self.mark(at, &came_from);
            }
            for &next in &facts.calls {
                if seen.insert(next) {
                    came_from.insert(next, at);
                    queue.push_back(next);
                }
            }
        }
        // Everything that can be reached from here was looked at.
        self.known.extend(seen.into_iter().map(|function| (function, Known::Clean)));
    }

    /// Notes the way that led to a function that blocks.
    fn mark(&mut self, mut at: FunctionId, came_from: &HashMap<FunctionId, FunctionId>) {
        while let Some(&before) = came_from.get(&at) {
            self.known.insert(before, Known::Blocks(Some(at)));
            at = before;
        }
    }

    fn facts(&mut self, index: &mut Index, function: FunctionId) -> Rc<Facts> {
        if let Some(known) = self.facts.get(&function) {
            return known.clone();
        }
        let facts = Rc::new(read(index, function).unwrap_or_default());
        self.facts.insert(function, facts.clone());
        facts
    }
}

/// Reads the body of a function. Those that bear an attribute of ours answer for themselves, and an exemption is
/// trusted.
fn read(index: &mut Index, id: FunctionId) -> Option<Facts> {
    let function = index.function(id);
    let mut facts = Facts { name: function.name.clone(), ..Facts::default() };
    if function.marker.is_some() || function.is_exempt || own::is_harmless(id) || function.body.is_none() {
        return Some(facts);
    }
    let (name, is_async, line) = (function.name.clone(), function.is_async, function.at[0].0);
    let (module, owner) = index.scope_of(id);
    let place = index.shown_path(id);
    let text = index.text_of(id)?;
    crate::source::parse::<syn::ItemFn, _>(&text, |item| {
        let mut model = Model {
            kind: if is_async { Kind::Coroutine } else { Kind::Callback },
            name: proc_macro2::TokenStream::new(),
            asyncness: None,
            output: Output::Unknown,
            lost_its_async: false,
            own_exemptions: 0,
            strict: Vec::new(),
            uses: Vec::new(),
            awaits: Vec::new(),
            crossings: Vec::new(),
            dropped: Vec::new(),
            loops: Vec::new(),
        };
        let mut exemptions = Vec::new();
        let scope = Scope::new(index, Some(Here { module, owner }));
        Collector::new(scope, &mut model, &mut exemptions, true).function(
            &item.sig.generics,
            &mut item.sig.inputs.iter(),
            &item.block.stmts,
        );
        for found in &model.uses {
            let exempt = found.context.exemptions.iter().any(|&index| exemptions[index].rule.starts_with("blocking_"));
            if found.place != Place::Loop || exempt || !found.context.gates.is_empty() {
                continue;
            }
            let at = || {
                let start = found.tokens.clone().into_iter().next().map(|token| token.span().start());
                // The text begins at `fn`, in the line of which the column is not that of the file.
                start.map_or(place.clone(), |start| match start.line {
                    0 | 1 => format!("{place}:{line}"),
                    n => format!("{place}:{}:{}", line + n - 1, start.column + 1),
                })
            };
            match &found.callee {
                Callee::Own(Some(Kind::Blocking), _) => {
                    facts.blocks.get_or_insert_with(|| Blocks {
                        what: found.written.clone(),
                        is_marked: true,
                        place: at(),
                    });
                }
                Callee::Own(None, Some(function)) if *function != id => facts.calls.push(*function),
                callee if found.fate != Fate::Awaited => {
                    if let Some(entry) = callee.entry().filter(|entry| entry.certainty == Certainty::Always) {
                        let what = entry.path.to_owned();
                        facts.blocks.get_or_insert_with(|| Blocks { what, is_marked: false, place: at() });
                    }
                }
                _ => {}
            }
        }
        facts.name = name;
        facts
    })
}
