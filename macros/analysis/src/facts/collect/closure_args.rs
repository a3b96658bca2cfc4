//! What happens to the closures that are passed to a function or method.

use crate::facts::model::{Callee, Fate, RunsOn};
use crate::knowledge::catalogue::{self, Exempting};
use crate::source::FunctionId;
use crate::types::project::ProjectItems;

/// Functions and methods that return a future and call their closure when it is polled. A closure given to any other
/// call that is awaited at once (`run_in_pool(|| ..).await`) may well run in a thread, so nothing is said of it.
const POLLED_CLOSURES: &[&str] = &[
    "all",
    "and_then",
    "any",
    "filter",
    "filter_map",
    "fold",
    "for_each",
    "for_each_concurrent",
    "get_or_init",
    "get_or_try_init",
    "inspect",
    "inspect_err",
    "inspect_ok",
    "lazy",
    "map",
    "map_err",
    "map_ok",
    "or_else",
    "poll_fn",
    "poll_immediate",
    "then",
    "try_fold",
    "try_for_each",
    "try_for_each_concurrent",
    "unwrap_or_else",
    "wait_for",
];

/// Methods of std that call their closure before they return, or in the loop that runs over them. With
/// [`POLLED_CLOSURES`] they prove that a function which hands a closure on to them runs it.
const CALLED_CLOSURES: &[&str] = &[
    "binary_search_by",
    "binary_search_by_key",
    "chunk_by",
    "dedup_by",
    "dedup_by_key",
    "find",
    "find_map",
    "flat_map",
    "get_or_insert_with",
    "is_none_or",
    "is_ok_and",
    "is_some_and",
    "map_or",
    "map_or_else",
    "map_while",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "ok_or_else",
    "or_insert_with",
    "partition",
    "position",
    "reduce",
    "resize_with",
    "retain",
    "retain_mut",
    "rposition",
    "scan",
    "skip_while",
    "sort_by",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "split",
    "take_while",
];

/// Methods of collections and cells that keep the closure they are given: who takes it out again is not in sight.
const KEPT_CLOSURES: &[&str] =
    &["get_or_insert", "insert", "or_insert", "push", "push_back", "push_front", "replace", "set", "store", "swap"];

/// What becomes of the closures that are given to a function.
#[derive(Clone, Copy)]
pub(super) enum ClosureArgs {
    /// Somebody runs them away from the loop, or nobody knows.
    Elsewhere,
    /// They are called.
    Called,
    /// Called there.
    At(RunsOn),
    /// Called, most likely.
    Unknown,
    /// What the function does with them.
    Local { of: FunctionId, is_method: bool },
    /// One of them is called here, and says why it may block.
    Exempt(Exempting),
}

/// What a function or method does with closures that are given to it.
pub(super) fn closure_args(
    known: &ProjectItems,
    callee: Option<&Callee>,
    name: &str,
    fate: Fate,
    is_method: bool,
) -> ClosureArgs {
    let by_name = catalogue::method_runs_elsewhere(name);
    let exempting = match callee {
        Some(Callee::External(paths)) => paths.iter().find_map(|path| catalogue::exempting(path)),
        None if !is_method => catalogue::exempting(name),
        _ => None,
    };
    if let Some(exempting) = exempting {
        return ClosureArgs::Exempt(exempting);
    }
    let is_called = POLLED_CLOSURES.contains(&name);
    match callee {
        // An own `spawn_blocking(..)` does what its name says.
        Some(Callee::Local(_, Some(_))) if by_name => ClosureArgs::Elsewhere,
        Some(Callee::Local(_, Some(of))) if known.function_runs_elsewhere(*of) => ClosureArgs::Elsewhere,
        Some(Callee::Local(_, Some(of))) => ClosureArgs::Local { of: *of, is_method },
        // Written in this body, and not looked at.
        Some(Callee::Local(_, None)) => ClosureArgs::Elsewhere,
        Some(Callee::External(paths)) if paths.iter().any(|path| known.project.runs_elsewhere(path)) => {
            ClosureArgs::Elsewhere
        }
        // A method is known by its name alone, and so is a function of a crate that nobody knows.
        _ if by_name => ClosureArgs::Elsewhere,
        _ if fate == Fate::Awaited && !is_called => ClosureArgs::Elsewhere,
        // `Job(|| ..)` only puts it into a value.
        _ if is_method && KEPT_CLOSURES.contains(&name) => ClosureArgs::Elsewhere,
        _ if !is_method && name.starts_with(char::is_uppercase) => ClosureArgs::Elsewhere,
        Some(Callee::External(paths)) if paths.iter().all(|path| path.starts_with("std::")) => ClosureArgs::Called,
        _ if is_called || CALLED_CLOSURES.contains(&name) => ClosureArgs::Called,
        _ if names_threads(name) => ClosureArgs::Elsewhere,
        // `Interceptor::new(service, check)` keeps it.
        _ if !is_method && (name == "new" || name.starts_with("new_") || name.starts_with("with_")) => {
            ClosureArgs::Elsewhere
        }
        _ => ClosureArgs::Unknown,
    }
}

/// Whether a name of another crate says that threads run what it is given: `into_helper_thread(|token| ..)`.
fn names_threads(name: &str) -> bool {
    name.split('_')
        .any(|word| matches!(word, "background" | "pool" | "spawn" | "thread" | "threaded" | "threads" | "worker"))
}
