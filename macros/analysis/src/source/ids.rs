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

/// What is meant of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// What it does when it is called.
    Itself,
    /// What the iterator does that it returns, where something is taken from that.
    Iterator,
    /// A trait declares it, and gives it a body: what it is for a type that nobody knows.
    OfAnyType,
}

/// A function of a file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionId {
    pub(super) file: usize,
    pub(super) function: usize,
    pub(super) part: Part,
}

impl FunctionId {
    pub(super) fn new(file: usize, function: usize) -> FunctionId {
        FunctionId { file, function, part: Part::Itself }
    }

    /// The iterator that the function returns.
    pub(crate) fn iterator(self) -> FunctionId {
        FunctionId { part: Part::Iterator, ..self }
    }

    /// The method of a trait, as that of a type that nobody knows.
    pub(crate) fn of_any_type(self) -> FunctionId {
        FunctionId { part: Part::OfAnyType, ..self }
    }

    /// The function itself.
    pub(crate) fn itself(self) -> FunctionId {
        FunctionId { part: Part::Itself, ..self }
    }

    pub(crate) fn is_iterator(self) -> bool {
        self.part == Part::Iterator
    }

    pub(crate) fn is_of_any_type(self) -> bool {
        self.part == Part::OfAnyType
    }

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
