//! Words of loops that only poll something until somebody else changes it.

use proc_macro2::{Delimiter, TokenTree};

use crate::knowledge::catalogue::text::last_name;

/// Methods that tell what others do.
pub(crate) const LOOKS: &[&str] = &[
    "elapsed",
    "has_changed",
    "is_cancelled",
    "is_closed",
    "is_finished",
    "is_locked",
    "load",
    "lock",
    "read",
    "snooze",
    "try_lock",
    "try_read",
    "try_wait",
    "try_write",
    "write",
];

/// Methods that take what others have put there, if there is something.
pub(crate) const TAKES: &[&str] = &["pop", "pop_front", "steal", "try_pop", RECEIVES];

/// The one of them that nobody calls on a collection of their own.
pub(crate) const RECEIVES: &str = "try_recv";

/// Functions that tell what others do, and those that only pass the time.
pub(crate) const LOOKING: &[&str] = &[
    "std::hint::spin_loop",
    "std::ptr::read_volatile",
    "std::sync::Arc::strong_count",
    "std::sync::atomic::spin_loop_hint",
    "std::thread::yield_now",
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "tokio::time::Instant::now",
];

/// Functions that change nothing for the next round.
pub(crate) const QUIET: &[&str] = &["std::mem::drop", "std::sync::atomic::compiler_fence", "std::sync::atomic::fence"];

/// Methods of what was seen.
pub(crate) const PURE: &[&str] = &[
    "all",
    "and_then",
    "any",
    "as_bool",
    "as_deref",
    "as_millis",
    "as_mut",
    "as_ref",
    "as_secs",
    "as_secs_f32",
    "as_secs_f64",
    "checked_sub",
    "clone",
    "cloned",
    "contains",
    "contains_key",
    "copied",
    "count",
    "duration_since",
    "eq",
    "expect",
    "filter",
    "first",
    "get",
    "is_empty",
    "is_err",
    "is_none",
    "is_none_or",
    "is_ok",
    "is_ok_and",
    "is_some",
    "is_some_and",
    "iter",
    "last",
    "len",
    "map",
    "map_or",
    "ok",
    "saturating_sub",
    "sum",
    "to_owned",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "values",
];

/// Macros that only write down what goes on.
pub(crate) const LOGS: &[&str] = &["debug", "error", "event", "info", "log", "trace", "warn"];

/// Whether a loop, its condition included, may do nothing but look at something, judged by its tokens: it waits nowhere,
/// and has a word for it or nothing in it.
pub(crate) fn may_spin(tokens: &mut dyn Iterator<Item = TokenTree>) -> bool {
    let mut looks = false;
    !awaits(tokens, &mut looks) && looks
}

fn awaits(mut tokens: &mut dyn Iterator<Item = TokenTree>, looks: &mut bool) -> bool {
    (&mut tokens).any(|token| match token {
        // `while !self.is_ready() {}`
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && group.stream().is_empty() => {
            *looks = true;
            false
        }
        TokenTree::Group(group) => awaits(&mut group.stream().into_iter(), looks),
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            let is_look = || {
                let mut functions = LOOKING.iter().map(|path| last_name(path));
                LOOKS.contains(&&*name) || name == RECEIVES || functions.any(|word| name == word)
            };
            *looks = *looks || is_look();
            name == "await"
        }
        _ => false,
    })
}
