//! The files on disk, each read once, however many engines request it.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onloop_analysis::{Files, surface};
use xxhash_rust::xxh3::xxh3_64;

/// A file that was asked for: its text and the hash of that; nothing for one that cannot be read.
type Known = Option<(Arc<str>, u64)>;

/// By path, as bytes: paths are compared word by word otherwise, and this is asked often.
type ByPath<T> = Arc<Mutex<HashMap<OsString, T>>>;

/// The texts of the files that were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    known: ByPath<Known>,
    /// What was asked for by this one.
    asked: ByPath<Known>,
    /// The hashes of what files show of themselves.
    surfaces: ByPath<Option<u64>>,
}

impl Disk {
    /// The same files; what is asked for is taken down anew.
    pub(crate) fn asked_anew(&self) -> Disk {
        Disk { asked: Arc::default(), ..self.clone() }
    }

    /// What was asked for: the hash of each file, or that it is not there.
    pub(crate) fn asked(&self) -> BTreeMap<PathBuf, Option<u64>> {
        let asked = lock(&self.asked);
        asked.iter().map(|(path, found)| (path.into(), found.as_ref().map(|(_, hash)| *hash))).collect()
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &Path) -> Option<Arc<str>> {
        let mut asked = lock(&self.asked);
        if let Some(known) = asked.get(path.as_os_str()) {
            return known.as_ref().map(|(text, _)| text.clone());
        }
        let found = self.find(path);
        asked.insert(path.into(), found.clone());
        found.map(|(text, _)| text)
    }

    /// The hash of a file's text.
    pub(crate) fn hash(&self, path: &Path) -> Option<u64> {
        self.find(path).map(|(_, hash)| hash)
    }

    /// The hash of what others see of a file without looking into its functions; nothing of one that is not Rust.
    pub(crate) fn surface(&self, path: &Path) -> Option<u64> {
        if let Some(known) = lock(&self.surfaces).get(path.as_os_str()) {
            return *known;
        }
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let text = self.find(path).filter(|_| is_rust);
        let found = text.map(|(text, _)| xxh3_64(surface(&text).as_bytes()));
        lock(&self.surfaces).insert(path.into(), found);
        found
    }

    fn find(&self, path: &Path) -> Known {
        if let Some(known) = lock(&self.known).get(path.as_os_str()) {
            return known.clone();
        }
        let text = std::fs::read_to_string(path).ok();
        let found: Known = text.map(|text| (Arc::from(&*text), xxh3_64(text.as_bytes())));
        lock(&self.known).insert(path.into(), found.clone());
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

    fn share(&self, path: &Path) -> Option<Arc<str>> {
        self.text(path)
    }

    fn stamp(&self, path: &Path) -> Option<u128> {
        // Nothing changes while the command runs.
        self.text(path).map(|_| 0)
    }
}
