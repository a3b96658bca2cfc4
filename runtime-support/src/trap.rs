//! The trap: catches blocking calls of the C library on a loop, where they are made.
//!
//! It is for tests and for debugging, on Linux with glibc, on x86-64 and 64-bit Arm. The feature `trap` arms it: every
//! call inside an annotated function, by Rust or by C code that is linked into the program, goes through it. Calls
//! outside annotated functions, such as in the executor, are not checked.
//!
//! # In a test suite
//!
//! Enable the feature for tests only, with a dev-dependency:
//!
//! ```toml
//! [dev-dependencies]
//! onloop = { version = "0.1", features = ["trap"] }
//! ```
//!
//! From edition 2021 on, cargo's resolver keeps the feature out of everything but tests. Then add a line to a test, or
//! to the setup that all tests share:
//!
//! ```
//! # #[cfg(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")))]
//! let _no_blocking = onloop::trap::fail_on_violation();
//! ```
//!
//! It sees what no compiler can: the disk access of a C database that is linked into the program (rusqlite's `bundled`
//! feature: it opens, reads and syncs files), a host name that is looked up inside a client, `println!` to a pipe that
//! nobody empties.
//!
//! # What happens then
//!
//! The call goes ahead: the trap does not change what it does, and no panic may pass through the C library. When the
//! innermost annotated function ends (a coroutine: when its poll ends), the trap reports the call: as a `tracing` event
//! at level `ERROR` under the target `onloop::trap`, to the hooks of [`configure`], and then, unless the [`Policy`]
//! says otherwise, by a panic on that thread. It does not report a call that never returns, which the
//! [watch][mod@crate::watch] reports, nor the calls of a function that ends the process.
//!
//! # What is a violation
//!
//! - sleeping;
//! - files: functions that take a path (`open`, `stat`, `rename`, ..), reads and writes of regular files and folders,
//!   and `fsync` and the like. Not files in memory: `/proc`, `/sys`, `/dev/shm`, a few devices;
//! - blocking sockets: `connect`, `accept`, reads, writes to streams, and sending a datagram if there is no room for
//!   it;
//! - pipes, terminals and other descriptors: reads from a pipe, and any other call that would wait at that moment, such
//!   as output to a full pipe;
//! - looking up host names, unless they are addresses;
//! - waiting for processes, for threads (unless they end within 20 ms), and for what other threads do: a channel,
//!   `park`;
//! - a lock, a condition variable or a barrier that takes longer than the [patience](TrapBuilder::patience): a short
//!   wait is what locks are for;
//! - waiting for events: a loop inside the loop.
//!
//! # What is not a violation
//!
//! - Exempt code: inside [`allow_blocking`][crate::allow_blocking], or under `#[onloop::allow(blocking_call, ..)]` on
//!   the function or the statement.
//! - Paths of [`TrapBuilder::allow_path`], and the files that give the local time.
//! - Code inside `tokio::task::block_in_place`, where the thread does not count as a loop.
//! - What `Command::spawn` does until the process runs.
//! - Printing a backtrace, and whatever runs while the thread panics.
//! - Internal locks of tokio and of this crate, such as those behind `spawn_blocking`: on a busy machine they may take
//!   long.
//!
//! # What it does not see
//!
//! - Calls inside the C library (C's buffered input and output, though `fopen` is seen).
//! - System calls made without the C library (rustix, Go).
//! - `pthread` locks, which C and C++ use, semaphores and message queues.
//! - `dlopen`, looking up users and groups by name, extended attributes, `ioctl`.
//! - Pages of mapped files; `io_uring`; a write that is larger than the room in a pipe.
//! - Long computations, which the watch reports.
//!
//! Exemptions on statements and async helpers, `block_in_place`, `Command::spawn`, backtraces and locks of the runtime
//! are recognised by their names on the stack. In a program without symbols, an exempt statement exempts its whole
//! function, and the others are reported. For one run of a function the trap keeps sixteen places and checks 256 calls
//! closely; of any further ones it only logs the number.

#![cfg_attr(
    not(all(
        target_os = "linux",
        target_env = "gnu",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(target_feature = "crt-static")
    )),
    allow(dead_code, unused_imports, reason = "nothing is caught there")
)]

mod armed;
#[cfg(target_os = "linux")]
mod busy;
#[cfg(target_os = "linux")]
pub(crate) mod caught;
mod no_blocking;
mod settings;
mod violation;

pub use self::armed::{Unarmed, verify};
pub use self::no_blocking::{NoBlocking, fail_on_violation};
pub use self::settings::{Policy, TrapBuilder, configure};
pub use self::violation::Violation;
