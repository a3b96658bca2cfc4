//! Processes: their creation and their end.

use std::ffi::{c_char, c_int};

use libc::{id_t, idtype_t, pid_t, rusage, siginfo_t};

use super::{forward, interpose, text};
use crate::trap::caught::call::Call;

interpose! {
    fn wait(status: *mut c_int) -> pid_t = ends(0);
    fn waitpid(process: pid_t, status: *mut c_int, options: c_int) -> pid_t = ends(options);
    fn wait3(status: *mut c_int, options: c_int, usage: *mut rusage) -> pid_t = ends(options);
    fn wait4(process: pid_t, status: *mut c_int, options: c_int, usage: *mut rusage) -> pid_t = ends(options);
    fn waitid(kind: idtype_t, which: id_t, to: *mut siginfo_t, options: c_int) -> c_int = ends(options);
    // SAFETY: the pointer is the caller's, who promises that it is valid.
    fn system(command: *const c_char) -> c_int = Call::Run(unsafe { text(command) });
}

fn ends(options: c_int) -> Call<'static> {
    if options & libc::WNOHANG == 0 { Call::Wait("until a process ends") } else { Call::Nothing }
}

/// The child of a thread on the loop is on no loop, though its memory says so.
#[unsafe(no_mangle)]
unsafe extern "C" fn fork() -> pid_t {
    let child = forward!(fork() -> pid_t);
    // One that was made outside of all functions may have a loop of its own.
    if child == 0 && crate::trap::caught::is_on_the_loop() {
        crate::trap::caught::leave_the_loop();
    }
    child
}
