//! What is known about the calls of a function, to explain why something is reported or not.

use proc_macro2::{Span, TokenStream};

use super::Engine;
use super::arguments::Arguments;
use super::subject::Subject;
use crate::facts::model::{Callee, Fate, Model, Receiver, RunsOn, Seen, Step, Use};
use crate::knowledge::catalogue::Certainty;
use crate::rules::finding::Finding;
use crate::source::Place;
use crate::syntax::depth::is_too_deep;
use crate::syntax::exemption::Exemption;
use crate::syntax::item::Item;
use crate::syntax::kind::Kind;
use crate::syntax::rule_id;

/// What is known of one call.
#[derive(Debug)]
pub struct Known {
    /// As it is written, and what to point at.
    pub written: String,
    /// The path or name.
    pub tokens: TokenStream,
    /// What it resolves to; nothing where the text does not tell.
    pub leads_to: Option<String>,
    /// Of a method: what its receiver is.
    pub receiver: Receiver,
    /// Whether it runs on the loop.
    pub is_on_loop: bool,
    /// What the catalogue or the project says of it: the path, why it blocks and how surely, what to do instead.
    pub entry: Option<String>,
    /// The way to what blocks.
    pub chain: Vec<Step>,
    /// An exemption from a rule on blocking is around it.
    pub is_exempt: bool,
    /// It is awaited at once.
    pub is_awaited: bool,
    /// What becomes of it, in a sentence.
    pub verdict: String,
}

/// What is known of a function and of its calls.
#[derive(Debug)]
pub struct Why {
    /// Its path in the crate.
    pub function: String,
    /// In the order of the text.
    pub calls: Vec<Known>,
    /// What is found in it.
    pub findings: Vec<Finding>,
    /// It is nested too deep to be looked at.
    pub is_too_deep: bool,
}

impl Engine {
    /// What is known of the calls of a function that is looked at as one of a kind, or of the tasks in it.
    pub fn why(
        &mut self,
        kind: Option<Kind>,
        arguments: TokenStream,
        item: TokenStream,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Option<Why> {
        let subject = if kind.is_some() { Subject::Function } else { Subject::Tasks };
        let kind = kind.unwrap_or(Kind::Blocking);
        let item = Item::split(kind, item).ok()?;
        self.configure(&mut Vec::new());
        let arguments = Arguments::parse(kind, arguments, &mut Vec::new());
        let mut located = self.locate(&item, place);
        let mut model = self.head(kind, &item, &located, &arguments);
        model.seen = Some(Vec::new());
        let is_too_deep = is_too_deep(&item.head) || is_too_deep(&located.body);
        if !is_too_deep {
            self.collect(subject, &item, &mut located, &mut model);
        }
        let mut calls = Vec::new();
        Self::known_in(&model, &located.exemptions, subject == Subject::Function, &mut calls);
        let here = located.here();
        let (findings, _) = subject.judge(&model, located.exemptions);
        for call in &mut calls {
            agree(call, &findings);
        }
        Some(Why { function: self.path_of(here, &item), calls, findings, is_too_deep })
    }

    fn known_in(model: &Model, exemptions: &[Exemption], is_judged: bool, calls: &mut Vec<Known>) {
        for seen in model.seen.iter().flatten() {
            let start = start_of(&seen.tokens);
            let found = model.uses.iter().find(|found| start.is_some() && start_of(&found.tokens) == start);
            let entry = found.and_then(|found| found.entry);
            let certainty = |certainty| match certainty {
                Certainty::Always => "always",
                Certainty::Usually => "usually",
                Certainty::Bounded => "for a limited time",
            };
            let verdict = verdict(model, seen, found, exemptions, is_judged);
            let known = Known {
                written: seen.written.clone(),
                tokens: seen.tokens.clone(),
                leads_to: seen.leads_to.clone(),
                receiver: seen.receiver.clone(),
                is_on_loop: is_judged && seen.place == RunsOn::Loop,
                entry: entry.map(|entry| {
                    let listed = entry.listed.map(|listed| format!(" ({listed})")).unwrap_or_default();
                    let (path, category, how) = (entry.path, entry.category.id(), certainty(entry.certainty));
                    format!("`{path}`, {category}, blocks {how}{listed}: {}", entry.instead)
                }),
                chain: found
                    .and_then(|found| found.chain.as_ref())
                    .map(|chain| chain.steps.clone())
                    .unwrap_or_default(),
                is_exempt: exempts(seen, exemptions).is_some(),
                is_awaited: seen.fate == Fate::Awaited,
                verdict,
            };
            // What a task does has been seen in the function around it as well.
            match calls.iter_mut().find(|known| start.is_some() && start_of(&known.tokens) == start) {
                Some(before) => *before = known,
                None => calls.push(known),
            }
        }
        for marked in &model.marked {
            Self::known_in(marked, exemptions, marked.kind != Kind::Blocking, calls);
        }
    }
}

/// What the rules have found at a call has the last word on what becomes of it.
fn agree(call: &mut Known, findings: &[Finding]) {
    let start = start_of(&call.tokens);
    let is_here = |found: &&Finding| start.is_some() && start_of(&found.tokens) == start;
    let (unrequested, told): (Vec<_>, Vec<_>) = findings.iter().filter(is_here).partition(|found| found.is_unrequested);
    let names =
        |found: &[&Finding]| found.iter().map(|found| format!("`{}`", found.rule)).collect::<Vec<_>>().join(", ");
    if !told.is_empty() {
        call.verdict = format!("{REPORTED}: {}", names(&told));
    } else if !unrequested.is_empty() {
        call.verdict = format!("silent: {} is a rule on request", names(&unrequested));
    } else if call.verdict == REPORTED {
        "silent: what it does is told by another finding in this function".clone_into(&mut call.verdict);
    }
}

const REPORTED: &str = "reported";

fn start_of(tokens: &TokenStream) -> Option<(usize, usize)> {
    let start = tokens.clone().into_iter().next()?.span().start();
    Some((start.line, start.column))
}

/// The innermost exemption from a rule on blocking around a call.
fn exempts<'e>(seen: &Seen, exemptions: &'e [Exemption]) -> Option<&'e Exemption> {
    let around = seen.exemptions.iter().rev().map(|&index| &exemptions[index]);
    around.into_iter().find(|exemption| rule_id::ON_CALLS.iter().any(|rule| exemption.takes(rule)))
}

