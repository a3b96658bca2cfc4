//! The functions, and what each does. One row is one function, as its manual page describes it.
//!
//! C compilers turn some functions into those whose names begin with underscores.

#![allow(clippy::similar_names, reason = "the names of the manual pages")]

use std::ffi::{c_char, c_int, c_uint, c_ulong, c_void};

use libc::{
    AT_EMPTY_PATH, DIR, FILE, addrinfo, dirent, dirent64, epoll_event, fd_set, hostent, iovec, mmsghdr, mode_t, msghdr,
    nfds_t, off_t, off64_t, pollfd, sigset_t, size_t, sockaddr, socklen_t, ssize_t, timespec, timeval,
};

use super::{forward, interpose, text};
use crate::trap::caught::call::Call;

/// What `realpath` and its like call a buffer.
type Buffer = *mut c_char;

// SAFETY of all blocks below: the pointers are those of the caller, who promises the library's function that they are
// valid; see `interpose`, 2.

// Sleeping.
interpose! {
    fn sleep(seconds: c_uint) -> c_uint = Call::sleep_micros(u64::from(seconds) * 1_000_000);
    fn usleep(micros: c_uint) -> c_int = Call::sleep_micros(micros.into());
}

// Files, by their paths.
interpose! {
    fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn __open_2(path: *const c_char, flags: c_int) -> c_int = Call::Path(unsafe { text(path) });
    fn __open64_2(path: *const c_char, flags: c_int) -> c_int = Call::Path(unsafe { text(path) });
    fn openat(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn openat64(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn __openat_2(folder: c_int, path: *const c_char, flags: c_int) -> c_int = Call::At(folder, unsafe { text(path) });
    fn __openat64_2(folder: c_int, path: *const c_char, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn creat(path: *const c_char, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn creat64(path: *const c_char, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn fopen(path: *const c_char, mode: *const c_char) -> *mut FILE = Call::Path(unsafe { text(path) });
    fn fopen64(path: *const c_char, mode: *const c_char) -> *mut FILE = Call::Path(unsafe { text(path) });
    fn statx(folder: c_int, path: *const c_char, flags: c_int, mask: c_uint, to: *mut libc::statx) -> c_int =
        if flags & AT_EMPTY_PATH == 0 { Call::At(folder, unsafe { text(path) }) } else { Call::Nothing };
    fn access(path: *const c_char, mode: c_int) -> c_int = Call::Path(unsafe { text(path) });
    fn faccessat(folder: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn readlink(path: *const c_char, to: Buffer, size: size_t) -> ssize_t = Call::Path(unsafe { text(path) });
    fn readlinkat(folder: c_int, path: *const c_char, to: Buffer, size: size_t) -> ssize_t =
        Call::At(folder, unsafe { text(path) });
    fn realpath(path: *const c_char, to: Buffer) -> Buffer = Call::Path(unsafe { text(path) });
    fn __readlink_chk(path: *const c_char, to: Buffer, size: size_t, room: size_t) -> ssize_t =
        Call::Path(unsafe { text(path) });
    fn __readlinkat_chk(folder: c_int, path: *const c_char, to: Buffer, size: size_t, room: size_t) -> ssize_t =
        Call::At(folder, unsafe { text(path) });
    fn __realpath_chk(path: *const c_char, to: Buffer, room: size_t) -> Buffer = Call::Path(unsafe { text(path) });
    fn mkstemp(path: Buffer) -> c_int = Call::Path(unsafe { text(path) });
    fn mkstemp64(path: Buffer) -> c_int = Call::Path(unsafe { text(path) });
    fn mkdtemp(path: Buffer) -> Buffer = Call::Path(unsafe { text(path) });
    fn mkdir(path: *const c_char, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn mkdirat(folder: c_int, path: *const c_char, mode: mode_t) -> c_int = Call::At(folder, unsafe { text(path) });
    fn rmdir(path: *const c_char) -> c_int = Call::Path(unsafe { text(path) });
    fn unlink(path: *const c_char) -> c_int = Call::Path(unsafe { text(path) });
    fn unlinkat(folder: c_int, path: *const c_char, flags: c_int) -> c_int = Call::At(folder, unsafe { text(path) });
    fn remove(path: *const c_char) -> c_int = Call::Path(unsafe { text(path) });
    fn rename(from: *const c_char, to: *const c_char) -> c_int = Call::Path(unsafe { text(from) });
    fn renameat(folder: c_int, from: *const c_char, other: c_int, to: *const c_char) -> c_int =
        Call::At(folder, unsafe { text(from) });
    fn renameat2(folder: c_int, from: *const c_char, other: c_int, to: *const c_char, flags: c_uint) -> c_int =
        Call::At(folder, unsafe { text(from) });
    fn link(from: *const c_char, to: *const c_char) -> c_int = Call::Path(unsafe { text(from) });
    fn linkat(folder: c_int, from: *const c_char, other: c_int, to: *const c_char, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(from) });
    fn symlink(target: *const c_char, path: *const c_char) -> c_int = Call::Path(unsafe { text(path) });
    fn symlinkat(target: *const c_char, folder: c_int, path: *const c_char) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn truncate(path: *const c_char, size: off_t) -> c_int = Call::Path(unsafe { text(path) });
    fn truncate64(path: *const c_char, size: off64_t) -> c_int = Call::Path(unsafe { text(path) });
    fn chmod(path: *const c_char, mode: mode_t) -> c_int = Call::Path(unsafe { text(path) });
    fn fchmodat(folder: c_int, path: *const c_char, mode: mode_t, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn chown(path: *const c_char, owner: c_uint, group: c_uint) -> c_int = Call::Path(unsafe { text(path) });
    fn lchown(path: *const c_char, owner: c_uint, group: c_uint) -> c_int = Call::Path(unsafe { text(path) });
    fn fchownat(folder: c_int, path: *const c_char, owner: c_uint, group: c_uint, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn utimensat(folder: c_int, path: *const c_char, times: *const timespec, flags: c_int) -> c_int =
        Call::At(folder, unsafe { text(path) });
    fn statfs(path: *const c_char, to: *mut libc::statfs) -> c_int = Call::Path(unsafe { text(path) });
    fn statfs64(path: *const c_char, to: *mut libc::statfs64) -> c_int = Call::Path(unsafe { text(path) });
    fn statvfs(path: *const c_char, to: *mut libc::statvfs) -> c_int = Call::Path(unsafe { text(path) });
    fn statvfs64(path: *const c_char, to: *mut libc::statvfs64) -> c_int = Call::Path(unsafe { text(path) });
    fn opendir(path: *const c_char) -> *mut DIR = Call::Path(unsafe { text(path) });
    fn readdir(folder: *mut DIR) -> *mut dirent = Call::Read(unsafe { libc::dirfd(folder) });
    fn readdir64(folder: *mut DIR) -> *mut dirent64 = Call::Read(unsafe { libc::dirfd(folder) });
}

// The family of `stat`: before glibc 2.33 these are no functions of the library, and go on to the kernel.
macro_rules! interpose_stat {
    ($($name:ident($stat:ty, $flags:expr);)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(path: *const c_char, to: *mut $stat) -> c_int {
            if crate::trap::caught::is_on_the_loop() {
                // SAFETY: see above.
                super::look(stringify!($name), Call::Path(unsafe { text(path) }));
            }
            forward!(
                $name(path: *const c_char, to: *mut $stat) -> c_int,
                // SAFETY: it is what the library does; the kernel's structure is the library's.
                else unsafe { super::raw::stat(libc::AT_FDCWD, path, to.cast(), $flags) }
            )
        }
    )*};
}

interpose_stat! {
    stat(libc::stat, 0);
    stat64(libc::stat64, 0);
    lstat(libc::stat, libc::AT_SYMLINK_NOFOLLOW);
    lstat64(libc::stat64, libc::AT_SYMLINK_NOFOLLOW);
}

/// Of the same family.
#[unsafe(no_mangle)]
unsafe extern "C" fn fstatat(folder: c_int, path: *const c_char, to: *mut libc::stat, flags: c_int) -> c_int {
    if crate::trap::caught::is_on_the_loop() && flags & AT_EMPTY_PATH == 0 {
        // SAFETY: see above.
        super::look("fstatat", Call::At(folder, unsafe { text(path) }));
    }
    forward!(
        fstatat(folder: c_int, path: *const c_char, to: *mut libc::stat, flags: c_int) -> c_int,
        // SAFETY: as in `interpose_stat`.
        else unsafe { super::raw::stat(folder, path, to.cast(), flags) }
    )
}

/// Of the same family.
#[unsafe(no_mangle)]
unsafe extern "C" fn fstatat64(folder: c_int, path: *const c_char, to: *mut libc::stat64, flags: c_int) -> c_int {
    if crate::trap::caught::is_on_the_loop() && flags & AT_EMPTY_PATH == 0 {
        // SAFETY: see above.
        super::look("fstatat64", Call::At(folder, unsafe { text(path) }));
    }
    forward!(
        fstatat64(folder: c_int, path: *const c_char, to: *mut libc::stat64, flags: c_int) -> c_int,
        // SAFETY: as in `interpose_stat`.
        else unsafe { super::raw::stat(folder, path, to.cast(), flags) }
    )
}

// What is open: files, pipes, terminals, sockets.
interpose! {
    fn read(fd: c_int, to: *mut c_void, size: size_t) -> ssize_t = Call::Read(fd);
    fn __read_chk(fd: c_int, to: *mut c_void, size: size_t, room: size_t) -> ssize_t = Call::Read(fd);
    fn pread(fd: c_int, to: *mut c_void, size: size_t, at: off_t) -> ssize_t = Call::Read(fd);
    fn pread64(fd: c_int, to: *mut c_void, size: size_t, at: off64_t) -> ssize_t = Call::Read(fd);
    fn __pread_chk(fd: c_int, to: *mut c_void, size: size_t, at: off_t, room: size_t) -> ssize_t = Call::Read(fd);
    fn __pread64_chk(fd: c_int, to: *mut c_void, size: size_t, at: off64_t, room: size_t) -> ssize_t = Call::Read(fd);
    fn readv(fd: c_int, to: *const iovec, count: c_int) -> ssize_t = Call::Read(fd);
    fn preadv(fd: c_int, to: *const iovec, count: c_int, at: off_t) -> ssize_t = Call::Read(fd);
    fn preadv64(fd: c_int, to: *const iovec, count: c_int, at: off64_t) -> ssize_t = Call::Read(fd);
    fn preadv2(fd: c_int, to: *const iovec, count: c_int, at: off_t, flags: c_int) -> ssize_t = Call::Read(fd);
    fn preadv64v2(fd: c_int, to: *const iovec, count: c_int, at: off64_t, flags: c_int) -> ssize_t = Call::Read(fd);
    fn write(fd: c_int, from: *const c_void, size: size_t) -> ssize_t = Call::Write(fd);
    fn pwrite(fd: c_int, from: *const c_void, size: size_t, at: off_t) -> ssize_t = Call::Write(fd);
    fn pwrite64(fd: c_int, from: *const c_void, size: size_t, at: off64_t) -> ssize_t = Call::Write(fd);
    fn writev(fd: c_int, from: *const iovec, count: c_int) -> ssize_t = Call::Write(fd);
    fn pwritev(fd: c_int, from: *const iovec, count: c_int, at: off_t) -> ssize_t = Call::Write(fd);
    fn pwritev64(fd: c_int, from: *const iovec, count: c_int, at: off64_t) -> ssize_t = Call::Write(fd);
    fn pwritev2(fd: c_int, from: *const iovec, count: c_int, at: off_t, flags: c_int) -> ssize_t = Call::Write(fd);
    fn pwritev64v2(fd: c_int, from: *const iovec, count: c_int, at: off64_t, flags: c_int) -> ssize_t =
        Call::Write(fd);
    fn sync() -> () = Call::Wait("until all files are on their disks");
    fn tcdrain(fd: c_int) -> c_int = Call::Wait("until a terminal has taken all");
    fn fsync(fd: c_int) -> c_int = Call::Write(fd);
    fn fdatasync(fd: c_int) -> c_int = Call::Write(fd);
    fn syncfs(fd: c_int) -> c_int = Call::Write(fd);
    fn sync_file_range(fd: c_int, at: off64_t, size: off64_t, flags: c_uint) -> c_int = Call::Write(fd);
    fn msync(address: *mut c_void, size: size_t, flags: c_int) -> c_int =
        if flags & libc::MS_SYNC == 0 { Call::Nothing } else { Call::Wait("until a mapped file is on the disk") };
    fn ftruncate(fd: c_int, size: off_t) -> c_int = Call::Write(fd);
    fn ftruncate64(fd: c_int, size: off64_t) -> c_int = Call::Write(fd);
    fn fallocate(fd: c_int, mode: c_int, at: off_t, size: off_t) -> c_int = Call::Write(fd);
    fn fallocate64(fd: c_int, mode: c_int, at: off64_t, size: off64_t) -> c_int = Call::Write(fd);
    fn posix_fallocate(fd: c_int, at: off_t, size: off_t) -> c_int = Call::Write(fd);
    fn posix_fallocate64(fd: c_int, at: off64_t, size: off64_t) -> c_int = Call::Write(fd);
    fn fchmod(fd: c_int, mode: mode_t) -> c_int = Call::Write(fd);
    fn fchown(fd: c_int, owner: c_uint, group: c_uint) -> c_int = Call::Write(fd);
    fn futimens(fd: c_int, times: *const timespec) -> c_int = Call::Write(fd);
    fn copy_file_range(
        from: c_int, from_at: *mut off64_t, to: c_int, to_at: *mut off64_t, size: size_t, flags: c_uint,
    ) -> ssize_t = Call::Read(from);
    fn sendfile(to: c_int, from: c_int, at: *mut off_t, size: size_t) -> ssize_t = Call::Read(from);
    fn sendfile64(to: c_int, from: c_int, at: *mut off64_t, size: size_t) -> ssize_t = Call::Read(from);
    fn splice(
        from: c_int, from_at: *mut off64_t, to: c_int, to_at: *mut off64_t, size: size_t, flags: c_uint,
    ) -> ssize_t = if flags & libc::SPLICE_F_NONBLOCK == 0 { Call::Read(from) } else { Call::Nothing };
    fn flock(fd: c_int, operation: c_int) -> c_int =
        if operation & (libc::LOCK_NB | libc::LOCK_UN) == 0 { Call::Lock(fd) } else { Call::Nothing };
    fn lockf(fd: c_int, operation: c_int, size: off_t) -> c_int =
        if operation == libc::F_LOCK { Call::Lock(fd) } else { Call::Nothing };
    fn lockf64(fd: c_int, operation: c_int, size: off64_t) -> c_int =
        if operation == libc::F_LOCK { Call::Lock(fd) } else { Call::Nothing };
    fn fcntl(fd: c_int, operation: c_int, argument: c_ulong) -> c_int = control(fd, operation);
    fn fcntl64(fd: c_int, operation: c_int, argument: c_ulong) -> c_int = control(fd, operation);
}

// Sockets.
interpose! {
    fn connect(fd: c_int, to: *const sockaddr, size: socklen_t) -> c_int = Call::Connect(fd);
    fn accept(fd: c_int, from: *mut sockaddr, size: *mut socklen_t) -> c_int = Call::Read(fd);
    fn accept4(fd: c_int, from: *mut sockaddr, size: *mut socklen_t, flags: c_int) -> c_int = Call::Read(fd);
    fn recv(fd: c_int, to: *mut c_void, size: size_t, flags: c_int) -> ssize_t = receive(fd, flags);
    fn __recv_chk(fd: c_int, to: *mut c_void, size: size_t, room: size_t, flags: c_int) -> ssize_t =
        receive(fd, flags);
    fn recvfrom(
        fd: c_int, to: *mut c_void, size: size_t, flags: c_int, from: *mut sockaddr, from_size: *mut socklen_t,
    ) -> ssize_t = receive(fd, flags);
    fn __recvfrom_chk(
        fd: c_int, to: *mut c_void, size: size_t, room: size_t, flags: c_int, from: *mut sockaddr,
        from_size: *mut socklen_t,
    ) -> ssize_t = receive(fd, flags);
    fn recvmsg(fd: c_int, to: *mut msghdr, flags: c_int) -> ssize_t = receive(fd, flags);
    fn recvmmsg(fd: c_int, to: *mut mmsghdr, count: c_uint, flags: c_int, limit: *mut timespec) -> c_int =
        receive(fd, flags);
    fn send(fd: c_int, from: *const c_void, size: size_t, flags: c_int) -> ssize_t = send_now(fd, flags);
    fn sendto(
        fd: c_int, from: *const c_void, size: size_t, flags: c_int, to: *const sockaddr, to_size: socklen_t,
    ) -> ssize_t = send_now(fd, flags);
    fn sendmsg(fd: c_int, from: *const msghdr, flags: c_int) -> ssize_t = send_now(fd, flags);
    fn sendmmsg(fd: c_int, from: *mut mmsghdr, count: c_uint, flags: c_int) -> c_int = send_now(fd, flags);
}

// Names of hosts.
interpose! {
    fn getaddrinfo(
        host: *const c_char, service: *const c_char, hints: *const addrinfo, to: *mut *mut addrinfo,
    ) -> c_int = unsafe { resolve(host, hints) };
    fn gethostbyname(host: *const c_char) -> *mut hostent = Call::Resolve(unsafe { text(host) });
    fn gethostbyname2(host: *const c_char, family: c_int) -> *mut hostent = Call::Resolve(unsafe { text(host) });
    fn gethostbyname_r(
        host: *const c_char, to: *mut hostent, room: Buffer, size: size_t, result: *mut *mut hostent,
        error: *mut c_int,
    ) -> c_int = Call::Resolve(unsafe { text(host) });
    fn gethostbyname2_r(
        host: *const c_char, family: c_int, to: *mut hostent, room: Buffer, size: size_t, result: *mut *mut hostent,
        error: *mut c_int,
    ) -> c_int = Call::Resolve(unsafe { text(host) });
    fn gethostbyaddr(address: *const c_void, size: socklen_t, family: c_int) -> *mut hostent =
        Call::Resolve(c"an address");
    fn getnameinfo(
        address: *const sockaddr, size: socklen_t, host: Buffer, host_size: socklen_t, service: Buffer,
        service_size: socklen_t, flags: c_int,
    ) -> c_int = if flags & libc::NI_NUMERICHOST == 0 { Call::Resolve(c"an address") } else { Call::Nothing };
}

// Waiting for events. A loop of the thread itself waits outside of all functions.
interpose! {
    fn poll(list: *mut pollfd, count: nfds_t, limit: c_int) -> c_int = events(limit != 0);
    fn __poll_chk(list: *mut pollfd, count: nfds_t, limit: c_int, room: size_t) -> c_int = events(limit != 0);
    fn ppoll(list: *mut pollfd, count: nfds_t, limit: *const timespec, mask: *const sigset_t) -> c_int =
        events(unsafe { has_time(limit) });
    fn __ppoll_chk(
        list: *mut pollfd, count: nfds_t, limit: *const timespec, mask: *const sigset_t, room: size_t,
    ) -> c_int = events(unsafe { has_time(limit) });
    fn select(
        count: c_int, read: *mut fd_set, write: *mut fd_set, other: *mut fd_set, limit: *mut timeval,
    ) -> c_int = events(limit.is_null() || unsafe { (*limit).tv_sec != 0 || (*limit).tv_usec != 0 });
    fn pselect(
        count: c_int, read: *mut fd_set, write: *mut fd_set, other: *mut fd_set, limit: *const timespec,
        mask: *const sigset_t,
    ) -> c_int = events(unsafe { has_time(limit) });
    fn epoll_wait(fd: c_int, list: *mut epoll_event, count: c_int, limit: c_int) -> c_int = events(limit != 0);
    fn epoll_pwait(
        fd: c_int, list: *mut epoll_event, count: c_int, limit: c_int, mask: *const sigset_t,
    ) -> c_int = events(limit != 0);
    fn epoll_pwait2(
        fd: c_int, list: *mut epoll_event, count: c_int, limit: *const timespec, mask: *const sigset_t,
    ) -> c_int = events(unsafe { has_time(limit) });
    fn pause() -> c_int = Call::Wait("for a signal");
    fn sigsuspend(mask: *const sigset_t) -> c_int = Call::Wait("for a signal");
    fn sigwait(set: *const sigset_t, signal: *mut c_int) -> c_int = Call::Wait("for a signal");
    fn sigwaitinfo(set: *const sigset_t, to: *mut libc::siginfo_t) -> c_int = Call::Wait("for a signal");
    fn sigtimedwait(set: *const sigset_t, to: *mut libc::siginfo_t, limit: *const timespec) -> c_int =
        if unsafe { has_time(limit) } { Call::Wait("for a signal") } else { Call::Nothing };
}

/// # Safety
///
/// The pointer is null or valid.
unsafe fn has_time(limit: *const timespec) -> bool {
    // SAFETY: the caller's promise.
    limit.is_null() || unsafe { (*limit).tv_sec != 0 || (*limit).tv_nsec != 0 }
}

/// # Safety
///
/// The pointers are null or valid.
unsafe fn resolve<'call>(host: *const c_char, hints: *const addrinfo) -> Call<'call> {
    // SAFETY: the caller's promise.
    let is_numeric = !hints.is_null() && unsafe { (*hints).ai_flags } & libc::AI_NUMERICHOST != 0;
    if is_numeric || host.is_null() {
        return Call::Nothing;
    }
    // SAFETY: the caller's promise.
    Call::Resolve(unsafe { text(host) })
}

fn control(fd: c_int, operation: c_int) -> Call<'static> {
    let waits = operation == libc::F_SETLKW || operation == libc::F_OFD_SETLKW;
    if waits { Call::Lock(fd) } else { Call::Nothing }
}

fn receive(fd: c_int, flags: c_int) -> Call<'static> {
    if flags & libc::MSG_DONTWAIT == 0 { Call::Read(fd) } else { Call::Nothing }
}

fn send_now(fd: c_int, flags: c_int) -> Call<'static> {
    if flags & libc::MSG_DONTWAIT == 0 { Call::Write(fd) } else { Call::Nothing }
}

fn events(waits: bool) -> Call<'static> {
    if waits { Call::Wait("for events") } else { Call::Nothing }
}
