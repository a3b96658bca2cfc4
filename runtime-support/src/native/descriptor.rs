//! File descriptors that callers of the C library passed.

use std::os::fd::{BorrowedFd, RawFd};

/// The descriptor, for as long as the call lasts that it was given to. `None` where it is none.
pub(crate) fn borrowed<'call>(fd: RawFd) -> Option<BorrowedFd<'call>> {
    // SAFETY: a number below zero is refused here. Any other may be asked about: if nothing is open under it, the
    // system says so, and nobody closes what it is asked about or keeps it beyond the call.
    (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
}
