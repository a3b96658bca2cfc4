//! Waiting for other threads: locks, channels, condition variables and the ends of threads.
//!
//! Except for the ends of threads, std waits by the system call `futex`, which it makes through the function `syscall`.

use std::ffi::{c_int, c_long, c_void};
use std::time::Duration;

use libc::{pthread_t, timespec};

use super::raw::{Arguments, raw};
use super::{forward, look};
use crate::trap::caught;
use crate::trap::caught::call::Call;

/// What `std::thread::park` expects where it waits. Condition variables and most locks expect other values; an `RwLock`
/// for which readers and writers wait is the same number, and `violations` knows it by its name.
const PARKED: c_long = u32::MAX as c_long;

/// How long a thread may take to end once it has nothing more to do, on a busy machine.
const LAST_WORDS: Duration = Duration::from_millis(20);

/// What of a futex operation says which it is; the rest are flags.
const OPERATION: c_long = 127;

/// A wait for a lock is looked at once it has taken longer than a lock should; one for what another thread does, when it
/// is over.
///
/// # Safety
///
/// The arguments are right for a `futex` call.
pub(super) unsafe fn futex(arguments: Arguments) -> c_long {
    let [_, operation, expected, limit, ..] = arguments;
    let is_absolute = match c_int::try_from(operation & OPERATION) {
        Ok(libc::FUTEX_WAIT) => false,
        Ok(libc::FUTEX_WAIT_BITSET) => true,
        // SAFETY: the caller's promise.
        _ => return unsafe { raw(libc::SYS_futex, arguments) },
    };
    if expected & PARKED == PARKED {
        let begun = now(libc::CLOCK_MONOTONIC);
        // SAFETY: the caller's promise.
        let answer = unsafe { raw(libc::SYS_futex, arguments) };
        let is_brief = now(libc::CLOCK_MONOTONIC).saturating_sub(begun) <= caught::patience();
        look("futex", Call::Parked { is_brief });
        return answer;
    }
    let clock = if operation & c_long::from(libc::FUTEX_CLOCK_REALTIME) == 0 {
        libc::CLOCK_MONOTONIC
    } else {
        libc::CLOCK_REALTIME
    };
    let patience = caught::patience();
    let limit = limit as *const timespec;
    // SAFETY: the caller promises that it is null or valid.
    let limit = (!limit.is_null()).then(|| unsafe { duration(&*limit) });
    let begun = if is_absolute { now(clock) } else { Duration::ZERO };
    if limit.is_some_and(|limit| limit <= begun + patience) {
        // SAFETY: the caller's promise.
        return unsafe { raw(libc::SYS_futex, arguments) };
    }
    // SAFETY: the caller's promise; the time is another one, of the same kind.
    let answer = unsafe { futex_until(arguments, begun + patience) };
    // SAFETY: the address of this thread's `errno` is valid as long as the thread is.
    if answer != -1 || unsafe { *libc::__errno_location() } != libc::ETIMEDOUT {
        return answer;
    }
    look("futex", Call::Patience(patience));
    match limit {
        // SAFETY: as above. What has passed counts.
        Some(limit) if !is_absolute => unsafe { futex_until(arguments, limit.saturating_sub(patience)) },
        // SAFETY: the caller's promise.
        _ => unsafe { raw(libc::SYS_futex, arguments) },
    }
}

/// # Safety
///
/// The arguments are right for a `futex` call that waits.
unsafe fn futex_until([address, operation, expected, _, second, bits]: Arguments, limit: Duration) -> c_long {
    let limit = timespec_of(limit);
    let limit = (&raw const limit) as c_long;
    // SAFETY: the caller's promise, and the limit lives until the call returns.
    unsafe { raw(libc::SYS_futex, [address, operation, expected, limit, second, bits]) }
}

fn timespec_of(time: Duration) -> timespec {
    let tv_sec = time.as_secs().try_into().unwrap_or(libc::time_t::MAX);
    timespec { tv_sec, tv_nsec: time.subsec_nanos().into() }
}

fn now(clock: libc::clockid_t) -> Duration {
    let mut time = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid. If the call fails, the time is that of the epoch, and the limit has passed.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    duration(&time)
}

fn duration(time: &timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A thread that has ended is not waited for. Between its last words, which `is_finished` takes for the end, and the
/// kernel's, there is a moment.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_join(thread: pthread_t, result: *mut *mut c_void) -> c_int {
    if caught::is_on_the_loop() {
        let until = timespec_of(now(libc::CLOCK_REALTIME) + LAST_WORDS);
        // SAFETY: the arguments are those of the caller. If the thread runs on, it has not been joined.
        let answer = unsafe { libc::pthread_timedjoin_np(thread, result, &raw const until) };
        if answer != libc::ETIMEDOUT {
            return answer;
        }
        look("pthread_join", Call::Wait("until a thread ends"));
    }
    forward!(pthread_join(thread: pthread_t, result: *mut *mut c_void) -> c_int)
}
