//! Functions of the operating system: declared by hand, and told by their flags to wait.

use crate::testing::{Kind, check_file, findings_of};

#[test]
fn what_is_declared_by_hand_is_the_systems() {
    check_file(
        Kind::Callback,
        "
        use std::ffi::c_uint;
        extern \"C\" {
            fn usleep(microseconds: c_uint) -> i32;
            #[cfg(windows)] fn pause() -> i32;
            static environ: *const u8;
            pub fn poll(of: *mut u8, count: u64, limit: i32) -> i32;
            fn own_library_wait(n: c_uint);
            #[link_name = \"usleep\"] fn short_nap(microseconds: c_uint) -> i32;
            #[link_name = \"fsync$UNIX2003\"] fn flush(of: i32) -> i32;
            #[link_name = \"own_sleep\"] fn nanosleep(n: u32);
        }
        mod ffi {
            unsafe extern \"C-unwind\" {
                pub unsafe fn sleep(seconds: u32) -> u32;
                pub safe fn getpid() -> i32;
                pub fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
            }
            unsafe extern \"system\" { #[must_use] pub fn Sleep(milliseconds: u32); }
            extern \"Rust\" { pub fn fsync(of: i32); }
        }
        use ffi::Sleep;
        fn on_press(pid: i32, own: &Own) {
            unsafe { usleep(5) };
                   //^^^^^^ `usleep` blocks the event loop: it is `libc::usleep`
            unsafe { ffi::sleep(1) };
                   //^^^ `ffi::sleep` blocks the event loop: it is `libc::sleep`
            unsafe { Sleep(5) };
                   //^^^^^ `Sleep` blocks the event loop: it is `windows_sys::Win32::System::Threading::Sleep`
            unsafe { poll(of, 1, -1) };
                   //^^^^ `poll` blocks the event loop: it is `libc::poll`
            unsafe { ffi::waitpid(pid, status, 0) };
                   //^^^ `ffi::waitpid` blocks the event loop: it is `libc::waitpid`
            unsafe { short_nap(5) };
                   //^^^^^^^^^ `short_nap` blocks the event loop: it is `libc::usleep`
            unsafe { flush(1) };
                   //^^^^^ `flush` blocks the event loop: it is `libc::fsync`
            unsafe { nanosleep(1) };
            unsafe { poll(of, 1, 0) };
            unsafe { ffi::waitpid(pid, status, WNOHANG) };
            unsafe { own_library_wait(5) };
            unsafe { ffi::fsync(1) };
            ffi::getpid();
            own.sleep(1);
        }
        ",
    );
}

fn count(body: &str) -> usize {
    let text = format!(
        "use nix::fcntl::{{self, FlockArg, flock}}; use nix::sys::wait::{{waitpid, WaitPidFlag}};
        use windows_sys::Win32::System::Threading::*;
        extern fn callback(n: u32) {{}}
        fn on_press(fd: i32, pid: Pid, sleep: fn(u32)) {{ {body} }}"
    );
    findings_of(Kind::Callback, &text).len()
}

#[test]
fn flags_say_whether_it_waits() {
    for body in [
        "libc::flock(fd, libc::LOCK_EX);",
        "flock(fd, FlockArg::LockExclusive);",
        "rustix::fs::flock(fd, rustix::fs::FlockOperation::LockShared);",
        "libc::lockf(fd, libc::F_LOCK, 0);",
        "waitpid(pid, None);",
        "libc::waitpid(-1, &mut status, 0);",
        "libc::wait4(pid, &mut status, 0, usage);",
        "WaitForSingleObject(handle, INFINITE);",
        "WaitForSingleObject(handle, 500);",
        "libc::getnameinfo(a, b, c, d, e, f, 0);",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
    for body in [
        "libc::flock(fd, libc::LOCK_EX | libc::LOCK_NB);",
        "libc::flock(fd, libc::LOCK_UN);",
        "libc::flock(fd, how);",
        "flock(fd, FlockArg::LockExclusiveNonblock);",
        "flock(fd, FlockArg::Unlock);",
        "rustix::fs::flock(fd, rustix::fs::FlockOperation::NonBlockingLockShared);",
        "libc::lockf(fd, libc::F_TLOCK, 0);",
        "waitpid(pid, Some(WaitPidFlag::WNOHANG));",
        "libc::waitpid(-1, &mut status, libc::WNOHANG);",
        "libc::wait4(pid, &mut status, libc::WNOHANG, usage);",
        "WaitForSingleObject(handle, 0);",
        "libc::read(fd, buffer, 9);",
        "nix::unistd::write(fd, bytes);",
        "sleep(1);",
        "callback(1);",
    ] {
        assert_eq!(count(body), 0, "{body}");
    }
}
