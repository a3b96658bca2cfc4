//! One crate whose files are read.

use std::path::PathBuf;
use std::rc::Rc;

use super::cfg::Cfg;
use super::ids::{FunctionId, ImplId};
use crate::syntax::quick::{HashMap, HashSet};

/// One crate whose files are read.
pub(super) struct Crate {
    /// The file that the compiler is started on.
    pub(super) root: Option<PathBuf>,
    pub(super) cfg: Cfg,
    pub(super) by_path: HashMap<PathBuf, Option<usize>>,
    pub(super) impls: Option<Rc<Impls>>,
    /// The files that the compiler read for it; not known of the crate that is being compiled.
    pub(super) files: Vec<PathBuf>,
    /// Where the artifacts of its own dependencies are.
    pub(super) artifacts: Option<PathBuf>,
    pub(super) dependencies: HashMap<String, Option<usize>>,
    /// Whether its async functions are looked at by themselves.
    pub(super) answers: bool,
    /// In which of the files a function of that name is written.
    pub(super) words: Option<HashMap<String, Vec<PathBuf>>>,
    pub(super) methods: Option<HashMap<String, Vec<FunctionId>>>,
}

impl Crate {
    pub(super) fn new(root: Option<PathBuf>, cfg: Cfg) -> Crate {
        Crate {
            root,
            cfg,
            by_path: HashMap::default(),
            impls: None,
            files: Vec::new(),
            artifacts: None,
            dependencies: HashMap::default(),
            answers: false,
            words: None,
            methods: None,
        }
    }
}

/// The `impl` blocks of a crate, those of test builds left out.
#[derive(Default)]
pub(super) struct Impls {
    /// By the last name of the type.
    pub(super) of_type: HashMap<String, Vec<ImplId>>,
    /// By the last name of the trait.
    pub(super) of_trait: HashMap<String, Vec<ImplId>>,
    /// Names in capitals that macros between the items are given or hold.
    pub(super) macro_words: HashSet<String>,
    pub(super) files: HashSet<usize>,
}
