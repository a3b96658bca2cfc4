//! The stack of another thread: the thread is sent a signal, and the signal's handler records where the thread is.
//!
//! The signal is `SIGURG`, for Go's reasons: debuggers pass it on, the C library does not use it, programs hardly ever
//! do, and a spurious one does no harm. If the program has its own handler for it, that handler stays and there are no
//! stacks. System calls are resumed after the handler, except those that never are (`poll`, `nanosleep`, reads of a
//! socket with a time limit): they end with `EINTR`, as they do for any signal.
//!
//! Invariants:
//! 1. One request at a time: `ASKING` is held from the first step to the last.
//! 2. The handler writes only while `STEP` is `TAKING`, to which only the thread that was asked may set it: until then
//!    it is that thread's number. Whoever asked reads only after `TAKEN`. If it gives up, it takes the number back; if
//!    the handler was quicker, it waits for it, and after half a second leaves it to itself: nobody asks or reads until
//!    that one has come to `TAKEN`.
//! 3. The handler allocates nothing, takes no lock of Rust's, and leaves `errno` as it was.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicUsize};
use std::thread;
use std::time::Duration;

use libc::{SA_RESTART, SA_SIGINFO, SIG_DFL, SIG_IGN, SIGURG, c_int, c_void, siginfo_t};

use super::{DEPTH, walk};
use crate::lock::lock;

/// The thread as the kernel knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThreadId(c_int);

/// No thread is asked. A number above is the thread that is to write down its stack.
const IDLE: c_int = 0;
/// It does.
const TAKING: c_int = -1;
/// It has.
const TAKEN: c_int = -2;

/// Room for the frames of the handler itself, which are left out.
const ROOM: usize = DEPTH + 8;

/// How often it is looked whether the stack is there, and how long between two looks: 50 ms at most.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_micros(500);

static ASKING: Mutex<()> = Mutex::new(());
static STEP: AtomicI32 = AtomicI32::new(IDLE);
static FRAMES: [AtomicUsize; ROOM] = [const { AtomicUsize::new(0) }; ROOM];
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Where the thread was when the signal came.
static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

impl ThreadId {
    /// The calling thread.
    pub(crate) fn current() -> Self {
        // SAFETY: it has no conditions.
        Self(unsafe { libc::gettid() })
    }
}

/// The addresses on the stack of another thread of this process, the innermost first.
///
/// # Errors
///
/// Says why there are none: the signal is the program's, the thread has ended, or it does not answer within 50 ms since
/// it blocks signals or the kernel holds it.
pub(crate) fn of(thread: ThreadId) -> Result<Vec<usize>, &'static str> {
    let _asking = lock(&ASKING);
    if !has_handler() {
        return Err("the program has a handler for the signal SIGURG");
    }
    // A handler of before that has been given up may still be at work.
    if STEP.load(Acquire) == TAKING {
        return Err("another thread does not answer");
    }
    STEP.store(thread.0, Release);
    // SAFETY: the call takes numbers. A thread that has ended is an error; if its number is another's by now, that one
    // writes down its stack, which does it no harm.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread.0, SIGURG) };
    if sent != 0 {
        STEP.store(IDLE, Relaxed);
        return Err("the thread has ended");
    }
    let mut looks = 0;
    while STEP.load(Acquire) != TAKEN {
        looks += 1;
        let gives_up = looks > LOOKS && STEP.compare_exchange(thread.0, IDLE, AcqRel, Relaxed).is_ok();
        if gives_up || looks > 10 * LOOKS {
            return Err("the thread does not answer");
        }
        #[expect(clippy::disallowed_methods, reason = "the thread of the watch waits for the one it watches")]
        thread::park_timeout(PAUSE);
    }
    let interrupted = INTERRUPTED.load(Relaxed);
    let frames: Vec<_> = FRAMES.iter().take(COUNT.load(Relaxed)).map(|frame| frame.load(Relaxed)).collect();
    STEP.store(IDLE, Relaxed);
    let start = frames.iter().position(|frame| *frame == interrupted).unwrap_or(0);
    Ok(frames[start..].iter().copied().take(DEPTH).collect())
}

/// Whether the signal comes to us, which is asked each time: the program may take it at any time. It installs the handler
/// where there is none.
fn has_handler() -> bool {
    let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = on_signal;
    let mut before = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null pointer for the new action asks for the one that is there, which is written to `before`; a
    // `sigaction` of zeros is valid, should nothing be written.
    let before = unsafe {
        let answer = libc::sigaction(SIGURG, ptr::null(), before.as_mut_ptr());
        if answer != 0 {
            return false;
        }
        before.assume_init()
    };
    if before.sa_sigaction == handler as usize {
        return true;
    }
    if ![SIG_DFL, SIG_IGN].contains(&before.sa_sigaction) {
        return false;
    }
    // The first walk of a process makes the unwinder ready, under a lock that it may not take twice: not in the handler,
    // which may have interrupted a first panic.
    walk(|_| false);
    // SAFETY: zeros are valid: no signal is blocked and no flag set. The handler has the signature that SA_SIGINFO
    // asks for, lives as long as the program, and is safe in a signal (invariant 3).
    unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = handler as usize;
        action.sa_flags = SA_SIGINFO | SA_RESTART;
        let answer = libc::sigaction(SIGURG, &raw const action, ptr::null_mut());
        answer == 0
    }
}

