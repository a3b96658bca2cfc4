//! The ids of rules that lower layers mention.
//!
//! A rule that is mentioned here takes its id from here, any other one has it in its own file: each id is written once.

pub(crate) const BLOCKING_CALL: &str = "blocking_call";
pub(crate) const BLOCKING_DROP: &str = "blocking_drop";
pub(crate) const BLOCKING_TRANSITIVE: &str = "blocking_transitive";
pub(crate) const GUARD_ACROSS_AWAIT: &str = "guard_across_await";

/// The rules on calls that block: what is exempt from one of them may wait.
pub(crate) const ON_CALLS: [&str; 2] = [BLOCKING_CALL, BLOCKING_TRANSITIVE];

/// The rules on what blocks: an exemption from one of them counts for the callers of a helper, too.
pub(crate) const ON_BLOCKING: [&str; 3] = [BLOCKING_CALL, BLOCKING_DROP, BLOCKING_TRANSITIVE];
