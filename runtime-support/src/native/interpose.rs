//! Replacements for functions of the C library: a call from a thread on the loop is checked, and then goes on to the
//! library's own function.
//!
//! The linker prefers a definition in the program to one in a library. So no preloading and no plugin is needed, and C
//! code that is linked into the program is covered too. Calls inside the C library itself are not seen.
//!
//! All of this relies on:
//! 1. **The signatures are those of the C library.** Where the library's function is variadic (`open`, `fcntl`,
//!    `syscall`), the definition has the largest possible number of arguments. On the supported targets variadic
//!    arguments are passed like fixed ones, in registers or at the same place of the stack. An argument that the caller
//!    did not pass is some value, which is passed on and which nobody reads.
//! 2. **The call goes on with the arguments it came with**, so the caller has already promised what the library
//!    requires (valid pointers). Nothing is written through a pointer here, and only what the function itself reads is
//!    read.
//! 3. **Nothing unwinds from here**: std declares these functions as non-unwinding.
//! 4. **`errno` is the library's**: the checks here do not change it.
//! 5. **It may run anywhere**: in a signal handler, under any lock, before `main` and while the process exits. A call
//!    that is not checked only reads one thread-local, which has no destructor; a call that is checked allocates
//!    nothing and takes no lock. The library's functions are looked up when the program starts: `dlsym` takes the lock
//!    of the dynamic loader, which may be held by a thread that waits for this very call.

mod calls;
mod kernel;
mod process;
mod raw;
mod sleep;
mod threads;

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::trap::caught::call::{Call, Name};

/// The function of the C library behind one of ours.
struct Next {
    name: &'static CStr,
    /// Null until it was looked for.
    found: AtomicPtr<c_void>,
}

/// Functions of which the library has an old version too, and the version that programs are linked with. Before glibc
/// 2.36 `dlsym` finds the old one after the program's own; this `realpath` refuses what std asks of it.
const VERSIONS: [(&CStr, &CStr); 1] = [(c"realpath", c"GLIBC_2.3")];

/// Stands in [`Next::found`] for a function that the library does not have.
static MISSING: u8 = 0;

impl Next {
    const fn new(name: &'static CStr) -> Self {
        Self { name, found: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Where it is, or `None` if this version of the library does not have it.
    #[inline]
    fn get(&self) -> Option<*mut c_void> {
        let mut found = self.found.load(Acquire);
        if found.is_null() {
            found = self.find();
        }
        (!ptr::eq(found, missing())).then_some(found)
    }

    #[cold]
    fn find(&self) -> *mut c_void {
        #[cfg(test)]
        tests::SEARCHES.set(tests::SEARCHES.get() + 1);
        let mut found = ptr::null_mut();
        if let Some((_, version)) = VERSIONS.iter().find(|(name, _)| *name == self.name) {
            // SAFETY: they are C strings. The answer is an address or null, for machines without old versions.
            found = unsafe { libc::dlvsym(libc::RTLD_NEXT, self.name.as_ptr(), version.as_ptr()) };
        }
        if found.is_null() {
            // SAFETY: the name is a C string. The answer is an address or null.
            found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        }
        let found = if found.is_null() { missing() } else { found };
        self.found.store(found, Release);
        found
    }
}

fn missing() -> *mut c_void {
    (&raw const MISSING).cast_mut().cast()
}

/// What a function gives that the library does not have: what it would if the kernel did not have it.
trait Failure {
    fn failure() -> Self;
}

impl Failure for c_int {
    fn failure() -> Self {
        -1
    }
}

impl Failure for isize {
    fn failure() -> Self {
        -1
    }
}

impl Failure for i64 {
    fn failure() -> Self {
        -1
    }
}

impl Failure for () {
    fn failure() -> Self {}
}

impl Failure for u32 {
    fn failure() -> Self {
        0
    }
}

impl<T> Failure for *mut T {
    fn failure() -> Self {
        ptr::null_mut()
    }
}

fn unknown_function<T: Failure>() -> T {
    // SAFETY: the address of this thread's `errno` is valid as long as the thread is.
    unsafe { *libc::__errno_location() = libc::ENOSYS };
    T::failure()
}

/// Lets the trap look at a call, and leaves `errno` as it is.
#[cold]
#[inline(never)]
fn look(name: Name, call: Call<'_>) {
    // SAFETY: the address of this thread's `errno` is valid as long as the thread is.
    let errno = unsafe { *libc::__errno_location() };
    crate::trap::caught::look(name, call);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// The text that a caller gave.
///
/// # Safety
///
/// The pointer is null, or points to a C string that lives as long as `'call`.
unsafe fn text<'call>(pointer: *const c_char) -> &'call CStr {
    if pointer.is_null() {
        return c"";
    }
    // SAFETY: it is not null, so the caller's promise holds.
    unsafe { CStr::from_ptr(pointer) }
}

/// Calls the library's function of a name: `forward!(read(fd: c_int, ..) -> ssize_t)`. Where the library does not have it,
/// the call fails, unless there is an `else`.
macro_rules! forward {
    ($name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty) => {
        $crate::native::interpose::forward!(
            $name($($argument: $type),*) -> $output, else $crate::native::interpose::unknown_function()
        )
    };
    ($name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty, else $otherwise:expr) => {{
        static NEXT: $crate::native::interpose::Next = $crate::native::interpose::Next::new(
            match ::std::ffi::CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => unreachable!(),
            },
        );
        // Looked for when the program starts (5). What is called before that, by what starts before, is found then.
        #[used]
        #[unsafe(link_section = ".init_array")]
        static EARLY: extern "C" fn() = {
            extern "C" fn find() {
                NEXT.get();
            }
            find
        };
        match NEXT.get() {
            // SAFETY: it is the library's function of this name, whose signature this is (1), and it gets the
            // arguments that came (2).
            Some(next) => unsafe {
                let next: unsafe extern "C" fn($($type),*) -> $output = ::std::mem::transmute(next);
                next($($argument),*)
            },
            None => $otherwise,
        }
    }};
}
use forward;

/// Defines functions of the C library that are looked at before they run, with what they ask for:
/// `fn fsync(fd: c_int) -> c_int = Call::Write(fd);`
macro_rules! interpose {
    ($(
        fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty = $call:expr;
    )*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),*) -> $output {
            if $crate::trap::caught::is_on_the_loop() {
                $crate::native::interpose::look(stringify!($name), $call);
            }
            $crate::native::interpose::forward!($name($($argument: $type),*) -> $output)
        }
    )*};
}
use interpose;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "they are what is tested")]
mod tests {
    //! What cannot be seen from outside: signals, `errno`, forks, the time before `main`. The calls are made as C would.

