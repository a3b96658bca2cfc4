//! What findings depend on in the bodies of other functions, for a host that keeps them from one run to the next.

use crate::source::FunctionId;
use crate::syntax::quick::HashSet;

/// What was asked about other functions.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) functions: HashSet<FunctionId>,
    /// Names of which no method blocks.
    pub(crate) blocking: HashSet<String>,
    /// Names of which no method takes a lock that its caller may hold.
    pub(crate) locking: HashSet<String>,
    /// Whether it was asked if some function blocks that is called without being named. Which those are is found out
    /// once for the crate.
    pub(crate) unnamed: bool,
}

/// Notes a name, which mostly is known already.
pub(crate) fn note(names: &mut HashSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
    }
}
