//! The files, each read once however many engines ask for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use onloop_analysis::Files;

/// The texts of the files that were asked for; nothing for one that cannot be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<HashMap<PathBuf, Option<Arc<str>>>>>);

impl Disk {
    /// The text of a file.
    pub(crate) fn text(&self, path: &Path) -> Option<Arc<str>> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = texts.get(path) {
            return known.clone();
        }
        let text = std::fs::read_to_string(path).ok().map(Arc::from);
        texts.insert(path.to_owned(), text.clone());
        text
    }

    /// The files that were asked for and are there.
    pub(crate) fn known(&self) -> Vec<PathBuf> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts.iter().filter(|(_, text)| text.is_some()).map(|(path, _)| path.clone()).collect()
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        self.text(path).map(|text| text.to_string())
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        // Nothing changes while the command runs.
        self.text(path).map(|_| 0)
    }
}
