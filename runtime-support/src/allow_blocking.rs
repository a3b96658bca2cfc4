//! Code on the loop that blocks on purpose.

use std::cell::Cell;
use std::marker::PhantomData;

thread_local! {
    /// How many exemptions this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `run` on the calling thread and lets it block: the checks against blocking a loop ignore it.
///
/// Use it for the few calls that block and are still right on the loop, such as reading the configuration before
/// anything else runs, or a file that is known to be in memory. It does not make them any faster: the loop waits.
///
/// These checks ignore it: the attributes and clippy, for the text of the closure; functions marked
/// [`#[onloop::blocking]`][crate::blocking], which otherwise panic when they are entered on a loop; and the trap. The
/// watch does not: it still reports code that takes too long.
///
/// `reason` is for whoever reads the code, and must not be empty. A panic of `run` reaches the caller.
///
/// # Examples
///
/// ```
/// #[onloop::callback]
/// fn load_average() -> Option<String> {
///     onloop::allow_blocking("/proc is in memory", || std::fs::read_to_string("/proc/loadavg").ok())
/// }
/// # load_average();
/// ```
pub fn allow_blocking<R>(reason: &'static str, run: impl FnOnce() -> R) -> R {
    debug_assert!(!reason.trim().is_empty(), "whoever reads this code wants to know why it may block");
    let _exempt = exempt();
    run()
}

/// Exempts the calling thread until the guard goes, as `#[onloop::allow(blocking_call, ..)]` on a function does.
#[inline]
pub fn exempt() -> Exempt {
    DEPTH.set(DEPTH.get() + 1);
    Exempt(PhantomData)
}

/// Whether the code that runs on this thread may block.
#[inline]
pub(crate) fn is_allowed() -> bool {
    DEPTH.get() > 0
}

/// The thread is exempt as long as this exists.
#[must_use = "the exemption ends as soon as the guard is dropped"]
#[derive(Debug)]
pub struct Exempt(
    /// Keeps the guard on the thread that it exempts.
    PhantomData<*mut ()>,
);

impl Drop for Exempt {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn it_ends_with_the_closure() {
        let inside = allow_blocking("a test", || allow_blocking("a test within", is_allowed));
        assert!(inside);
        assert!(!is_allowed());
        catch_unwind(|| allow_blocking("a test", || panic!("on purpose"))).unwrap_err();
        assert!(!is_allowed());
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic = "wants to know why"]
    fn it_wants_a_reason() {
        allow_blocking(" ", || ());
    }
}
