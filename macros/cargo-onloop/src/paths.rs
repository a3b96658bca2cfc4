//! Paths without `..`, and from folder to folder.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and `..`; links are not looked at.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The way from a folder to a file, unless they are on different disks.
pub(crate) fn from_folder(folder: &Path, file: &Path) -> PathBuf {
    let same = folder.components().zip(file.components()).take_while(|(folder, file)| folder == file).count();
    if same == 0 {
        return file.to_owned();
    }
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    up.chain(file.components().skip(same)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{from_folder, plain};

    #[test]
    fn ways_from_a_folder() {
        let way = |file| from_folder(Path::new("/code/root"), Path::new(file)).display().to_string();
        assert_eq!(way("/code/root/src/a.rs"), "src/a.rs");
        assert_eq!(way("/code/other/src/a.rs"), "../other/src/a.rs");
    }

    #[test]
    fn ways_up_and_down() {
        assert_eq!(plain(Path::new("/code/root/../other/./src/a.rs")), Path::new("/code/other/src/a.rs"));
    }
}
