//! What one function or macro of the crate does by itself: its body is collected as that of an annotated one is.

use std::rc::Rc;

use proc_macro2::TokenStream;

use crate::facts::closures::Closures;
use crate::facts::collect::Collector;
use crate::facts::locks::{LockFacts, Pass};
use crate::facts::model::{Blocks, Callee, Context, DroppedValue, Fate, Form, Happens, Model, RunsOn, Use};
use crate::knowledge::catalogue::{Category, Certainty, EXECUTOR};
use crate::source::{Cfg, FunctionId, Here, Index};
use crate::syntax::depth::is_text_too_deep;
use crate::syntax::kind::Kind;
use crate::syntax::quick::HashSet;
use crate::syntax::rule_id;
use crate::syntax::type_ref::TypeRef;
use crate::types::drops::Destructor;
use crate::types::project::ProjectItems;
use crate::types::scope::Scope;

/// What one function does by itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) effects: Rc<Effects>,
    /// What it does in closures whose place is not known without looking at other functions.
    pub(super) open: Vec<(RunsOn, Effects)>,
    pub(super) closures: Closures,
    pub(super) locks: Rc<LockFacts>,
    /// Functions into whose bodies it was looked for this.
    pub(super) looked_into: HashSet<FunctionId>,
}

impl Facts {
    /// The functions on which it depends what this one does.
    pub(super) fn leads_to(&self) -> impl Iterator<Item = FunctionId> {
        let effects = self.open.iter().map(|(_, effects)| effects).chain([&*self.effects]);
        let calls = effects.flat_map(|effects| effects.calls.iter().copied());
        let passes = self.locks.passes.iter().flat_map(Pass::functions);
        calls.chain(passes).chain(self.closures.functions()).chain(self.looked_into.iter().copied())
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) blocks: Option<Blocks>,
    /// What only usually blocks, the first of each category.
    pub(super) usually: Vec<(Category, Blocks)>,
    pub(super) calls: Vec<FunctionId>,
}

impl Effects {
    /// What blocks by itself, for somebody who asks for these categories as well.
    pub(super) fn blocks(&self, strict: Strict) -> Option<&Blocks> {
        let asked = |(category, _): &&(Category, Blocks)| strict & bit(*category) != 0;
        self.blocks.as_ref().or_else(|| self.usually.iter().find(asked).map(|(_, blocks)| blocks))
    }

    pub(super) fn add_usually(&mut self, category: Category, blocks: impl FnOnce() -> Blocks) {
        if self.usually.iter().all(|(known, _)| *known != category) {
            self.usually.push((category, blocks()));
        }
    }
}

/// The categories whose calls are asked about even if they only usually block, a bit each.
pub(super) type Strict = u32;

pub(super) fn bit(category: Category) -> Strict {
    1 << category as Strict
}

/// Reads the body of a function. Those that bear an attribute of ours answer for themselves, and an exemption is
/// trusted; what they do with closures is of interest all the same. A body that was moved out of its function is read.
pub(super) fn read(index: &mut Index, known: &ProjectItems, id: FunctionId, is_moved: bool) -> Option<Facts> {
    let function = index.function(id);
    let mut facts = Facts { name: function.name.clone(), ..Facts::default() };
    // With which features another crate is built is not known.
    let is_absent = function.doubtful && index.is_of_dependency(id);
    let is_trusted = function.is_exempt || known.is_harmless(id) || is_exempt_by_path(index, known, id);
    let function = index.function(id);
    let is_marked = function.marker == Some(Kind::Blocking) && !id.is_iterator();
    if is_marked || is_trusted || function.body.is_none() || is_absent {
        return Some(facts);
    }
    if function.is_macro {
        return read_macro(index, known, id).map(|effects| Facts { effects: Rc::new(effects), ..facts });
    }
    let answers = !is_moved && !id.is_iterator() && (function.marker.is_some() || index.answers(id));
    let (kind, line) = (if function.is_async { Kind::Coroutine } else { Kind::Callback }, function.at[0].0);
    let (module, owner) = index.scope_of(id);
    let at = Declaration { id, path: index.shown_path(id), line };
    let text = index.text_of(id).filter(|text| !is_text_too_deep(text))?;
    crate::source::parse::<syn::ItemFn, _>(&text, |item| {
        let mut model = Model::of_helper(kind);
        let mut exemptions = Vec::new();
        let scope = Scope::of(index, known, Here { module, owner }, id);
        let output = match &item.sig.output {
            syn::ReturnType::Type(_, output) => Some(TypeRef::of(output)),
            syn::ReturnType::Default => None,
        };
        let collector = Collector::new(scope, &mut model, &mut exemptions, true).returning(output);
        let collector = if id.is_iterator() { collector.taking_from_returned() } else { collector };
        facts.closures = collector.function(&item.sig.generics, &mut item.sig.inputs.iter(), &item.block.stmts);
        if !answers {
            let is_exempt = |context: &Context| {
                context.exemptions.iter().any(|&index| rule_id::ON_BLOCKING.contains(&exemptions[index].rule.as_str()))
            };
            model.uses.retain(|found| !is_exempt(&found.context) && is_built(index.cfg_of(module), found));
            model.events.retain(|event| !is_exempt(&event.context));
            note_all(&model, &at, &mut facts);
        }
        facts.locks = Rc::new(std::mem::take(&mut model.locks));
    });
    Some(facts)
}

