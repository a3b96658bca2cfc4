//! Loops, and what stays alive from one iteration to the next: how a loop is left, and what an iteration starts with.

use super::Collector;
use super::around::Around;
use super::diverge::diverges;
use super::live::{Exit, State, Value};
use super::render::render_chain;
use super::shape::root_of;
use crate::facts::model::{Callee, Fate, Form};
use crate::knowledge::catalogue;
use crate::types::guards::{self, Guarded};
use crate::types::iterate;
use crate::types::lookup::{self, Method};
use crate::types::ty::Type;
use quote::ToTokens as _;

impl Collector<'_, '_> {
    /// The loop or block that `break` or `continue` means.
    pub(super) fn target(&self, label: Option<&syn::Lifetime>) -> Option<usize> {
        let label = label.map(|label| label.ident.to_string());
        self.loops.iter().rposition(|around| match &label {
            Some(_) => around.label == label,
            None => !around.is_block,
        })
    }

    /// The body of a loop; gives whether there is a way out of it, and what `break` gives. `head` runs before each round, and gives what is
    /// alive where it ends the loop.
    pub(super) fn looping(
        &mut self,
        label: Option<&syn::Label>,
        leaves: bool,
        body: &syn::Block,
        head: impl Fn(&mut Self) -> Vec<State>,
    ) -> (bool, Value) {
        let count = self.live.count();
        let before = self.live.states();
        let mut around = self.round(label, leaves, body, &head);
        let ends = std::mem::take(&mut around.1);
        // What a round leaves in a variable around the loop is there in the next one.
        let mut rounds = std::mem::take(&mut around.0.continues);
        rounds.extend(ends);
        self.live.join(&rounds);
        self.live.close(count);
        if !self.again && !rounds.is_empty() && self.live.has_more_than(&before, count) {
            self.again(|this| {
                this.round(label, leaves, body, &head);
            });
            self.live.join(&rounds);
            self.live.close(count);
        }
        let mut ways = around.0.breaks;
        if leaves {
            // Not a single round, or the last one.
            ways.push(Exit { states: around.2, is_sure: false });
            ways.extend(rounds);
        }
        self.live.join(&ways);
        self.live.close(count);
        self.live.begin();
        (around.0.leaves, self.live.end(around.0.value))
    }

    /// One round of a loop: how it is left, where it ends, and what is alive where there is no round.
    fn round(
        &mut self,
        label: Option<&syn::Label>,
        leaves: bool,
        body: &syn::Block,
        head: &impl Fn(&mut Self) -> Vec<State>,
    ) -> (Around, Option<Exit>, Vec<State>) {
        let label = label.map(|label| label.name.ident.to_string());
        let bound = self.scope.now().bound;
        self.loops.push(Around { label, bound, leaves, ..Around::default() });
        self.live.begin();
        let none = head(self);
        self.block(&body.stmts, Fate::Used);
        self.live.end(Value::default());
        // What always ends with a call that does not return is no loop.
        let end = self.way(diverges(&body.stmts), &Value::default()).map(|way| Exit { is_sure: true, ..way });
        let around = self.loops.pop().unwrap_or_default();
        (around, end, none)
    }

    /// Goes through code for the second time, for the guards alone.
    fn again(&mut self, walk: impl FnOnce(&mut Self)) {
        let (uses, awaits, dropped, loops) =
            (self.model.uses.len(), self.model.awaits.len(), self.model.dropped.len(), self.model.loops.len());
        let (marked, events) = (self.model.marked.len(), self.model.events.len());
        let lint_allowed = self.model.lint_allowed.take();
        let fallen = self.live.fallen.len();
        self.again = true;
        walk(self);
        self.again = false;
        self.live.fallen.truncate(fallen);
        self.model.lint_allowed = lint_allowed;
        self.model.uses.truncate(uses);
        self.model.awaits.truncate(awaits);
        self.model.dropped.truncate(dropped);
        self.model.loops.truncate(loops);
        self.model.marked.truncate(marked);
        self.model.events.truncate(events);
    }

    /// `for x in receiver` waits for each.
    pub(super) fn iterates(&mut self, iterated: &syn::Expr, of: &Type) {
        let is_ready = root_of(iterated).is_some_and(|root| self.ready.nonblocking.contains(&root));
        let entry = self.waits_for_each_of(of).filter(|_| !is_ready);
        let callee = entry.map(Callee::Method).or_else(|| self.suspect_iterator(iterated));
        if let Some(callee) = callee {
            let written = format!("for .. in {}", render_chain(iterated));
            let before = self.last_in(iterated);
            self.found(callee, Form::Called, Fate::Used, written, iterated.to_token_stream());
            self.last_follows(before);
        }
    }

    /// What waits where all that a value gives is taken: its iterator, or a channel.
    pub(super) fn waits_for_each_of(&mut self, of: &Type) -> Option<catalogue::Entry> {
        let received = |this: &mut Self| match lookup::method(&mut this.scope, of, "recv") {
            Method::Blocks(entry) if of.bare().is_receiver() => Some(entry),
            _ => None,
        };
        iterate::next_in_loop(&self.scope, of).or_else(|| received(self))
    }

    /// What a loop goes through may hold each part locked for as long as it is there.
    pub(super) fn held_by_element(&mut self, element: &Type, iterated: &syn::Expr) -> Value {
        let Some(guard) = guards::guarded(self.scope.known(), element).filter(|(what, _)| *what == Guarded::Shard)
        else {
            return Value::default();
        };
        let context = self.next_context();
        let value = self.live.take_up(guard, iterated.to_token_stream(), context);
        if let Some(held) = self.held_by_iteration(iterated) {
            self.live.hold(&value, &held);
        }
        value
    }
}
