//! How the engine gets files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the engine gets the text of files from.
pub trait Files {
    /// The text of a file; `None` if it cannot be read or is not UTF-8.
    fn read(&self, path: &Path) -> Option<String>;

    /// The same, shared with a host that keeps it.
    fn share(&self, path: &Path) -> Option<Arc<str>> {
        self.read(path).map(Arc::from)
    }

    /// Something that changes when the file does. Long-lived processes (editors) ask again by it.
    fn stamp(&self, path: &Path) -> Option<u128>;

    /// The files in a folder. Asked only for the folder that holds the compiler's output, to find there what the
    /// dependencies of a dependency were made of; where nothing is known of it, they are not followed.
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let _ = folder;
        Vec::new()
    }
}
