//! Closures and paths that are passed on: where they run, and which of them are jobs.

use super::Collector;
use super::live::{Live, Value};
use super::shape::{mark_of, place_of_kind};
use crate::facts::model::{Fate, Form, Model, Of, RunsOn};
use crate::syntax::exemption::Level;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::point;
use crate::types::ty::Type;
use quote::ToTokens;

impl Collector<'_, '_> {
    pub(super) fn closure(&mut self, closure: &syn::ExprClosure) -> Value {
        match mark_of(&closure.attrs) {
            Some((kind, mark)) => self.as_job(|this| this.marked_closure(closure, kind, mark)),
            None => self.bare_closure(closure),
        }
    }

    /// A job is run later and by somebody else: what says here why it may block says nothing of it.
    pub(super) fn as_job<R>(&mut self, walk: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.context.exemptions.clone();
        self.context.exemptions.retain(|&index| self.exemptions[index].level != Level::Call);
        let value = walk(self);
        self.context.exemptions = before;
        value
    }

    pub(super) fn marked_closure(&mut self, closure: &syn::ExprClosure, kind: Kind, mark: &syn::Attribute) -> Value {
        self.deny_lint(kind, || point::around(&closure.body));
        let marked = Model {
            form: Of::Closure,
            name: "this closure".to_owned(),
            at: mark.to_token_stream(),
            asyncness: closure.asyncness.as_ref().map(ToTokens::to_token_stream),
            output: Output::of_closure(closure),
            context: self.next_context(),
            strict: self.model.strict.clone(),
            tools: self.model.tools,
            lint_allowed: self.model.lint_allowed.as_ref().map(|_| Vec::new()),
            seen: self.model.seen.as_ref().map(|_| Vec::new()),
            ..Model::of_helper(kind)
        };
        let around = std::mem::replace(self.model, marked);
        let lint_allowed_around = std::mem::take(&mut self.lint_allowed_around);
        let value = self.running(place_of_kind(kind), |this| this.bare_closure(closure));
        self.lint_allowed_around = lint_allowed_around;
        let marked = std::mem::replace(self.model, around);
        self.model.marked.push(marked);
        value
    }

    pub(super) fn bare_closure(&mut self, closure: &syn::ExprClosure) -> Value {
        let drops_each = self.drops_each.take_if(|of| std::ptr::eq(*of, closure)).is_some();
        let takes_given = std::mem::take(&mut self.takes_given);
        let place = self.place;
        let given = std::mem::take(&mut self.given);
        let around = std::mem::take(&mut self.around);
        self.allow_lint(place, || point::around(&closure.body));
        let lint_allowed_around = self.lint_allowed_around.len();
        if let RunsOn::Elsewhere | RunsOn::Held(_) = place {
            self.lint_allowed_around.push(place);
        }
        self.takes_along(closure, closure.capture.is_some());
        self.scope.open();
        self.in_body(|this| {
            for (n, input) in closure.inputs.iter().enumerate() {
                this.scope.bind_pattern(input, given.get(n).unwrap_or(&Type::Unknown));
            }
            this.running(place, |this| {
                let is_async = closure.asyncness.is_some();
                let before = std::mem::replace(&mut this.in_closure, !is_async);
                // A closure that is only returned is called by somebody who is not in sight.
                this.apart(Live::inside_of(around), |this| {
                    closure.inputs.iter().for_each(|input| this.live.bind_names(input));
                    this.awaiting(is_async, |this| {
                        let fate = if drops_each { Fate::Discarded } else { Fate::Used };
                        this.headed(&closure.body, |this| this.value(&closure.body, RunsOn::Elsewhere, fate));
                        if takes_given {
                            this.takes_from(Some(&closure.body));
                        }
                    });
                });
                this.in_closure = before;
            });
        });
        self.scope.close();
        self.lint_allowed_around.truncate(lint_allowed_around);
        Value::default()
    }

    /// A path that is handed on, to run at `place` if it is not marked.
    pub(super) fn path_value(&mut self, path: &syn::ExprPath, place: RunsOn, fate: Fate) {
        let Some((kind, _)) = mark_of(&path.attrs) else {
            self.from = Some(self.place);
            self.running(place, |this| this.path(path, Form::Value, fate));
            self.from = None;
            return;
        };
        let place = place_of_kind(kind);
        self.as_job(|this| {
            this.running(place, |this| this.path(path, Form::Job, fate));
            this.deny_lint(kind, || point::around(path));
        });
        self.allow_lint_in_value(path, place);
    }
}