extern "C" fn on_signal(_signal: c_int, _info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the address of this thread's `errno` is valid as long as the thread is.
    let errno = unsafe { *libc::__errno_location() };
    // SAFETY: it has no conditions.
    let own = unsafe { libc::gettid() };
    if STEP.compare_exchange(own, TAKING, AcqRel, Relaxed).is_ok() {
        INTERRUPTED.store(interrupted(context), Relaxed);
        let mut count = 0;
        walk(|address| {
            if let Some(frame) = FRAMES.get(count) {
                frame.store(address, Relaxed);
                count += 1;
            }
            count < ROOM
        });
        COUNT.store(count, Relaxed);
        STEP.store(TAKEN, Release);
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Where the thread was when the signal came; 0 where that is not known.
fn interrupted(context: *mut c_void) -> usize {
    let context = context.cast::<libc::ucontext_t>();
    // SAFETY: under SA_SIGINFO the kernel gives a pointer to the context, which is valid until the handler returns.
    #[cfg(target_arch = "x86_64")]
    let address = unsafe { usize::try_from((*context).uc_mcontext.gregs[libc::REG_RIP as usize]) };
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    let address = unsafe { usize::try_from((*context).uc_mcontext.pc) };
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let address = {
        let _ = context;
        Ok::<_, std::num::TryFromIntError>(0)
    };
    address.unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests wait for their threads")]
mod tests {
    use std::process::Command;
    use std::sync::mpsc::{Sender, channel};
    use std::thread::JoinHandle;
    use std::{env, hint};

    use super::*;
    use crate::stack::resolve;

    /// A thread that waits in this function until it is let go.
    #[inline(never)]
    fn waits_here(begin: fn()) -> (ThreadId, Sender<()>, JoinHandle<()>) {
        let (tell, told) = channel();
        let (let_go, wait) = channel::<()>();
        let thread = thread::spawn(move || {
            begin();
            tell.send(ThreadId::current()).unwrap();
            hint::black_box(wait.recv()).unwrap_err();
        });
        (told.recv().unwrap(), let_go, thread)
    }

    #[test]
    fn a_thread_that_waits_tells_where() {
        let (id, let_go, thread) = waits_here(|| ());
        // The thread may have to come as far as to the wait.
        let is_there = || {
            let frames = resolve(&of(id).unwrap(), true);
            frames.iter().any(|frame| frame.function.as_deref().is_some_and(|name| name.contains("waits_here")))
        };
        assert!(is_there());
        drop(let_go);
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_that_has_ended_tells_nothing() {
        let (id, let_go, thread) = waits_here(|| ());
        drop(let_go);
        thread.join().unwrap();
        // It is joined a moment before the kernel knows.
        let said = (0..100).map(|_| of(id)).find(|said| *said != Err("the thread does not answer"));
        assert_eq!(said, Some(Err("the thread has ended")));
    }

    #[test]
    fn a_thread_that_blocks_signals_tells_nothing() {
        let (id, let_go, thread) = waits_here(|| {
            // SAFETY: zeros are a valid set, which the calls fill; the thread is the test's own.
            unsafe {
                let mut all = MaybeUninit::zeroed().assume_init();
                libc::sigfillset(&raw mut all);
                libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, ptr::null_mut());
            }
        });
        assert_eq!(of(id), Err("the thread does not answer"));
        drop(let_go);
        thread.join().unwrap();
        // And the next one is asked as if nothing had been.
        a_thread_that_waits_tells_where();
    }

    /// In a process of its own, since there is one handler for all.
    #[test]
    fn a_handler_of_the_program_stays() {
        const OWN: &str = "ONLOOP_TEST_HANDLER";
        extern "C" fn handler(_signal: c_int) {}
        if env::var_os(OWN).is_some() {
            // SAFETY: a handler that does nothing is safe.
            unsafe { libc::signal(SIGURG, handler as *const () as libc::sighandler_t) };
            assert_eq!(of(ThreadId::current()), Err("the program has a handler for the signal SIGURG"));
            // One that comes later stays as well.
            // SAFETY: as above.
            unsafe { libc::signal(SIGURG, SIG_DFL) };
            assert!(of(ThreadId::current()).is_ok());
            // SAFETY: as above.
            unsafe { libc::signal(SIGURG, handler as *const () as libc::sighandler_t) };
            assert_eq!(of(ThreadId::current()), Err("the program has a handler for the signal SIGURG"));
            return;
        }
        let program = env::current_exe().unwrap();
        let name = "native::stack::other::tests::a_handler_of_the_program_stays";
        let output = Command::new(program).args(["--exact", name]).env(OWN, "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    }
}
