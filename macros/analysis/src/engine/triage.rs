//! Scan: whether the body of a function is parsed at all.

use proc_macro2::{TokenStream, TokenTree};

use super::Engine;
use super::locate::Located;
use super::scan::{self, Question, Scan};
use super::suspects::Suspects;
use super::whereabouts::Whereabouts;
use crate::facts::asked;
use crate::facts::model::Model;
use crate::facts::sign::Sign;
use crate::knowledge::catalogue;
use crate::rules;
use crate::source::Here;
use crate::syntax::item::Item;
use crate::syntax::tokens::{any_token, is_word};

impl Engine {
    pub(super) fn scan(&mut self, item: &Item, located: &Located) -> Scan {
        let here = located.here();
        let Engine { index, summaries, known, seen, has_all_rules: all, .. } = self;
        let mut suspects = Suspects { index, summaries, known, seen, here, all: *all };
        let mut scan = scan::scan(located.body.clone(), &mut |question| suspects.suspects(question));
        // Most loops run over collections. A receiver is named in the head, or where the module imports it.
        scan.calls |= scan.iterates
            && (scan::names_receiver(&item.inputs.stream())
                || here.is_some_and(|here| self.index.imports_receiver(here.module)));
        scan
    }

    /// Whether a rule, or clippy, asks for anything that may be in the body.
    pub(super) fn is_asked_about(&mut self, item: &Item, located: &Located, scan: &Scan, model: &Model) -> bool {
        if scan.too_deep {
            return false;
        }
        if !matches!(located.whereabouts, Whereabouts::Here) {
            return true;
        }
        // What only usually blocks is no suspect: it is looked for where somebody asks.
        if self.looks_at_all || scan.attributes || model.lint_allowed.is_some() || !model.strict.is_empty() {
            return true;
        }
        let here = located.here();
        let may_hold = here.is_some_and(|here| self.index.names_guards(here.module)) || self.known.has_guards();
        let ask = |is_there: &dyn Fn(Sign) -> bool| rules::asks(model.kind, is_there);
        ask(&|sign| scan.has(sign, may_hold))
            || ask(&|sign| matches!(sign, Sign::LocksTwice)) && self.may_lock_twice(here, scan, &located.body)
            || ask(&|sign| matches!(sign, Sign::Drops)) && self.may_drop(here, [&item.inputs.stream(), &located.body])
            || ask(&|sign| matches!(sign, Sign::Implicit)) && here.is_some() && self.may_call_implicitly(&located.body)
    }

    /// Whether a body may drop a value that blocks then: the crate has a `Drop` that does, or the module knows a type of
    /// the catalogue by name.
    fn may_drop(&mut self, here: Option<Here>, tokens: [&TokenStream; 2]) -> bool {
        let words = catalogue::words_of_droppings();
        let Some(here) = here else {
            let is_known =
                |token: &TokenTree| words.iter().flat_map(|(_, words)| words).any(|word| is_word(token, word));
            return tokens.into_iter().any(|tokens| any_token(tokens, &is_known));
        };
        if words.iter().any(|(krate, words)| self.index.may_use(krate) && self.index.mentions(here.module, words)) {
            return true;
        }
        if self.drop_blocks.is_none() {
            let asked = std::mem::take(&mut self.summaries.asked);
            let root = self.index.own_root().unwrap_or(here.module);
            let all = self.index.impls_of_trait(root, "Drop").unwrap_or_default();
            let functions = all.into_iter().flat_map(|id| self.index.functions_in(id)).collect::<Vec<_>>();
            let blocks =
                functions.into_iter().any(|function| self.summaries.chain(&mut self.index, function, &[]).is_some());
            self.drop_blocks = Some(blocks);
            self.summaries.asked = asked;
        }
        asked::note(&mut self.summaries.asked.blocking, "drop");
        self.drop_blocks == Some(true)
    }

    /// Whether a body may call a function that blocks without naming it.
    fn may_call_implicitly(&mut self, body: &TokenStream) -> bool {
        let asked = std::mem::take(&mut self.summaries.asked);
        self.implicit.find(&mut self.index, &mut self.summaries);
        self.summaries.asked = asked;
        self.summaries.asked.unnamed = true;
        self.implicit.may_be_in(body)
    }

    /// Whether a body may take a lock that it holds: by itself, through a function of the crate, or in a map or channel of
    /// which the module knows that it locks.
    fn may_lock_twice(&mut self, here: Option<Here>, scan: &Scan, body: &TokenStream) -> bool {
        const SHARDS: &[&str] = &["DashMap", "DashSet", "dashmap"];
        const CHANNELS: &[&str] = &["watch::Sender", "watch::channel"];
        let Some(here) = here else { return scan.locks > 1 };
        let may_be_map = self.index.may_use("dashmap") && self.index.mentions(here.module, SHARDS);
        // What is sent clashes with what is borrowed.
        let may_be_channel = scan.may_hold && self.index.mentions(here.module, CHANNELS);
        if scan.locks > 1 || may_be_map || may_be_channel {
            return true;
        }
        // A function of the crate may give the guard, or be a method that takes the lock and runs a closure under it.
        let gives_guards = self.index.names_guards(here.module);
        let Engine { index, summaries, known, seen, .. } = self;
        let mut suspects = Suspects { index, summaries, known, seen, here: Some(here), all: false };
        if scan.locks == 0 && !gives_guards {
            let runs_closures = scan::scan(body.clone(), &mut |question| {
                matches!(question, Question::Method { takes_closure: true, .. }) && suspects.takes_locks(question)
            });
            if !runs_closures.calls {
                return false;
            }
        }
        let mut takers = scan.locks;
        scan::scan(body.clone(), &mut |question| {
            takers += usize::from(suspects.takes_locks(question));
            takers > 1
        });
        takers > 1
    }
}
