//! The journal of `cargo onloop fix`: what files were before it changed them, until it is through.
//!
//! `fix` has to change files so that the compiler can judge them. If it is interrupted meanwhile, its next run finds the
//! journal and brings back what the files were, unless somebody has changed them since. Other commands say so, and touch
//! nothing: it may be under way.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::write::write_whole;

/// One file that is changed.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    path: PathBuf,
    before: String,
    /// What was written last.
    after: String,
}

/// The files that are changed. Dropped, it brings them back.
#[derive(Debug)]
pub(crate) struct Journal {
    file: PathBuf,
    changes: Vec<Change>,
    is_done: bool,
}

impl Journal {
    pub(crate) fn new(target_dir: &Path) -> Journal {
        Journal { file: place(target_dir), changes: Vec::new(), is_done: false }
    }

    /// Writes a file, and before that what it was.
    pub(crate) fn write(&mut self, path: &Path, before: &str, after: &str) -> Result<(), Failure> {
        if let Some(change) = self.changes.iter_mut().find(|change| change.path == path) {
            after.clone_into(&mut change.after);
        } else {
            let (before, after) = (before.to_owned(), after.to_owned());
            self.changes.push(Change { path: path.to_owned(), before, after });
        }
        if let Some(folder) = self.file.parent() {
            let made = std::fs::create_dir_all(folder);
            made.map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", folder.display())))?;
        }
        write_whole(&self.file, &serde_json::to_string(&self.changes).unwrap_or_default())?;
        write_whole(path, after)
    }

    /// The files stay as they are now.
    pub(crate) fn keep(mut self) {
        self.is_done = true;
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if !self.is_done {
            for change in &self.changes {
                let _ = write_whole(&change.path, &change.before);
            }
        }
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Brings back what an interrupted `fix` left changed, and says how many files that were.
pub(crate) fn recover(target_dir: &Path) -> usize {
    let file = place(target_dir);
    let Ok(text) = std::fs::read_to_string(&file) else { return 0 };
    let changes: Vec<Change> = serde_json::from_str(&text).unwrap_or_default();
    // A file that somebody has changed since is theirs.
    let is_ours = |change: &&Change| {
        change.before != change.after && std::fs::read_to_string(&change.path).is_ok_and(|now| now == change.after)
    };
    let ours = changes.iter().filter(is_ours);
    let count = ours.filter(|change| write_whole(&change.path, &change.before).is_ok()).count();
    let _ = std::fs::remove_file(&file);
    count
}

/// Whether `fix` is at work, or was interrupted.
pub(crate) fn is_there(target_dir: &Path) -> bool {
    place(target_dir).exists()
}

fn place(target_dir: &Path) -> PathBuf {
    target_dir.join("onloop").join("fix.json")
}

#[cfg(test)]
mod tests {
    use super::{Journal, recover};

    #[test]
    fn what_was_interrupted_is_brought_back() {
        let folder = std::env::temp_dir().join(format!("cargo-onloop-journal-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [ours, theirs] = ["a.rs", "b.rs"].map(|name| folder.join(name));
        let mut journal = Journal::new(&folder);
        for file in [&ours, &theirs] {
            journal.write(file, "before", "between").unwrap();
            journal.write(file, "before", "after").unwrap();
        }
        // Killed, it does not come to its end.
        std::mem::forget(journal);
        std::fs::write(&theirs, "mine").unwrap();
        assert_eq!(recover(&folder), 1);
        let read = |file| std::fs::read_to_string(file).unwrap();
        assert_eq!((read(&ours), read(&theirs)), ("before".to_owned(), "mine".to_owned()));
        assert_eq!(recover(&folder), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
