//! The engine for a host that reads whole crates instead of compiling them: the host names the files, and asks for the
//! findings in one function at a time, annotated or not.

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};

use super::{Engine, Level, is_known_rule, mark_unrequested};
use crate::facts::model::{Context, Model};
use crate::rules;
use crate::rules::finding::{Finding, Report};
use crate::source::{Cfg, Here, Place};
use crate::syntax::exemption::{self, Exemption};
use crate::syntax::item::Item;
use crate::syntax::kind::Kind;
use crate::syntax::output::Output;

/// What was found in one function.
#[derive(Debug)]
pub struct Looked {
    /// Its path in the crate: `store::Store::load`.
    pub function: String,
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// Nested deeper than anybody writes: nothing is known of it.
    pub is_too_deep: bool,
}

/// What the project's `onloop.toml` says to a host.
#[derive(Debug, Default)]
pub struct ProjectConfig {
    /// What becomes of the findings of a rule: `allow`, `warn` or `deny`.
    pub levels: Vec<(String, String)>,
    /// What is wrong in the files, each with what to do.
    pub problems: Vec<(String, String)>,
    /// The files.
    pub files: Vec<PathBuf>,
}

impl Engine {
    /// The files of the crate, from its first one on, as its modules name them.
    pub fn files(&mut self, with_tests: bool) -> Vec<PathBuf> {
        self.index.files_of_crate(with_tests)
    }

    /// How the crate is built.
    #[must_use]
    pub fn cfg(&self) -> &Cfg {
        self.index.cfg()
    }

    /// Reads `onloop.toml`, once, and gives what a host has to know of it.
    pub fn project_config(&mut self) -> ProjectConfig {
        let mut findings = Vec::new();
        self.configure(&mut findings);
        let problems = findings.into_iter().map(|found| (found.message, found.help.join("; "))).collect();
        ProjectConfig { levels: std::mem::take(&mut self.levels), problems, files: self.untracked.clone() }
    }

    /// The findings in a function of a kind; none in anything but a function with a body.
    pub fn look(
        &mut self,
        kind: Kind,
        arguments: TokenStream,
        item: TokenStream,
        place: &dyn Fn(Span) -> Option<Place>,
    ) -> Option<Looked> {
        let item = Item::split(kind, item).ok()?;
        let judgement = self.judge(kind, arguments, &item, Level::Error, place);
        let function = self.path_of(judgement.here, &item);
        Some(self.looked(function, judgement.findings, judgement.scan.too_deep))
    }

    /// What is found in the tasks that a function starts, which itself does not run on the loop.
    pub fn look_at_tasks(&mut self, item: TokenStream, place: &dyn Fn(Span) -> Option<Place>) -> Option<Looked> {
        let item = Item::split(Kind::Blocking, item).ok()?;
        let at = place(item.keyword.span()).zip(place(item.name.span()));
        let located = at.and_then(|(at, name)| self.index.locate(&at, &name));
        let here = located.map(|(here, _)| here);
        let (inner, body) = item.open_body();
        let attributes = item.attributes.iter().chain(&inner);
        let mut exemptions: Vec<_> = attributes.flat_map(|found| exemption::exemptions(found)).collect();
        exemptions.extend(self.exempt_by_path(here, &item));
        let mut model = Model {
            output: Output::Plain,
            context: Context { exemptions: (0..exemptions.len()).collect(), ..Context::default() },
            strict: self.known.project.with_switched_on(Vec::new()),
            ..Model::of_helper(Kind::Blocking)
        };
        let requested = self.request_all(&mut model);
        self.collect_tasks(&item, body, located, &mut model, &mut exemptions);
        let mut report = Report::new(exemptions);
        for task in &model.marked {
            rules::check(task, &mut report);
        }
        let (mut findings, _) = report.finish();
        mark_unrequested(&mut findings, &requested);
        // What is wrong with the exemptions is for the one whose they are.
        findings.retain(|found| !matches!(found.rule, "" | "missing_reason" | "unfulfilled_expectation"));
        let function = self.path_of(here, &item);
        Some(self.looked(function, findings, false))
    }

    fn looked(&self, function: String, mut findings: Vec<Finding>, is_too_deep: bool) -> Looked {
        findings.retain(|found| found.is_in(self.index.cfg()));
        Looked { function, findings, is_too_deep }
    }

    pub(super) fn path_of(&mut self, here: Option<Here>, item: &Item) -> String {
        let mut path = here.map(|here| self.index.path_to(here)).unwrap_or_default();
        path.push(item.name.to_string());
        path.join("::")
    }

    /// What `onloop.toml` exempts the function from.
    pub(super) fn exempt_by_path(&mut self, here: Option<Here>, item: &Item) -> Vec<Exemption> {
        let Some(here) = here.filter(|_| !self.known.project.exempts.is_empty()) else { return Vec::new() };
        let mut path = self.index.path_to(here);
        path.push(item.name.to_string());
        let rules = self.known.exempt_from(&path).into_iter().filter(|rule| is_known_rule(rule));
        rules.map(Exemption::by_path).collect()
    }
}

#[cfg(test)]
mod tests;
