//! The journal of `cargo onloop fix` and `annotate`: what files were before they were changed, until all is done.
//!
//! Both change many files, and `fix` has to change them so that the compiler can judge. Ctrl-C brings the files back, and
//! so does an error. If the command is killed meanwhile, the next `fix` or `annotate` finds the journal and brings back
//! what the files were. A file that somebody else has changed since is theirs. Other commands say so, and touch nothing.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fs4::FileExt;
use serde::{Deserialize, Serialize};

use crate::cli::Check;
use crate::exit::INTERRUPTED;
use crate::failure::Failure;
use crate::output;
use crate::select::Workspace;
use crate::write::write_whole;

/// Held while files are written, and from Ctrl-C on; with whether all is done, and the files stay as they are.
static WRITING: Mutex<bool> = Mutex::new(false);

/// One file that is changed.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    path: PathBuf,
    /// Nothing where there was no file.
    before: Option<String>,
    /// What was written last, and what before that: between the two, a command may be killed. Nothing where the compiler
    /// writes the file.
    after: Vec<String>,
}

impl Change {
    /// Whether the file is as it was made here: one that somebody has changed since is theirs.
    fn is_ours(&self) -> bool {
        let now = std::fs::read_to_string(&self.path).ok();
        now != self.before && (self.after.is_empty() || now.is_some_and(|now| self.after.contains(&now)))
    }

    /// Whether the file is as it was before.
    fn bring_back(&self) -> bool {
        match &self.before {
            Some(before) => write_whole(&self.path, before).is_ok(),
            None => std::fs::remove_file(&self.path).is_ok(),
        }
    }
}

/// The files that are changed. Dropped, it brings them back.
#[derive(Debug)]
pub(crate) struct Journal {
    file: PathBuf,
    changes: Vec<Change>,
    is_done: bool,
    /// Nobody else changes files meanwhile.
    _lock: File,
}

impl Journal {
    /// The journal of a command, which says what was brought back.
    pub(crate) fn open(workspace: &Workspace, check: &Check) -> Result<Journal, Failure> {
        let (journal, recovered) = Journal::begin(&workspace.target_dir)?;
        if recovered > 0 {
            output::say(check, "Restored", &format!("{} of an interrupted run", output::count(recovered, "file")));
        }
        Ok(journal)
    }

