//! The watch: a thread that reports a function which holds the loop for too long, while it does.
//!
//! [`watch()`] creates one. It sees functions with an attribute of this crate; whatever they call counts as theirs. It
//! reads what the loop's thread records anyway, so the loop itself reads no clock and does no extra work.
//!
//! A report names the function and its place, its kind, how long it has held the loop, the functions that are running
//! inside each other, the task if the loop is a hub's, and the thread. It goes to `tracing` under the target
//! `onloop::watch`, with all of that as fields, and to the hooks. A function that stalls the loop again and again is
//! logged at level `WARN` the first, second, fourth, eighth time and so on, otherwise at `DEBUG`; hooks are called each
//! time. When the loop is released, a second report has the total, at `INFO`.
//!
//! # On a hub
//!
//! ```
//! use onloop::Hub;
//!
//! # #[cfg(feature = "hub")]
//! Hub::builder().watch(onloop::watch()).run(async |hub| {
//!     // ..
//! });
//! ```
//!
//! # On a tokio runtime
//!
//! ```
//! use std::time::Duration;
//!
//! # fn main() -> std::io::Result<()> {
//! let watch = onloop::watch().threshold(Duration::from_millis(50)).start()?;
//!
//! // One thread: watched as long as the guard lives.
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! let watched = watch.enter().expect("nobody else watches this thread");
//! runtime.block_on(async {});
//! drop(watched);
//!
//! // Worker threads: each is watched until it ends.
//! let workers = watch.clone();
//! let runtime = tokio::runtime::Builder::new_multi_thread()
//!     .on_thread_start(move || workers.watch_thread().expect("nobody else watches it"))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where the thread is
//!
//! With the feature `stacks`, on Linux, reports that are logged as warnings contain the stack of the loop's thread,
//! from the function it is in down to the annotated function: `Report::stack`. To read it, the watch sends the thread
//! the signal `SIGURG`, whose handler records addresses and touches nothing else. The thread of the watch finds the
//! names; another thread reads the debug information for them when the first watch begins. System calls that any signal
//! interrupts with `EINTR` are interrupted (`poll`, reads of a socket with a time limit), others are resumed. If the
//! program has its own handler for that signal, it stays, and there are no stacks; the reason for a missing one is
//! logged at level `DEBUG`.
//!
//! # What it does not see
//!
//! - Stalls outside annotated functions.
//! - The sixteenth and further nested functions, which are only counted.
//!
//! Under `tokio::task::block_in_place` the function still counts as running, and is reported.
//!
//! Time in which the watch itself did not run, because the machine was busy or the process was stopped, is not counted
//! against a function.

mod no_stalls;
mod observer;
mod profile;
mod report;
mod sampler;
pub(crate) mod shadow_stack;
mod spans;
mod stacks;

use std::cell::RefCell;
use std::error::Error;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, io, thread};

#[cfg(feature = "hub")]
use self::sampler::TaskNames;
use self::sampler::{Sampler, Settings, WatchedThread};
use self::shadow_stack::Shadowed;
use self::stacks::Whose;
#[cfg(feature = "hub")]
use crate::lock::lock;

pub use self::no_stalls::NoStalls;
pub use self::profile::{Profile, ProfileRow};
pub use self::report::{Report, ReportEvent};

/// How long a function may hold the loop, unless it or the watch says otherwise: asyncio's limit for a slow callback.
const DEFAULT_THRESHOLD: Duration = Duration::from_millis(100);

/// How long [`Watch::stop`] waits for the last reports.
const STOP_LIMIT: Duration = Duration::from_secs(1);

thread_local! {
    /// By whom this thread is watched.
    static WATCHED_BY: RefCell<Option<(Arc<Sampler>, Arc<WatchedThread>)>> = const { RefCell::new(None) };
    /// Keeps this thread watched until it ends.
    static UNTIL_THE_END: RefCell<Option<Watched>> = const { RefCell::new(None) };
}

