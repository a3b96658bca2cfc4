//! The files on disk, each read once, however many engines request it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onloop_analysis::Files;
use xxhash_rust::xxh3::xxh3_64;

/// A file that was asked for: its text and the hash of that; nothing for one that cannot be read.
type Known = Option<(Arc<str>, u64)>;

/// The texts of the files that were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    known: Arc<Mutex<HashMap<PathBuf, Known>>>,
    /// What was asked for by this one: the hash of each file, or that it is not there.
    asked: Arc<Mutex<BTreeMap<PathBuf, Option<u64>>>>,
}

impl Disk {
    /// The same files; what is asked for is taken down anew.
    pub(crate) fn asked_anew(&self) -> Disk {
        Disk { known: self.known.clone(), asked: Arc::default() }
    }

    /// What was asked for.
    pub(crate) fn asked(&self) -> BTreeMap<PathBuf, Option<u64>> {
        lock(&self.asked).clone()
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &Path) -> Option<Arc<str>> {
        let found = self.find(path);
        let hash = found.as_ref().map(|(_, hash)| *hash);
        let mut asked = lock(&self.asked);
        if !asked.contains_key(path) {
            asked.insert(path.to_owned(), hash);
        }
        found.map(|(text, _)| text)
    }

    /// The hash of a file's text.
    pub(crate) fn hash(&self, path: &Path) -> Option<u64> {
        self.find(path).map(|(_, hash)| hash)
    }

    fn find(&self, path: &Path) -> Known {
        if let Some(known) = lock(&self.known).get(path) {
            return known.clone();
        }
        let text = std::fs::read_to_string(path).ok();
        let found: Known = text.map(|text| (Arc::from(&*text), xxh3_64(text.as_bytes())));
        lock(&self.known).insert(path.to_owned(), found.clone());
        found
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
