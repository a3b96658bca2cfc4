// Its examples need the hub, and its text does not.
#![cfg_attr(any(feature = "hub", all(doc, not(doctest))), doc = include_str!("../README.md"))]
//! # Features
//!
//! - `hub` (on by default): the `Hub` and what belongs to it, on tokio. Without it neither tokio nor tracing is built.
//! - `scopes` (part of `watch`): annotated functions record that they run. Without it (`default-features = false`) the
//!   attributes only check: functions are compiled as written, [`current_site`] knows only jobs, a function marked
//!   `#[onloop::blocking]` does not check where it is entered, and who holds a loop is unknown. Libraries should depend
//!   on onloop this way: the program that uses them turns the scopes on for all crates.
//! - `watch` (part of `hub`): the watch, which reports who holds a loop for too long. By itself it depends on tracing,
//!   and works on any executor.
//! - `stacks`: the stack of the loop's thread in the reports of the watch, on Linux.
//! - `trap`: calls of the C library that block a loop are caught, on Linux with glibc; for tests and debugging. Enables
//!   `stacks`.
//! - `test-util`: `HubBuilder::start_paused`, a hub under tokio's paused clock, and `#[onloop::test]`, which uses it.
//! - `signal`: `HubBuilder::stop_on_signal`, a hub that Ctrl-C and SIGTERM stop.

#![deny(clippy::disallowed_methods, clippy::disallowed_macros)]

mod allow_blocking;
#[cfg(feature = "hub")]
mod argument;
#[cfg(feature = "hub")]
mod bus;
#[cfg(feature = "hub")]
mod catch_panic;
#[cfg(feature = "hub")]
mod coordinator;
#[cfg(feature = "hub")]
mod debouncer;
#[cfg(feature = "hub")]
mod entry;
#[cfg(feature = "hub")]
mod error_chain;
mod exempted;
#[cfg(all(doc, any(feature = "hub", not(doctest))))]
#[cfg_attr(
    not(feature = "hub"),
    allow(rustdoc::broken_intra_doc_links, reason = "the pages also link what is not there without the hub")
)]
pub mod guide;
#[cfg(feature = "hub")]
mod hub;
#[cfg(feature = "hub")]
mod jitter;
mod job;
#[cfg(feature = "hub")]
mod listeners;
mod lock;
mod log;
#[cfg(all(feature = "stacks", target_os = "linux"))]
mod native;
#[cfg(feature = "hub")]
mod owned_mutex;
#[cfg(feature = "watch")]
mod panics;
#[cfg(feature = "hub")]
mod patience;
mod probe;
mod scope;
#[cfg(feature = "hub")]
mod serial;
mod site;
#[cfg(feature = "stacks")]
mod stack;
#[cfg(feature = "hub")]
mod states;
#[cfg(feature = "hub")]
mod timeout;
#[cfg(feature = "trap")]
pub mod trap;
#[cfg(feature = "hub")]
mod unsubscribe;
#[cfg(feature = "watch")]
pub mod watch;

pub use allow_blocking::allow_blocking;
#[cfg(feature = "hub")]
pub use bus::{AnyEvent, Bus, Context, Event, EventType};
#[cfg(feature = "hub")]
pub use coordinator::{Coordinator, CoordinatorBuilder, CoordinatorEntity, UpdateFailed};
#[cfg(feature = "hub")]
pub use debouncer::Debouncer;
#[cfg(feature = "hub")]
pub use entry::{Entry, EntryState, OperationNotAllowed, SetupFailed};
#[cfg(feature = "hub")]
pub use hub::{
    Cancelled, ExecutorJob, HUB_CLOSE, HUB_FINAL_WRITE, HUB_START, HUB_STARTED, HUB_STOP, Hub, HubBuilder, HubState,
    Interval, IntoJob, IntoLoopJob, Job, JobRun, Overlap, Remote, RemoteCall, RemoteError, StopStage, Task,
};
pub use job::{Blocking, Callback, Coroutine, JobFuture};
pub use onloop_macros::{allow, blocking, callback, coroutine, expect};
#[cfg(feature = "hub")]
pub use onloop_macros::{main, test};
pub use scope::current_site;
pub use site::{Kind, Site};
#[cfg(feature = "stacks")]
pub use stack::{Frame, Stack};
#[cfg(feature = "hub")]
pub use states::{Attributes, Entity, STATE_CHANGED, State, StateChanged, StateMachine, UNAVAILABLE};
#[cfg(feature = "hub")]
pub use timeout::{Elapsed, Timeout, timeout};
#[cfg(feature = "hub")]
pub use unsubscribe::Unsubscribe;
#[cfg(feature = "watch")]
pub use watch::watch;

/// The traits in messages about calls whose receiver only the compiler knows: `NonBlockingRecv` is not implemented for
/// a type on which `recv` blocks.
pub mod non_blocking {
    // The compiler shows a name without its path only if it can be reached through modules that are not hidden.
    #[doc(hidden)]
    pub use crate::probe::*;
}

/// For generated code only. It changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::allow_blocking::{Exempt, exempt};
    pub use crate::exempted::Exempted;
    pub use crate::job::construct as job;
    pub use crate::scope::{CoroutineReturn, InScope, Scope, blocking, coroutine, enter, never, returns_future};
    pub use crate::site::{Kind, Site};

    pub mod probe {
        pub use crate::probe::*;
    }
}
