//! `syscall`, which std uses where the C library has no function.

use std::ffi::c_long;

use super::raw::raw;
use crate::trap::caught;

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