/// Returns a builder for a watch.
///
/// It watches nothing until a loop is given to it: by `HubBuilder::watch`,
/// [`Watch::enter`], [`Watch::watch_thread`] or [`WatchBuilder::fail_on_stall`].
pub fn watch() -> WatchBuilder {
    WatchBuilder {
        settings: Settings { threshold: DEFAULT_THRESHOLD, hooks: Vec::new(), profile: false, spans: false },
    }
}

/// The builder of a watch, returned by [`watch()`].
#[derive(Debug, Clone)]
#[must_use = "a watch begins with `start`, or with the hub it is given to"]
pub struct WatchBuilder {
    settings: Settings,
}

impl WatchBuilder {
    /// How long a function may hold the loop at a stretch. The default is 100 ms. A function may have its own budget:
    /// `#[onloop::callback(budget = "1ms")]`.
    ///
    /// The watch looks four times in that time, and reports at the fourth look that shows the same run of a function:
    /// at the threshold, or up to a quarter of it later; a half, if a function in it was entered a look after it, which
    /// is then the one to name. It never looks more than 4,000 times a second, which it does once a function with a
    /// budget of a millisecond has run.
    ///
    /// # Panics
    ///
    /// If `threshold` is zero.
    pub fn threshold(mut self, threshold: Duration) -> Self {
        assert!(!threshold.is_zero(), "a function needs some time to run: the threshold of the watch is zero");
        self.settings.threshold = threshold;
        self
    }

    /// Calls `hook` with each report, on the thread of the watch. May be called more than once.
    ///
    /// A hook that panics is logged, and called again with the next report. While a hook runs the watch does not look.
    pub fn on_report(mut self, hook: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.settings.hooks.push(Arc::new(hook));
        self
    }

    /// Whether each run of a function is timed: see [`Watch::profile`]. When the watch ends, the table goes to the log
    /// at level `INFO`.
    ///
    /// Off by default. When on, each scope reads the clock twice and takes an uncontended lock.
    pub fn profile(mut self, profile: bool) -> Self {
        self.settings.profile = profile;
        self
    }

    /// Whether each run of a function is a `tracing` span, under the name and the place of the function, with the
    /// target `onloop::span` at level `INFO`. Viewers of spans (Perfetto by way of tracing-chrome, flame graphs by way
    /// of tracing-flame) then show the loop. tokio-console does not: it shows the tasks of tokio, and no other spans.
    ///
    /// Off by default. It costs as much as the subscriber needs for a span; a subscriber that waits for a disk stalls
    /// the loop.
    pub fn spans(mut self, spans: bool) -> Self {
        self.settings.spans = spans;
        self
    }

    /// Starts the watch's thread.
    ///
    /// # Errors
    ///
    /// The operating system's error, if it refuses a thread.
    pub fn start(self) -> io::Result<Watch> {
        Ok(Watch { handle: Arc::new(Handle { sampler: Sampler::start(self.settings)? }) })
    }
}

/// A running watch, returned by [`WatchBuilder::start`].
///
/// A clone is another handle to the same watch, which ends when the last one is dropped.
#[derive(Clone)]
pub struct Watch {
    handle: Arc<Handle>,
}

struct Handle {
    sampler: Arc<Sampler>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.sampler.stop();
    }
}

impl Watch {
    /// Watches the calling thread until the guard is dropped.
    ///
    /// A function that is running already is not seen; a coroutine is from its next poll on.
    ///
    /// # Errors
    ///
    /// If this watch, or another one that has not ended, already watches the thread; if this watch has been stopped.
    /// Nothing changes then.
    pub fn enter(&self) -> Result<Watched, EnterError> {
        let sampler = &self.handle.sampler;
        if sampler.is_stopped() {
            return Err(EnterError::Stopped);
        }
        // One whose watch has ended keeps nobody out.
        let is_over = |watched: &Watched| watched.sampler.is_stopped();
        let over = UNTIL_THE_END.try_with(|kept| kept.borrow_mut().take_if(|watched| is_over(watched)));
        drop(over);
        if shadow_stack::is_shadowed() {
            return Err(EnterError::AlreadyWatched);
        }
        let Settings { profile, spans, .. } = sampler.settings;
        let figures = profile.then(|| Arc::new(Mutex::default()));
        if profile || spans {
            profile::start(figures.clone(), spans);
        }
        let shadowed = Shadowed::new(profile || spans);
        let thread = Arc::new(WatchedThread {
            shadow: shadowed.stack(),
            whose: Whose::current(),
            name: thread_name(),
            ended: AtomicBool::new(false),
            task_names: Mutex::new(None),
            figures,
        });
        sampler.add(&thread);
        let _ = WATCHED_BY.try_with(|by| by.replace(Some((Arc::clone(sampler), Arc::clone(&thread)))));
        Ok(Watched { sampler: Arc::clone(sampler), thread, shadowed: Some(shadowed) })
    }

