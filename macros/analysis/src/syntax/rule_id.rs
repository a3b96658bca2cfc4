//! The ids of rules that others mention: lower layers, and tools such as the command.
//!
//! A rule that is mentioned here takes its id from here, any other one has it in its own file: each id is written once.

/// `blocking_call`.
pub const BLOCKING_CALL: &str = "blocking_call";
/// `blocking_drop`.
pub const BLOCKING_DROP: &str = "blocking_drop";
/// `blocking_transitive`.
pub const BLOCKING_TRANSITIVE: &str = "blocking_transitive";
/// `guard_across_await`.
pub const GUARD_ACROSS_AWAIT: &str = "guard_across_await";
/// `untracked_spawn`.
pub const UNTRACKED_SPAWN: &str = "untracked_spawn";

/// The rules on calls that block: what is exempt from one of them may wait.
pub(crate) const ON_CALLS: [&str; 2] = [BLOCKING_CALL, BLOCKING_TRANSITIVE];

/// The rules on what blocks: an exemption from one of them counts for the callers of a helper, too.
pub(crate) const ON_BLOCKING: [&str; 3] = [BLOCKING_CALL, BLOCKING_DROP, BLOCKING_TRANSITIVE];
