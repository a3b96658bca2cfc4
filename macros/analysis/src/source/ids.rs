//! Numbers of modules, functions and `impl`s of files that were read, and places in files.

use std::path::PathBuf;

/// Where a token stands: its file, line and column (both from 1, columns in characters).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as an absolute path or relative to the process's folder, the same way for all places.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A module, or a block with items, of a file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ModuleId {
    pub(super) file: usize,
    pub(super) module: usize,
}

/// A function of a file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionId {
    pub(super) file: usize,
    pub(super) function: usize,
}

impl FunctionId {
    /// The number of the file, and that of the function in it.
    pub(crate) fn number(self) -> (usize, usize) {
        (self.file, self.function)
    }
}

/// Where an annotated function stands: its module and the `impl` around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Here {
    pub(crate) module: ModuleId,
    pub(crate) owner: Option<usize>,
}

/// An `impl` block or a trait of a file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ImplId {
    pub(crate) module: ModuleId,
    pub(crate) number: usize,
}
