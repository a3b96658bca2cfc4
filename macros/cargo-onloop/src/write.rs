//! Files that are written as a whole or not at all.

use std::io::Write as _;
use std::path::Path;

use crate::failure::Failure;

/// A file that is there as a whole or not at all.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Failure::new(format!("`{}` cannot be written: {error}", path.display()))
    })
}
