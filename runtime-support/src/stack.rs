//! Stacks: where a thread was, by function names.

#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod names;

use std::path::{Path, PathBuf};
use std::{env, fmt};

#[cfg(target_os = "linux")]
pub(crate) use self::names::{read_names, resolve};

/// Where a thread was, from the innermost function on, down to the annotated function that the loop runs.
///
/// What the loop and the runtime do around that function is left out, and so is what std does below its surface.
///
/// It prints one function a line, with its place if the program has debug information. A program whose symbols are
/// stripped has no names; then there are addresses, relative to the beginning of the program, for `addr2line` and a copy
/// that has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    frames: Vec<Frame>,
}

/// One function of a [`Stack`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Where in the program it is, counted from the beginning of the program's file; in memory, for a shared library.
    pub address: usize,
    /// The path of the function, if the program has its symbols.
    pub function: Option<String>,
    /// The source file, if the program has debug information.
    pub file: Option<PathBuf>,
    /// The line in the file, counted from 1.
    pub line: Option<u32>,
}

impl Stack {
    /// The functions, the innermost first.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }
}

impl Frame {
    /// By its file: what is inlined may be known by its last name only.
    fn is_of_std(&self) -> bool {
        let is_std = |file: &PathBuf| {
            // Where the sources of std are installed, the compiler names those.
            file.starts_with("/rustc") || file.ancestors().any(|folder| folder.ends_with("rustlib/src/rust/library"))
        };
        self.file.as_ref().is_some_and(is_std)
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = env::current_dir().unwrap_or_default();
        for (index, frame) in self.frames.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            match &frame.function {
                Some(function) => write!(f, "    {function}")?,
                None => write!(f, "    {:#x}", frame.address)?,
            }
            // What std does inside is nobody's to change.
            if let Some(file) = frame.file.as_deref().filter(|_| !frame.is_of_std()) {
                let short = in_registry(file).or_else(|| file.strip_prefix(&here).ok()).unwrap_or(file);
                write!(f, " ({}", short.display())?;
                if let Some(line) = frame.line {
                    write!(f, ":{line}")?;
                }
                f.write_str(")")?;
            }
        }
        if self.frames.iter().any(|frame| frame.function.is_none()) {
            write!(f, "\n    (names are missing: the symbols are stripped; the addresses are for `addr2line`)")?;
        }
        Ok(())
    }
}

/// A file of a crate from a registry without where cargo keeps them: `ureq-3.5.2/src/run.rs`.
fn in_registry(file: &Path) -> Option<&Path> {
    let mut parts = file.components();
    parts
        .by_ref()
        .zip(file.components().skip(1))
        .find(|(first, second)| (first.as_os_str(), second.as_os_str()) == ("registry".as_ref(), "src".as_ref()))?;
    // Cargo's `src`, and the name of the registry.
    parts.next();
    parts.next();
    Some(parts.as_path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_symbols_there_are_addresses() {
        let frames = [0x1f, 0x2e].map(|address| Frame { address, ..Frame::default() });
        assert_eq!(
            Stack { frames: frames.to_vec() }.to_string(),
            "    0x1f\n    0x2e\n    (names are missing: the symbols are stripped; the addresses are for `addr2line`)"
        );
    }

    #[test]
    fn crates_of_a_registry_are_known_by_their_names() {
        let file = Path::new("/cargo/registry/src/index-1949/ureq-3.5.2/src/run.rs");
        assert_eq!(in_registry(file), Some(Path::new("ureq-3.5.2/src/run.rs")));
        assert_eq!(in_registry(Path::new("/house/registry/lib/src/run.rs")), None);
    }

    #[test]
    fn the_standard_library_has_no_places() {
        for file in ["/rustc/abc/library/std/src/fs.rs", "/toolchain/lib/rustlib/src/rust/library/std/src/fs.rs"] {
            let frame = Frame {
                file: Some(file.into()),
                function: Some("std::fs::read".to_owned()),
                line: Some(3),
                ..Frame::default()
            };
            assert_eq!(Stack { frames: vec![frame] }.to_string(), "    std::fs::read");
        }
    }
}
