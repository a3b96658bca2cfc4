//! Functions of the C library, defined anew: a call that comes from a thread on the loop is looked at and goes on to the
//! library's own function.
//!
//! The linker takes the definition of the program before that of a library. So it needs no preloading and no plugin,
//! and also holds for C code that is linked into the program. Calls of the C library to itself are not seen.
//!
//! What all of it relies on:
//! 1. **The signatures are those of the C library.** Where that has a variable number of arguments (`open`, `fcntl`,
//!    `syscall`), the definition has as many as there can be: on the 64-bit targets for which this is built, they are
//!    passed as fixed ones are, in registers or at the same place of the stack, and one that the caller did not give is
//!    some value, which is passed on and which nobody reads.
//! 2. **The call goes on with the arguments it came with**, so what the caller owes the library (valid pointers) it has
//!    promised already. Nothing is written through a pointer here, and read only what the function itself reads.
//! 3. **Nothing unwinds from here**: std declares these functions as such that do not.
//! 4. **`errno` is the library's**: what is asked here does not change it.
//! 5. **It may run anywhere**: in a signal handler, under any lock, before `main` and while the process exits. On the
//!    way of a call that is not looked at there is one thread-local, which has no destructor; on the way of one that is,
//!    nothing allocates and no lock is taken.

mod calls;
mod kernel;
mod process;
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
        // SAFETY: the name is a C string. The answer is an address or null.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
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

/// Calls the library's function of a name: `forward!(read(fd: c_int, ..) -> ssize_t)`.
macro_rules! forward {
    ($name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty) => {{
        static NEXT: $crate::native::interpose::Next = $crate::native::interpose::Next::new(
            match ::std::ffi::CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => unreachable!(),
            },
        );
        match NEXT.get() {
            // SAFETY: it is the library's function of this name, whose signature this is (1), and it gets the
            // arguments that came (2).
            Some(next) => unsafe {
                let next: unsafe extern "C" fn($($type),*) -> $output = ::std::mem::transmute(next);
                next($($argument),*)
            },
            None => $crate::native::interpose::unknown_function(),
        }
    }};
}
use forward;

/// Defines functions of the C library that are looked at before they run, with what they ask for:
/// `fn fsync(fd: c_int) -> c_int = Call::Store(fd);`
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
