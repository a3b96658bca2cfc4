//! What a check has found.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// What came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Looked {
    pub(crate) findings: Vec<Finding>,
    /// Files that were read, functions that were looked at.
    pub(crate) files: BTreeSet<String>,
    pub(crate) functions: usize,
    /// Files about which nothing is known.
    pub(crate) unparsed: BTreeSet<String>,
    pub(crate) unknown: BTreeSet<Unknown>,
    /// What is wrong in `onloop.toml`, and what to do.
    pub(crate) problems: BTreeSet<(String, String)>,
}

/// Something about which nothing is known: it does not count as clean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Unknown {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) why: String,
}

impl Looked {
    pub(crate) fn add(&mut self, other: Looked) {
        self.findings.extend(other.findings);
        self.files.extend(other.files);
        self.functions += other.functions;
        self.unparsed.extend(other.unparsed);
        self.unknown.extend(other.unknown);
        self.problems.extend(other.problems);
    }

    /// In the order of the text. Two targets may have a file in common: what is found in it is one finding.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|a, b| a.place().cmp(&b.place()).then_with(|| a.message.cmp(&b.message)));
        self.findings.dedup_by(|a, b| a.place() == b.place() && a.message == b.message);
    }
}
