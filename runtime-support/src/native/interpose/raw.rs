//! The system calls that the trap makes itself, by the C library's own `syscall`.

use std::ffi::{c_char, c_int, c_long, c_void};

use super::forward;

/// What a system call may be given.
pub(super) type Arguments = [c_long; 6];

/// # Safety
///
/// The arguments are right for the call of this number.
pub(super) unsafe fn raw(number: c_long, [first, second, third, fourth, fifth, sixth]: Arguments) -> c_long {
    forward!(syscall(
        number: c_long, first: c_long, second: c_long, third: c_long, fourth: c_long, fifth: c_long, sixth: c_long,
    ) -> c_long)
}

/// What `stat` and its like ask the kernel.
///
/// # Safety
///
/// `path` is a C string, and `to` has room for the kernel's structure.
pub(super) unsafe fn stat(folder: c_int, path: *const c_char, to: *mut c_void, flags: c_int) -> c_int {
    // SAFETY: the caller's promise. The arguments are those of `newfstatat`.
    let answer =
        unsafe { raw(libc::SYS_newfstatat, [folder.into(), path as c_long, to as c_long, flags.into(), 0, 0]) };
    c_int::try_from(answer).unwrap_or(-1)
}