    /// Begins, unless another command changes files. First it brings back what an interrupted one left changed, and says
    /// how many files that were.
    fn begin(target_dir: &Path) -> Result<(Journal, usize), Failure> {
        let file = place(target_dir);
        let folder = file.parent().unwrap_or(target_dir);
        let cannot = |error| Failure::new(format!("`{}` cannot be written to: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let lock = File::create(file.with_extension("lock")).map_err(cannot)?;
        if let Err(fs4::TryLockError::WouldBlock) = FileExt::try_lock(&lock) {
            let what = "another `cargo onloop fix` or `annotate` is at work in this workspace";
            return Err(Failure::new(what).help("wait until it is through"));
        }
        let recovered = recover(target_dir);
        let target_dir = target_dir.to_owned();
        // Where signals cannot be handled, the next run brings the files back.
        let _ = ctrlc::set_handler(move || {
            let is_done = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
            if *is_done {
                // What is left is to say so.
                return;
            }
            recover(&target_dir);
            let what = if is_there(&target_dir) {
                "interrupted: not all files could be brought back; the next `cargo onloop fix` or `annotate` tries again"
            } else {
                "interrupted: the files are as they were"
            };
            // The terminal may be gone.
            let _ = writeln!(std::io::stderr(), "\n{what}");
            std::process::exit(INTERRUPTED);
        });
        Ok((Journal { file, changes: Vec::new(), is_done: false, _lock: lock }, recovered))
    }

    /// Writes files, each with what it was at first; and before that the journal.
    pub(crate) fn write(&mut self, files: &[(&Path, &str, &str)]) -> Result<(), Failure> {
        let _held = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        for &(path, before, after) in files {
            if let Some(change) = self.changes.iter_mut().find(|change| change.path == path) {
                change.after.truncate(1);
                change.after.insert(0, after.to_owned());
            } else {
                let (before, after) = (Some(before.to_owned()), vec![after.to_owned()]);
                self.changes.push(Change { path: path.to_owned(), before, after });
            }
        }
        self.note()?;
        files.iter().try_for_each(|(path, _, after)| write_whole(path, after))
    }

    /// A file that the compiler may change, or make.
    pub(crate) fn watch(&mut self, path: &Path) -> Result<(), Failure> {
        let _held = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::fs::read_to_string(path).ok();
        self.changes.push(Change { path: path.to_owned(), before, after: Vec::new() });
        self.note()
    }

    fn note(&self) -> Result<(), Failure> {
        let text = serde_json::to_string(&self.changes)
            .map_err(|error| Failure::new(format!("what the files were cannot be noted: {error}")))?;
        write_whole(&self.file, &text)
    }

    /// The files stay as they are now.
    pub(crate) fn keep(mut self) {
        self.is_done = true;
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let mut is_done = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        *is_done = self.is_done;
        if self.is_done {
            let _ = std::fs::remove_file(&self.file);
        } else {
            bring_back(&self.changes, &self.file);
        }
    }
}

/// Brings back what an interrupted command left changed, and says how many files that were.
fn recover(target_dir: &Path) -> usize {
    let file = place(target_dir);
    let Ok(text) = std::fs::read_to_string(&file) else { return 0 };
    bring_back(&serde_json::from_str::<Vec<Change>>(&text).unwrap_or_default(), &file)
}

/// Brings files back, and says how many. What could not be brought back is tried again by the next command.
fn bring_back(changes: &[Change], journal: &Path) -> usize {
    let ours: Vec<_> = changes.iter().filter(|change| change.is_ours()).collect();
    let count = ours.iter().filter(|change| change.bring_back()).count();
    if count == ours.len() {
        let _ = std::fs::remove_file(journal);
    }
    count
}

/// Whether a command changes files, or was interrupted.
pub(crate) fn is_there(target_dir: &Path) -> bool {
    place(target_dir).exists()
}

fn place(target_dir: &Path) -> PathBuf {
    target_dir.join("onloop").join("fix.json")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Journal, recover};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("cargo-onloop-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn begin(folder: &Path) -> Journal {
        Journal::begin(folder).unwrap().0
    }

    #[test]
    fn what_was_interrupted_is_brought_back() {
        let folder = folder("interrupted");
        let [ours, theirs] = ["a.rs", "b.rs"].map(|name| folder.join(name));
        let mut journal = begin(&folder);
        journal.write(&[(&ours, "before", "between"), (&theirs, "before", "between")]).unwrap();
        journal.write(&[(&ours, "before", "after"), (&theirs, "before", "after")]).unwrap();
        // Killed, it does not come to its end.
        std::mem::forget(journal);
        std::fs::write(&ours, "between").unwrap();
        std::fs::write(&theirs, "mine").unwrap();
        assert_eq!(recover(&folder), 1);
        let read = |file| std::fs::read_to_string(file).unwrap();
        assert_eq!((read(&ours), read(&theirs)), ("before".to_owned(), "mine".to_owned()));
        assert_eq!(recover(&folder), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_the_compiler_writes_is_brought_back_and_what_others_do_is_not() {
        let folder = folder("others");
        let [lock, made, theirs] = ["Cargo.lock", "made.lock", "c.rs"].map(|name| folder.join(name));
        std::fs::write(&lock, "before").unwrap();
        let mut journal = begin(&folder);
        journal.watch(&lock).unwrap();
        journal.watch(&made).unwrap();
        journal.write(&[(&theirs, "before", "after")]).unwrap();
        for (file, text) in [(&lock, "of cargo"), (&made, "of cargo"), (&theirs, "mine")] {
            std::fs::write(file, text).unwrap();
        }
        drop(journal);
        let read = |file| std::fs::read_to_string(file).ok();
        assert_eq!(
            [read(&lock), read(&made), read(&theirs)],
            [Some("before".to_owned()), None, Some("mine".to_owned())]
        );
        assert!(!super::is_there(&folder));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn one_at_a_time() {
        let folder = folder("one");
        let first = begin(&folder);
        assert!(Journal::begin(&folder).is_err());
        drop(first);
        drop(begin(&folder));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
