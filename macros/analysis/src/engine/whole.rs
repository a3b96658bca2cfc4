//! The engine for a host that reads whole crates instead of compiling them: the host names the files, and asks for the
//! findings in one function at a time, annotated or not.

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};

use super::arguments::Arguments;
use super::subject::Subject;
use super::{Engine, Level};
use crate::rules::finding::Finding;
use crate::rules::{self, missing_reason, unfulfilled_expectation};
use crate::source::{Cfg, Place};
use crate::syntax::depth::is_too_deep;
use crate::syntax::item::Item;
use crate::syntax::kind::Kind;

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

    /// The modules whose files cannot be read, each with the file that declares it.
    pub fn modules_without_file(&mut self, with_tests: bool) -> Vec<(PathBuf, String)> {
        self.index.modules_without_file(with_tests)
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
        let mut located = self.locate(&item, place);
        let mut model = self.head(Kind::Blocking, &item, &located, &Arguments::default());
        let requested = self.request_all(&mut model);
        let is_too_deep = is_too_deep(&item.head) || is_too_deep(&located.body);
        if !is_too_deep {
            self.collect(Subject::Tasks, &item, &mut located, &mut model);
        }
        let here = located.here();
        let (mut findings, _) = Subject::Tasks.judge(&model, located.exemptions);
        rules::mark_unrequested(&mut findings, &requested);
        let of_exemptions = ["", missing_reason::RULE.id, unfulfilled_expectation::RULE.id];
        // What is wrong with the exemptions is for the one whose they are.
        findings.retain(|found| !of_exemptions.contains(&found.rule));
        let function = self.path_of(here, &item);
        Some(self.looked(function, findings, is_too_deep))
    }

    fn looked(&self, function: String, mut findings: Vec<Finding>, is_too_deep: bool) -> Looked {
        findings.retain(|found| found.is_in(self.index.cfg()));
        Looked { function, findings, is_too_deep }
    }
}

#[cfg(test)]
mod tests;
