//! What is emitted: the rewritten function, jobs, questions to the compiler, and lint attributes for clippy.

pub(crate) mod clippy;
pub(crate) mod expected;
pub(crate) mod function;
pub(crate) mod jobs;
pub(crate) mod lines;
pub(crate) mod parameters;
pub(crate) mod probe;
