//! What a host tells the engine before the first function, and what `onloop.toml` does.

use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;

use super::Engine;
use super::misuse::{is_known_rule, unknown_rule};
use crate::expand::clippy::{self, Clippy};
use crate::expand::probe;
use crate::facts::summary::Summaries;
use crate::knowledge::config::Config;
use crate::rules::finding::Finding;
use crate::types::project::ProjectItems;

impl Engine {
    /// The engine for a crate whose functions are checked alone: they go out as they came in. So it is where no program
    /// is made, and where nobody asks who holds the loop.
    #[must_use]
    pub fn without_scopes(mut self) -> Self {
        self.is_scoped = false;
        self
    }

    /// The engine for a crate of which the command line forbids these lints.
    #[must_use]
    pub fn with_forbidden(mut self, lints: &str) -> Self {
        lints.clone_into(&mut self.forbidden);
        self
    }

    /// Whether the crate forbids a lint that probes are exempt from: the exemption would be an error.
    pub(super) fn forbids_probes(&mut self) -> bool {
        *self.forbids_probes.get_or_insert_with(|| {
            let root = self.index.root_text().unwrap_or_default();
            probe::are_forbidden(&self.forbidden) || probe::are_forbidden_in(&root)
        })
    }

    /// The engine for a crate that clippy looks at: on annotated functions the lints that know what blocks, by their
    /// configuration, become errors. `forbidden` are the lints that the command line forbids.
    #[must_use]
    pub fn under_clippy(mut self, forbidden: &str) -> Self {
        let root = self.index.root_text().unwrap_or_default();
        let forbids_guards = clippy::forbids_guards(forbidden) || clippy::forbids_guards_in(&root);
        let is_forbidding = clippy::is_forbidden(forbidden)
            || self.index.root_text().is_some_and(|text| clippy::is_forbidden_in(&text));
        self.clippy = Some(Clippy { is_forbidding, forbids_guards });
        self.without_scopes()
    }

    /// The engine for a host that decides afterwards which rules count: those on request are asked, too, and a finding
    /// says whether somebody requested its rule.
    #[must_use]
    pub fn with_all_rules(mut self) -> Self {
        self.has_all_rules = true;
        self
    }

    /// The engine without its scan: it parses every body. What is found is the same, which tests make sure of.
    #[doc(hidden)]
    #[must_use]
    pub fn looking_at_all(mut self) -> Self {
        self.looks_at_all = true;
        self
    }

    /// The engine for a crate that has onloop without the hub: help lines do not speak of it.
    #[must_use]
    pub fn without_hub(mut self) -> Self {
        self.has_hub = false;
        self
    }

    /// The engine for a crate of a package: with what the `onloop.toml` in its folder, and the one in the root of its
    /// workspace, say. They are read when the first function is looked at.
    #[must_use]
    pub fn in_package(mut self, folder: PathBuf, crate_name: String) -> Self {
        self.package = Some((folder, crate_name));
        self
    }

    /// Reads `onloop.toml`, once; the first function tells what is wrong in it.
    pub(super) fn configure(&mut self, findings: &mut Vec<Finding>) {
        let Some((folder, crate_name)) = self.package.take() else { return };
        let Config { project, mut problems, levels, files } = Config::read(self.index.files(), &folder);
        let named = levels.iter().map(|(name, _)| name).chain(project.exempts.iter().flat_map(|exempt| &exempt.rules));
        problems.extend(named.filter(|name| !is_known_rule(&name.rule)).map(unknown_rule));
        self.levels = levels.into_iter().map(|(name, level)| (name.rule, level)).collect();
        // At the attribute: it is not the function that is wrong.
        let at = Ident::new("onloop", Span::call_site()).into_token_stream();
        findings.extend(problems.into_iter().map(|found| Finding::misuse(at.clone(), found.message, found.help)));
        if !files.is_empty() {
            self.known = Rc::new(ProjectItems::find(project, &mut self.index, &crate_name));
            self.summaries = Summaries::new(Rc::clone(&self.known));
        }
        self.untracked = files;
    }
}
