//! The addresses on a stack: of the calling thread, or of another thread while it runs.

mod other;
mod own;

pub(crate) use other::{ThreadId, of};
pub(crate) use own::capture;

/// How many frames of a stack are kept.
pub(crate) const DEPTH: usize = 64;

/// Walks the stack of the calling thread from the innermost frame on, until `take` has had enough.
///
/// It allocates nothing and takes no lock of Rust's, so it may run in a signal handler and inside any call of the C
/// library. The unwinder looks up its tables without a lock from glibc 2.35 on; before that, it takes the lock of the
/// dynamic loader, which a thread may take twice.
fn walk(mut take: impl FnMut(usize) -> bool) {
    // SAFETY: what is "unsynchronized" here is the Windows part and the part that resolves names; on Linux this is a
    // call of `_Unwind_Backtrace`, which any number of threads may make at a time. `take` does not panic: it stores
    // numbers.
    unsafe { backtrace::trace_unsynchronized(|frame| take(frame.ip() as usize)) }
}