/// What becomes of a call, and why.
fn verdict(model: &Model, seen: &Seen, found: Option<&Use>, exemptions: &[Exemption], is_judged: bool) -> String {
    if !is_judged {
        return "silent: this function does not run on the loop itself; what it does counts for its callers".to_owned();
    }
    if seen.place == RunsOn::Elsewhere {
        return "silent: it runs away from the loop, or it is not known who calls it".to_owned();
    }
    let blocks = found.is_some_and(|found| {
        let is_reported = |certainty, category| certainty == Certainty::Always || model.strict.contains(&category);
        found.chain.is_some()
            || matches!(found.callee, Callee::Local(Some(Kind::Blocking), _))
            || found.entry.is_some_and(|entry| is_reported(entry.certainty, entry.category))
    });
    match (found, exempts(seen, exemptions)) {
        (_, Some(exemption)) if blocks => format!("silent: it is exempt from `{}` here", exemption.rule),
        (Some(found), None) if blocks && found.chain.is_none() && seen.fate == Fate::Awaited => {
            "silent: it is awaited at once, so that it gives a future".to_owned()
        }
        (Some(_), _) if blocks => REPORTED.to_owned(),
        (Some(Use { entry: Some(entry), .. }), _) => {
            format!("silent: it does not always block; `strict({})` reports it", entry.category.id())
        }
        (Some(Use { callee: Callee::Suspect(_), .. }), _) => {
            "open: it blocks on some types, and the text does not tell this one; the attributes ask the compiler"
                .to_owned()
        }
        (Some(Use { callee: Callee::Local(Some(kind), _), .. }), _) => {
            format!("silent: it bears `#[onloop::{}]` and answers for itself", kind.word())
        }
        (Some(Use { callee: Callee::Local(None, Some(_)), .. }), _) => {
            "silent: nothing that blocks is found in it, or it answers for itself".to_owned()
        }
        _ if seen.leads_to.is_some() => "silent: it is not known to block".to_owned(),
        _ if seen.receiver == Receiver::Unknown => {
            "silent: the text does not tell the type of the receiver, and no method of that name is a suspect"
                .to_owned()
        }
        _ => "silent: nothing is known of it that blocks".to_owned(),
    }
}
