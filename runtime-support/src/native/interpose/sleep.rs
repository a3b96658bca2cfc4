//! Sleeps that a signal may end early. A caller that then resumes the sleep, as std does, has slept once.

use std::ffi::c_int;

use libc::timespec;

use super::{forward, look};
use crate::trap::caught;
use crate::trap::caught::call::Call;

#[unsafe(no_mangle)]
unsafe extern "C" fn nanosleep(time: *const timespec, left: *mut timespec) -> c_int {
    if caught::is_on_the_loop() {
        // SAFETY: the caller promises the library that the pointer is null or valid.
        look("nanosleep", unsafe { sleep_for(time) });
    }
    ended(forward!(nanosleep(time: *const timespec, left: *mut timespec) -> c_int))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn clock_nanosleep(clock: c_int, flags: c_int, time: *const timespec, left: *mut timespec) -> c_int {
    if caught::is_on_the_loop() {
        let is_for = flags & libc::TIMER_ABSTIME == 0;
        // SAFETY: the caller promises the library that the pointer is null or valid.
        let call = if is_for { unsafe { sleep_for(time) } } else { Call::Sleep(None) };
        look("clock_nanosleep", call);
    }
    ended(forward!(
        clock_nanosleep(clock: c_int, flags: c_int, time: *const timespec, left: *mut timespec) -> c_int
    ))
}

/// Passes on what a sleep gave: what is not nothing is a signal, or a time that is none, with which nobody goes on.
fn ended(outcome: c_int) -> c_int {
    if outcome != 0 && caught::is_on_the_loop() {
        caught::interrupted();
    }
    outcome
}

/// # Safety
///
/// The pointer is null or valid.
unsafe fn sleep_for(time: *const timespec) -> Call<'static> {
    if time.is_null() {
        return Call::Nothing;
    }
    // SAFETY: it is not null, so the caller's promise holds.
    let timespec { tv_sec, tv_nsec, .. } = unsafe { *time };
    // Whether they are a time is the library's to say.
    let micros = tv_sec.saturating_mul(1_000_000).saturating_add(tv_nsec.saturating_add(999) / 1000);
    Call::sleep_micros(u64::try_from(micros).unwrap_or(0))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "they are what is tested")]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::scope::enter;
    use crate::{Kind, Site};

    static SITE: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 12);

    #[test]
    fn a_sleep_that_signals_interrupt_is_one() {
        extern "C" fn handler(_signal: c_int) {}
        static IS_OVER: AtomicBool = AtomicBool::new(false);
        // SAFETY: the handler does nothing. Nobody else has this signal.
        unsafe { libc::signal(libc::SIGWINCH, handler as *const () as libc::sighandler_t) };
        // SAFETY: it asks for what the thread itself is called.
        let sleeper = unsafe { libc::pthread_self() };
        let signals = thread::spawn(move || {
            while !IS_OVER.load(Relaxed) {
                // SAFETY: the thread waits for this one, so it is there.
                unsafe { libc::pthread_kill(sleeper, libc::SIGWINCH) };
                thread::sleep(Duration::from_millis(1));
            }
        });
        let scope = enter(&SITE);
        thread::sleep(Duration::from_millis(30));
        let once = caught::found();
        for _ in 0..2 {
            thread::sleep(Duration::from_millis(5));
        }
        let twice = caught::found();
        drop(scope);
        IS_OVER.store(true, Relaxed);
        signals.join().unwrap();
        assert_eq!(once, ["clock_nanosleep"]);
        assert_eq!(twice, ["clock_nanosleep"; 2]);
    }
}
