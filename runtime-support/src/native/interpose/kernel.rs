//! `syscall`, which std uses where the C library has no function.

use std::ffi::{c_char, c_int, c_long, c_void};

use super::forward;
use crate::trap::caught;

/// What a system call may be given.
pub(super) type Arguments = [c_long; 6];

#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(
    number: c_long,
    first: c_long,
    second: c_long,
    third: c_long,
    fourth: c_long,
    fifth: c_long,
    sixth: c_long,
) -> c_long {
    let arguments = [first, second, third, fourth, fifth, sixth];
    if number == libc::SYS_futex && caught::is_on_the_loop() {
        // SAFETY: the arguments are those of the caller, who promises the library that they are right.
        return unsafe { super::threads::futex(arguments) };
    }
    // SAFETY: as above.
    unsafe { raw(number, arguments) }
}

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
