//! Loops that may only poll what others do, judged by their tokens.

use proc_macro2::TokenTree;

/// Without one of these words a loop does not look at what others do.
const LOOKS: &[&str] = &[
    "elapsed",
    "has_changed",
    "is_cancelled",
    "is_closed",
    "is_finished",
    "is_locked",
    "load",
    "lock",
    "now",
    "read",
    "read_volatile",
    "snooze",
    "spin_loop",
    "strong_count",
    "try_lock",
    "try_read",
    "try_recv",
    "try_wait",
    "try_write",
    "write",
    "yield_now",
];

/// Whether a loop, its condition included, may do nothing but look at something: it waits nowhere, and has a word for it.
pub(crate) fn may_spin(tokens: &mut dyn Iterator<Item = TokenTree>) -> bool {
    let mut looks = false;
    !awaits(tokens, &mut looks) && looks
}

fn awaits(mut tokens: &mut dyn Iterator<Item = TokenTree>, looks: &mut bool) -> bool {
    (&mut tokens).any(|token| match token {
        TokenTree::Group(group) => awaits(&mut group.stream().into_iter(), looks),
        TokenTree::Ident(ident) => {
            *looks = *looks || LOOKS.iter().any(|word| ident == word);
            ident == "await"
        }
        _ => false,
    })
}