    use std::cell::Cell;
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use super::*;
    use crate::scope::enter;
    use crate::trap::caught;
    use crate::{Kind, Site};

    static SITE: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 12);

    thread_local! {
        /// How often this thread has looked for a function.
        pub(super) static SEARCHES: Cell<usize> = const { Cell::new(0) };
    }

    fn errno() -> c_int {
        // SAFETY: the address of this thread's `errno` is valid as long as the thread is.
        unsafe { *libc::__errno_location() }
    }

    fn set_errno(errno: c_int) {
        // SAFETY: as above.
        unsafe { *libc::__errno_location() = errno };
    }

    /// Opens a file that is there, and closes it.
    fn open() -> bool {
        // SAFETY: the path is a C string, and the descriptor is nobody else's.
        unsafe {
            let fd = libc::open(c"Cargo.toml".as_ptr(), libc::O_RDONLY);
            fd >= 0 && libc::close(fd) == 0
        }
    }

    /// What was found in `run`, a callback.
    fn found_in(run: impl FnOnce()) -> Vec<&'static str> {
        let scope = enter(&SITE);
        run();
        let found = caught::found();
        drop(scope);
        found
    }

    #[test]
    fn errno_is_that_of_the_library() {
        let found = found_in(|| {
            set_errno(0);
            assert!(open());
            assert_eq!(errno(), 0, "a call that is well leaves it alone");
            // Looking at a descriptor that is none fails.
            // SAFETY: nothing is written to a descriptor that is none.
            assert_eq!(unsafe { libc::read(-1, ptr::null_mut(), 0) }, -1);
            assert_eq!(errno(), libc::EBADF);
            // SAFETY: the path is a C string.
            assert_eq!(unsafe { libc::open(c"no such file".as_ptr(), libc::O_RDONLY) }, -1);
            assert_eq!(errno(), libc::ENOENT);
        });
        assert_eq!(found, ["open", "open"]);
    }

    #[test]
    fn a_handler_of_a_signal_may_call_anything() {
        static HAS_RUN: AtomicBool = AtomicBool::new(false);
        extern "C" fn handler(_signal: c_int) {
            HAS_RUN.store(open(), Relaxed);
        }
        let found = found_in(|| {
            // SAFETY: the handler is safe in a signal: it opens and closes a file. Nobody else has this signal.
            unsafe {
                libc::signal(libc::SIGUSR2, handler as *const () as libc::sighandler_t);
                libc::raise(libc::SIGUSR2);
            }
            assert!(HAS_RUN.load(Relaxed));
        });
        assert_eq!(found, ["open"]);
    }

    #[test]
    fn what_is_called_while_the_trap_looks_is_let_go() {
        let found = found_in(|| caught::while_busy(|| assert!(open() && open())));
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn the_child_of_a_fork_is_on_no_loop() {
        let mut status = 0;
        let child = {
            let _scope = enter(&SITE);
            // SAFETY: the child calls what is safe after a fork of a program with threads, and ends.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let is_well = open() && !caught::is_any();
                // SAFETY: it ends the child.
                unsafe { libc::_exit(c_int::from(!is_well)) };
            }
            child
        };
        // SAFETY: the pointer is valid.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
    }

    #[test]
    fn a_thread_that_rust_did_not_make_is_a_thread() {
        extern "C" fn run(found: *mut c_void) -> *mut c_void {
            // SAFETY: whoever made the thread waits for it, and looks only then.
            unsafe { *found.cast::<Vec<&'static str>>() = found_in(|| assert!(open())) };
            ptr::null_mut()
        }
        let mut found: Vec<&'static str> = Vec::new();
        // SAFETY: the pointers are valid until the thread has ended, which is waited for.
        unsafe {
            let mut thread = 0;
            assert_eq!(libc::pthread_create(&raw mut thread, ptr::null(), run, (&raw mut found).cast()), 0);
            assert_eq!(libc::pthread_join(thread, ptr::null_mut()), 0);
        }
        assert_eq!(found, ["open"]);
    }

    #[test]
    fn a_thread_is_looked_at_to_the_last() {
        static FOUND: AtomicUsize = AtomicUsize::new(0);
        struct LastWords;
        impl Drop for LastWords {
            fn drop(&mut self) {
                FOUND.store(found_in(|| assert!(open())).len(), Relaxed);
            }
        }
        thread_local! {
            static LAST_WORDS: LastWords = const { LastWords };
        }
        // The destructors of its thread-locals run when nothing else of the thread does.
        std::thread::spawn(|| LAST_WORDS.with(|_| ())).join().unwrap();
        assert_eq!(FOUND.load(Relaxed), 1);
    }

    #[test]
    fn the_child_of_a_fork_may_have_a_loop_of_its_own() {
        let mut status = 0;
        // SAFETY: the child calls what is safe after a fork of a program with threads, and ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let _scope = enter(&SITE);
            let is_caught = open() && caught::is_any();
            // SAFETY: it ends the child.
            unsafe { libc::_exit(c_int::from(!is_caught)) };
        }
        // SAFETY: the pointer is valid.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0);
    }

    static BEFORE_MAIN: AtomicBool = AtomicBool::new(false);

    #[used]
    #[unsafe(link_section = ".init_array")]
    static AT_THE_BEGINNING: extern "C" fn() = {
        extern "C" fn begin() {
            BEFORE_MAIN.store(open(), Relaxed);
        }
        begin
    };

    #[test]
    fn before_main_calls_go_through() {
        assert!(BEFORE_MAIN.load(Relaxed));
    }

    #[test]
    fn functions_are_looked_for_when_the_program_starts() {
        let before = SEARCHES.get();
        // Functions that hardly anybody else calls.
        // SAFETY: there is no such descriptor.
        unsafe { assert_eq!([libc::syncfs(-1), libc::lockf(-1, libc::F_LOCK, 0)], [-1, -1]) };
        assert_eq!(SEARCHES.get(), before);
    }

    #[test]
    fn of_two_versions_it_is_the_one_that_programs_are_linked_with() {
        for (name, version) in VERSIONS {
            let next = Next::new(name);
            // SAFETY: they are C strings.
            let expected = unsafe { libc::dlvsym(libc::RTLD_NEXT, name.as_ptr(), version.as_ptr()) };
            assert!(expected.is_null() || next.get() == Some(expected), "{name:?}");
        }
        // The old one refuses to make the buffer.
        // SAFETY: the path is a C string, and the answer is an address or null.
        let path = unsafe { libc::realpath(c"/".as_ptr(), ptr::null_mut()) };
        assert!(!path.is_null());
        // SAFETY: `realpath` allocated it, or it is null.
        unsafe { libc::free(path.cast()) };
    }

    #[test]
    fn a_function_that_the_library_lacks_fails_as_one_that_the_kernel_lacks() {
        static NEXT: Next = Next::new(c"onloop_no_such_function");
        assert!(NEXT.get().is_none() && NEXT.get().is_none());
        assert_eq!(unknown_function::<c_int>(), -1);
        assert_eq!(errno(), libc::ENOSYS);
    }

    #[test]
    fn times_that_are_none_are_the_librarys_to_refuse() {
        let odd = libc::timespec { tv_sec: 0, tv_nsec: i64::MAX };
        found_in(|| {
            // SAFETY: the library refuses a null pointer and what is no time.
            assert_eq!(unsafe { libc::nanosleep(ptr::null(), ptr::null_mut()) }, -1);
            assert_eq!(errno(), libc::EFAULT);
            // SAFETY: as above.
            assert_eq!(unsafe { libc::nanosleep(&raw const odd, ptr::null_mut()) }, -1);
            assert_eq!(errno(), libc::EINVAL);
        });
    }

    #[test]
    fn calls_without_a_path_are_the_librarys_to_refuse() {
        // SAFETY: the library refuses a null pointer.
        found_in(|| assert_eq!(unsafe { libc::open(ptr::null(), libc::O_RDONLY) }, -1));
        assert_eq!(errno(), libc::EFAULT);
    }
}
