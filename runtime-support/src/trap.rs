//! The trap: calls of the C library that block, made on a loop, are caught where they are made.
//!
//! It is for tests and for debugging, on Linux with glibc, on x86-64 and 64-bit Arm. With the feature `trap` it is set: whatever is called inside
//! an annotated function, by Rust or by C code that is linked into the program, goes through it. What runs outside of
//! annotated functions, in the executor for instance, is not looked at.
//!
//! # In a test suite
//!
//! Features are for the tests alone where the dependency is one for them alone:
//!
//! ```toml
//! [dev-dependencies]
//! onloop = { version = "0.1", features = ["trap"] }
//! ```
//!
//! (cargo's resolver keeps that out of what is no test, from edition 2021 on) and a line in a test, or in what all tests
//! begin with:
//!
//! ```
//! # #[cfg(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")))]
//! let _no_blocking = onloop::trap::fail_on_violation();
//! ```
//!
//! It sees what no compiler does: the disk under a database in C that is linked into the program (rusqlite's `bundled`
//! feature: it opens, reads and syncs files), the name of a host that is looked up inside a client, `println!` to a pipe that
//! nobody empties.
//!
//! # What happens then
//!
//! The call goes ahead: what it does is none of the trap's business, and no panic may pass through the C library. When
//! the innermost annotated function ends (a coroutine: when its poll does), it is told what it called: as an event of
//! `tracing` at level `ERROR` under the target `onloop::trap`, to the hooks of [`configure`], and then, unless the
//! [`Policy`] says otherwise, by a panic on that thread. A call that never returns is not told of, nor are those of a
//! function that ends the process; of the first the [watch][mod@crate::watch] reports.
//!
//! # What is a violation
//!
//! - sleeping;
//! - files: what takes a path (`open`, `stat`, `rename`, ..), reads and writes of regular files and folders, and
//!   `fsync` and its like. Not what lies in memory: `/proc`, `/sys`, `/dev/shm`, a few devices;
//! - sockets that are not non-blocking: `connect`, `accept`, reads, writes to streams; of datagrams, one for which
//!   there is no room;
//! - pipes, terminals and other descriptors: reads from a pipe, and whatever else would wait at that moment, such as
//!   output to a pipe that is full;
//! - names of hosts, unless they are addresses;
//! - waiting for processes, for threads (those that end within 20 ms are let go), and for what other threads do: the end
//!   of a channel, `park`;
//! - a lock, a condition or a barrier that takes longer than the [patience](TrapBuilder::patience): waiting a moment is
//!   what locks are for;
//! - waiting for events: a loop inside the loop.
//!
//! # What is none
//!
//! What is exempt: inside [`allow_blocking`][crate::allow_blocking], or by `#[onloop::allow(blocking_call, ..)]` on
//! the function or the statement; paths of [`TrapBuilder::allow_path`], and the files by which the local time is told;
//! inside `tokio::task::block_in_place`, which makes the thread no loop; what `Command::spawn` does until the process
//! runs; a backtrace that is printed; what runs while the thread panics; locks that tokio and this crate have for
//! themselves, behind `spawn_blocking` for instance: on a machine that is busy they may take long.
//!
//! # What it does not see
//!
//! What the C library calls by itself (buffered input and output of C, for which `fopen` is seen); system calls that
//! are made without it (rustix, Go); locks of `pthread`, which C and C++ use, semaphores and message queues; `dlopen`,
//! users and groups by their names, extended attributes, `ioctl`; pages of mapped files; `io_uring`; a write that is larger than the room in a pipe; long computations, which the watch reports.
//!
//! Exemptions on statements and async helpers, `block_in_place`, `Command::spawn`, backtraces and locks of the runtime are
//! known by their names on the stack: in a program whose symbols are stripped, an exempt statement exempts its function, and
//! the others are reported. Of one run of a
//! function sixteen places are kept, and 256 calls are looked at closely; of further ones the log has the number.

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
pub(crate) mod caught;
mod no_blocking;
mod settings;
mod violation;

pub use self::armed::{Unarmed, verify};
pub use self::no_blocking::{NoBlocking, fail_on_violation};
pub use self::settings::{Policy, TrapBuilder, configure};
pub use self::violation::Violation;
