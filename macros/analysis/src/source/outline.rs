//! The outline of a file: its modules, imports, items and functions, without what is inside the functions.
//!
//! Plain data, read in one pass over the text. No syntax tree is made or kept.

use std::ops::Range;

use crate::syntax::kind::Kind;
use crate::syntax::path::Path;
use crate::syntax::quick::{HashMap, HashSet};

/// What one file holds. `modules[0]` is the file itself.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) modules: Vec<Module>,
    pub(crate) functions: Vec<Function>,
    /// Functions by the line and column of their `fn`, and of their `async`: an attribute that makes a plain function of
    /// an async one may give the place of the one to the other.
    pub(crate) by_place: HashMap<(usize, usize), usize>,
    pub(crate) impls: Vec<Impl>,
    /// The same by the last name of the type or trait.
    pub(crate) impls_by_name: HashMap<String, Vec<usize>>,
    /// Names in capitals that macros between the items are given or hold: they may write an `impl` of one.
    pub(crate) macro_words: HashSet<String>,
    /// Where statics begin that a macro fills when they are first used.
    pub(crate) lazy: HashSet<usize>,
}

/// A file, an inline module, or a block with items of its own.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// The module around it in the same file.
    pub(crate) parent: Option<usize>,
    /// A block sees all that the module around it sees, and `self::` and `super::` pass it by.
    pub(crate) is_block: bool,
    /// `#[path = ".."]` on an inline module.
    pub(crate) path: Option<String>,
    /// By name; several stand side by side in different namespaces or under different `cfg`s.
    pub(crate) bindings: HashMap<String, Vec<Binding>>,
    pub(crate) globs: Vec<Path>,
}

/// A name that a module declares.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) what: What,
    /// Under a `cfg` that cannot be decided.
    pub(crate) doubtful: bool,
    /// Only part of a test build.
    pub(crate) test_only: bool,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum What {
    /// `use path as name`
    Import(Path),
    /// `extern crate path as name`
    ExternCrate(String),
    /// `mod name { .. }`, by its index in the outline
    Inline(usize),
    /// `mod name;`, with its `#[path = ".."]`; an empty one where a `cfg` that cannot be decided chooses it
    File(Option<String>),
    /// by its index in the outline
    Function(usize),
    /// `type name<parameters> = path<..>`; the type it stands for is written at the range
    Alias(Path, Vec<String>, Range<usize>),
    /// a type or trait; the range is that of a struct or enum, from its keyword on
    Type(Option<Range<usize>>),
    /// a constant or static; its type and value are written at the range
    Value(Range<usize>),
    /// a function of the C library, or of another one, declared in an `extern "C"` block; with the name that it has
    /// there, if that is another one
    Foreign(Option<String>),
    /// `macro_rules! name`, its arms by their index among the functions
    Macro(usize),
}

/// A function with or without a body.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to a question of its own")]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line and column of `fn` and of the name, both from 1, in characters.
    pub(crate) at: [(usize, usize); 2],
    pub(crate) module: usize,
    /// The `impl` or trait around it.
    pub(crate) owner: Option<usize>,
    /// The onloop attribute that it bears.
    pub(crate) marker: Option<Kind>,
    /// Where its head stands, from `fn` to before the body.
    pub(crate) signature: Range<usize>,
    pub(crate) is_async: bool,
    /// An exemption from the rules about blocking stands on it.
    pub(crate) is_exempt: bool,
    /// Under a `cfg` that cannot be decided, its own or that of what is around it.
    pub(crate) doubtful: bool,
    /// The arms of a `macro_rules!`.
    pub(crate) is_macro: bool,
    /// Where the inside of its body stands, in bytes and in lines.
    pub(crate) body: Option<(Range<usize>, Range<usize>)>,
    /// The blocks of its body, by their numbers among the modules, once it has been opened.
    pub(crate) blocks: Option<Range<usize>>,
}

/// An `impl` block, or a trait (which is its own `self_type`).
#[derive(Debug)]
pub(crate) struct Impl {
    pub(crate) module: usize,
    pub(crate) self_type: Path,
    /// `impl of_trait for self_type`
    pub(crate) of_trait: Option<Path>,
    /// A trait's own declaration.
    pub(crate) is_trait: bool,
    /// Under a `cfg` that cannot be decided.
    pub(crate) doubtful: bool,
    /// Not part of this build, or only of a test build.
    pub(crate) absent: bool,
    pub(crate) generics: Vec<String>,
    pub(crate) functions: Vec<usize>,
    /// Where its head stands, from `impl` to before the braces; nothing of a trait.
    pub(crate) head: Range<usize>,
    /// Its associated types, with where it is written what they are.
    pub(crate) types: Vec<(String, Range<usize>)>,
    /// Its constants, with where their types and values are written.
    pub(crate) constants: Vec<(String, Range<usize>)>,
}
