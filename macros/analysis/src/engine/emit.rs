//! Expand: the function as it goes to the compiler, with errors, questions and lints in their places.
//!
//! The tokens of a body are gone through up to three times: `splice` inserts, `exemption` strips, `jobs` rewrites. Each
//! pass works on what the one before it made, and runs only where the scan or the rules have found something for it: in
//! most bodies none does.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{Engine, Judgement, Level, takers};
use crate::expand::clippy::{self, Clippy};
use crate::expand::function::{self as expand, Awaits};
use crate::expand::jobs;
use crate::expand::lines::{self, Lines};
use crate::expand::probe;
use crate::facts::model::Model;
use crate::facts::question::Wanted;
use crate::rules::finding::Finding;
use crate::rules::{await_in_callback, sync_coroutine};
use crate::source::Place;
use crate::syntax::exemption::{self, Exemption};
use crate::syntax::item::{Attribute, Item};
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;
use crate::syntax::splice;

impl Engine {
    pub(super) fn emit(
        &mut self,
        item: &Item,
        judgement: Judgement,
        level: Level,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> TokenStream {
        let awaits = awaits(&judgement, level);
        let errors = self.errors(&judgement.findings);
        if errors.is_empty() && self.leaves_alone(item, &judgement) {
            return item.whole.clone();
        }
        let Judgement { wanted, model, scan, here, line, budget, exempts_guards, attributes, body, .. } = judgement;
        let kind = model.kind;
        let exemptions: Vec<_> = exemptions(&attributes).collect();
        let is_exempt = exemptions.iter().any(Exemption::is_for_clippy);
        let is_all_exempt = exemptions.iter().any(Exemption::is_for_blocking);
        // Asked about where there is an exemption or a mark, and mostly there is none.
        let may_be_exempt = scan.attributes && !scan.too_deep;
        let file = if may_be_exempt { place(item.keyword.span()).map(|at| at.file) } else { None };
        let line_of = |span| place(span).filter(|at| Some(&at.file) == file.as_ref()).map(|at| at.line);
        let exempt = if may_be_exempt { Lines::of(body.clone(), &line_of) } else { Lines::default() };
        let text = |lines: &Lines| if is_all_exempt { lines::ALL.to_owned() } else { lines.text() };
        let is_denied = |_: &Clippy| !attributes.iter().any(|found| clippy::is_named_in(found));
        let clippy = self.clippy.filter(|_| model.lint_allowed.is_some()).filter(is_denied);
        let wrapping = expand::Wrapping {
            kind,
            item,
            output: &model.output,
            name: &self.qualified_name(here, item),
            line,
            budget,
            exempt: &text(&exempt),
            is_scoped: self.is_scoped,
            is_in_trait: here.is_some_and(|here| self.is_in_trait(here)),
            unfit: item.constness.is_some() || !is_fit(&model),
            awaits,
            lints: clippy.and_then(|clippy| clippy.attribute(is_exempt)),
        };
        let body = self.with_questions(body, wanted, clippy, &model);
        let body = if scan.attributes {
            let site = |kind, at: Span, closure: &TokenStream| {
                let line = place(at).map_or(wrapping.line, |at| at.line);
                let exempt = text(&exempt.in_closure(at, closure, &line_of));
                expand::site(kind, &format!("{}::{{closure}}", wrapping.name), line, 0, &exempt)
            };
            jobs::rewrite(exemption::strip(body), &site, &mut |called| {
                takers::takes_jobs(&mut self.index, here, called)
            })
        } else {
            body
        };
        let is_kept = |found: &Attribute| found.is_doc() || !exemption::is_exemption(found);
        let mut attributes: Vec<_> = attributes.into_iter().filter(is_kept).collect();
        if exempts_guards {
            attributes.extend(self.clippy.and_then(Clippy::allow_guards));
        }
        expand::expand(&wrapping, &attributes, body, &errors)
    }

    /// Whether the function goes out as it came, since nothing is to be said of it, asked about it or done to it. To put
    /// it together again from its tokens would cost more than all that was found out about most functions.
    fn leaves_alone(&self, item: &Item, judgement: &Judgement) -> bool {
        let Judgement { wanted, model, scan, attributes, .. } = judgement;
        let is_future = model.kind != Kind::Coroutine || item.asyncness.is_some();
        let is_bare = !self.is_scoped && self.clippy.is_none() && wanted.is_empty() && !scan.attributes;
        is_bare && is_future && exemptions(attributes).next().is_none()
    }

    /// Statements that make the compiler say what is found, and tell it what the expansion depends on.
    fn errors(&mut self, findings: &[Finding]) -> TokenStream {
        let mut errors: TokenStream = findings.iter().map(Finding::statement).collect();
        if !std::mem::replace(&mut self.level_is_tracked, true) {
            // Once in a crate is enough for a change of the variable to compile it anew.
            errors.extend(quote! {
                const _: ::core::option::Option<&'static ::core::primitive::str> = ::core::option_env!("ONLOOP_LEVEL");
            });
        }
        // As including it does; nothing of it is left in the program.
        for path in self.untracked.drain(..).filter_map(|path| path.into_os_string().into_string().ok()) {
            errors.extend(quote! { const _: &[::core::primitive::u8] = ::core::include_bytes!(#path); });
        }
        errors
    }

    /// The body with what the compiler and clippy are asked.
    fn with_questions(
        &mut self,
        body: TokenStream,
        wanted: Vec<Wanted>,
        clippy: Option<Clippy>,
        model: &Model,
    ) -> TokenStream {
        let wanted = if wanted.is_empty() || self.forbids_probes() { Vec::new() } else { wanted };
        let mut insertions = probe::insertions(wanted);
        if let Some(clippy) = clippy {
            let allowed = model.all_lint_allowed(model.kind == Kind::Blocking);
            insertions.extend(clippy.insertions(&allowed, &model.all_lint_denied()));
        }
        splice::insert(body, insertions)
    }
}

/// The exemptions in attributes.
fn exemptions(attributes: &[Attribute]) -> impl Iterator<Item = Exemption> {
    attributes.iter().filter(|found| !found.is_doc()).flat_map(|found| exemption::exemptions(found))
}

/// Where the function awaits that must not. Only behind an error that is there for certain may the body become one that
/// nobody can run.
fn awaits(judgement: &Judgement, level: Level) -> Awaits {
    let Judgement { findings, model, scan, .. } = judgement;
    let is_told = |rule| findings.iter().any(|found| found.rule == rule && found.is_unconditional());
    match model.kind {
        _ if level == Level::Off || model.asyncness.is_some() || !scan.may_await => Awaits::Right,
        Kind::Callback if model.awaits.iter().any(|found| found.in_closure) && is_told(await_in_callback::RULE.id) => {
            Awaits::InClosure
        }
        Kind::Callback if is_told(await_in_callback::RULE.id) => Awaits::Wrong,
        Kind::Coroutine if is_told(sync_coroutine::RULE.id) => Awaits::Wrong,
        _ => Awaits::Right,
    }
}

/// Whether the function has the shape of its kind.
fn is_fit(model: &Model) -> bool {
    match model.kind {
        Kind::Callback | Kind::Blocking => model.asyncness.is_none(),
        Kind::Coroutine => model.asyncness.is_some() || !matches!(model.output, Output::Plain),
    }
}