/// Where a function is declared.
struct Declaration {
    id: FunctionId,
    /// As messages show it.
    path: String,
    line: usize,
}

impl Declaration {
    /// The place of a token of the function, and the line of that.
    fn place_of(&self, tokens: &TokenStream) -> (String, usize) {
        let Declaration { path, line, .. } = self;
        let start = tokens.clone().into_iter().next().map(|token| token.span().start());
        // The text begins at `fn`, in the line of which the column is not that of the file.
        start.map_or((path.clone(), *line), |start| match start.line {
            0 | 1 => (format!("{path}:{line}"), *line),
            n => (format!("{path}:{}:{}", line + n - 1, start.column + 1), line + n - 1),
        })
    }
}

/// Notes what a body does: at once, or in closures whose place is still open.
fn note_all(model: &Model, at: &Declaration, facts: &mut Facts) {
    let mut effects = Effects::default();
    for found in &model.uses {
        let place = || at.place_of(&found.tokens);
        match found.place {
            RunsOn::Elsewhere => {}
            RunsOn::Held(_) => {
                let mut open = Effects::default();
                note(found, at.id, &mut open, place);
                if open.blocks.is_some() || !open.usually.is_empty() || !open.calls.is_empty() {
                    facts.open.push((found.place, open));
                }
            }
            RunsOn::Loop | RunsOn::Likely => note(found, at.id, &mut effects, place),
        }
    }
    for event in &model.events {
        if let Happens::Drops(dropped) = &event.what
            && event.place == RunsOn::Loop
            && event.context.gates.is_empty()
        {
            drops(dropped, at.id, &mut effects, || (format!("{}:{}", at.path, at.line), at.line));
        }
    }
    facts.effects = Rc::new(effects);
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
    let text = index.text_of(id).filter(|text| !is_text_too_deep(text))?;
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
    // Of all who call it only the first waits for a static to be filled, and who that is does not show.
    if found.form == Form::Lazy {
        return;
    }
    match &found.callee {
        Callee::Local(Some(Kind::Blocking), _) => {
            let what = found.written.clone();
            effects.blocks.get_or_insert_with(|| blocks(what, true, EXECUTOR, None, at()));
        }
        Callee::Local(None, Some(function)) if *function != id => effects.calls.push(*function),
        _ if found.fate != Fate::Awaited => {
            let Some(entry) = found.entry else { return };
            let blocks = || blocks(entry.path.to_owned(), false, entry.instead, entry.listed, at());
            if entry.certainty == Certainty::Always {
                effects.blocks.get_or_insert_with(blocks);
            } else {
                effects.add_usually(entry.category, blocks);
            }
        }
        _ => {}
    }
}

fn blocks(
    what: String,
    is_marked: bool,
    instead: &'static str,
    listed: Option<&'static str>,
    (place, line): (String, usize),
) -> Blocks {
    Blocks { what, is_marked, instead, listed, place, line }
}

/// Whether `onloop.toml` exempts it from a rule on blocking.
fn is_exempt_by_path(index: &mut Index, known: &ProjectItems, id: FunctionId) -> bool {
    if known.project.exempts.is_empty() || index.is_of_other_crate(id) {
        return false;
    }
    let (module, owner) = index.scope_of(id);
    let mut path = index.path_to(Here { module, owner });
    path.push(index.function(id).name.clone());
    known.exempt_from(&path).iter().any(|rule| rule_id::ON_BLOCKING.contains(&rule.as_str()))
}

/// Notes what a function does by dropping a value.
fn drops(dropped: &DroppedValue, id: FunctionId, effects: &mut Effects, at: impl Fn() -> (String, usize)) {
    for destructor in &dropped.destructors {
        match destructor {
            Destructor::Local(function, _) if *function != id => effects.calls.push(*function),
            Destructor::Local(..) => {}
            Destructor::Listed(listed) => {
                let what = format!("drop::<{}>", listed.path);
                effects.blocks.get_or_insert_with(|| blocks(what, false, EXECUTOR, None, at()));
            }
        }
    }
}