    /// Watches the calling thread until it ends, or until the watch does: for `on_thread_start` of a runtime.
    ///
    /// # Errors
    ///
    /// As [`enter`][Self::enter].
    pub fn watch_thread(&self) -> Result<(), EnterError> {
        let watched = self.enter()?;
        // Fails where the thread is ending, and then it is watched no more.
        let _ = UNTIL_THE_END.try_with(|kept| kept.replace(Some(watched)));
        Ok(())
    }

    /// How long the functions have held their loops until now. Empty unless the [profile][WatchBuilder::profile] is on.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.handle.sampler.profile()
    }

    /// Ends the watch, and waits until its last reports have been made, but no longer than a second: a hook that never
    /// returns is left behind. Threads that it watched run on unwatched.
    pub fn stop(&self) {
        self.handle.sampler.stop();
        self.handle.sampler.wait_over(STOP_LIMIT);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("settings", &self.handle.sampler.settings).finish_non_exhaustive()
    }
}

/// The thread is watched as long as this guard exists. Returned by [`Watch::enter`].
#[must_use = "the thread is watched as long as the guard lives"]
pub struct Watched {
    sampler: Arc<Sampler>,
    thread: Arc<WatchedThread>,
    /// `None` only while it is dropped.
    shadowed: Option<Shadowed>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = WATCHED_BY.try_with(RefCell::take);
        sampler::end(&self.thread);
        drop(self.shadowed.take());
        profile::end();
        self.sampler.remove(&self.thread);
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("thread", &self.thread.name).finish_non_exhaustive()
    }
}

/// Why a thread cannot be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnterError {
    /// The thread is already watched.
    AlreadyWatched,
    /// The watch has been stopped.
    Stopped,
}

impl fmt::Display for EnterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyWatched => "this thread is watched already",
            Self::Stopped => "the watch has been stopped",
        })
    }
}

impl Error for EnterError {}

/// The names of the tasks on this thread's loop, as long as this exists.
#[cfg(feature = "hub")]
pub(crate) struct NamedTasks {
    thread: Option<Arc<WatchedThread>>,
    /// Those of a hub around this one, which will be refused.
    outer: Option<TaskNames>,
}

#[cfg(feature = "hub")]
impl NamedTasks {
    /// Lets whoever watches this thread ask for names; with nobody there, nobody asks.
    pub(crate) fn new(names: impl Fn(usize) -> Option<String> + Send + Sync + 'static) -> Self {
        let thread =
            WATCHED_BY.try_with(|by| by.borrow().as_ref().map(|(_, thread)| Arc::clone(thread))).ok().flatten();
        let outer = thread.as_ref().and_then(|thread| lock(&thread.task_names).replace(Arc::new(names)));
        Self { thread, outer }
    }

    /// Whether the thread is watched.
    pub(crate) fn are_wanted() -> bool {
        shadow_stack::is_shadowed()
    }
}

#[cfg(feature = "hub")]
impl Drop for NamedTasks {
    fn drop(&mut self) {
        if let Some(thread) = &self.thread {
            *lock(&thread.task_names) = self.outer.take();
        }
    }
}

/// The name of a thread in reports: its own name, or else its id.
pub(crate) fn thread_name() -> String {
    let thread = thread::current();
    thread.name().map_or_else(|| format!("{:?}", thread.id()), str::to_owned)
}
