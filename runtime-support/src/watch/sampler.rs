//! The thread that watches.
//!
//! It holds no lock while foreign code (hooks, subscribers) runs, and survives all panics of that code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};
use std::{fmt, io};

use super::observer::{Counts, Observer};
use super::profile::{Figures, Profile};
use super::report::Report;
use super::shadow_stack::ShadowStack;
use super::stacks::{self, Whose};
use crate::lock::lock;
use crate::log::log;
use crate::panics::{discard, panic_message};

/// How many looks fall into the time that a function may hold the loop.
const LOOKS: u32 = 4;

/// And into a look, while a stall is under way, so that its end is seen soon.
const LOOKS_IN_STALL: u32 = 4;

/// However small a budget is, the watch does not look more often.
const SHORTEST_PERIOD: Duration = Duration::from_micros(250);

/// However long a function may hold the loop, the watch does not look less often: it would not notice for so long that
/// one with a budget has run.
const LONGEST_PERIOD: Duration = Duration::from_millis(100);

/// Is called with each report.
pub(super) type Hook = Arc<dyn Fn(&Report) + Send + Sync>;

/// Tells what a task is called.
pub(super) type TaskNames = Arc<dyn Fn(usize) -> Option<String> + Send + Sync>;

/// The settings from the builder.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) threshold: Duration,
    pub(super) hooks: Vec<Hook>,
    pub(super) profile: bool,
    pub(super) spans: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("threshold", &self.threshold)
            .field("hooks", &self.hooks.len())
            .field("profile", &self.profile)
            .field("spans", &self.spans)
            .finish()
    }
}

/// A thread that is watched, as the watch knows it.
pub(super) struct WatchedThread {
    pub(super) shadow: &'static ShadowStack,
    pub(super) whose: Whose,
    /// What the thread is called in reports.
    pub(super) name: String,
    /// Set before its shadow stack is given away.
    pub(super) ended: AtomicBool,
    /// Set by the hub whose loop the thread runs.
    pub(super) task_names: Mutex<Option<TaskNames>>,
    pub(super) figures: Option<Arc<Mutex<Figures>>>,
}

/// What the handles, the watched threads and the thread that looks have in common.
pub(super) struct Sampler {
    pub(super) settings: Settings,
    state: Mutex<State>,
    /// Told when `state` changes.
    changed: Condvar,
    /// The thread that looks.
    id: OnceLock<ThreadId>,
}

#[derive(Default)]
struct State {
    /// Threads that the watch has not yet taken over.
    arrivals: Vec<Arc<WatchedThread>>,
    /// A watched thread has ended.
    departure: bool,
    stop: bool,
    /// The thread that looks has ended.
    over: bool,
    /// What the threads have counted that are being watched..
    counting: Vec<Arc<Mutex<Figures>>>,
    /// ..and those that were.
    counted: Figures,
}

impl Sampler {
    pub(super) fn start(settings: Settings) -> io::Result<Arc<Self>> {
        stacks::prepare();
        let sampler =
            Arc::new(Self { settings, state: Mutex::default(), changed: Condvar::new(), id: OnceLock::new() });
        let own = Arc::clone(&sampler);
        let thread = thread::Builder::new().name("onloop-watch".to_owned()).spawn(move || own.run())?;
        sampler.id.get_or_init(|| thread.thread().id());
        Ok(sampler)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.state().stop
    }

    pub(super) fn add(&self, watched: &Arc<WatchedThread>) {
        let mut state = self.state();
        state.counting.extend(watched.figures.clone());
        state.arrivals.push(Arc::clone(watched));
        self.changed.notify_all();
    }

    pub(super) fn remove(&self, watched: &WatchedThread) {
        let mut state = self.state();
        if let Some(figures) = &watched.figures {
            state.counting.retain(|counting| !Arc::ptr_eq(counting, figures));
            state.counted.merge(&lock(figures));
        }
        state.departure = true;
        self.changed.notify_all();
    }

    pub(super) fn profile(&self) -> Profile {
        let mut all = Figures::default();
        let state = self.state();
        all.merge(&state.counted);
        for figures in &state.counting {
            all.merge(&lock(figures));
        }
        drop(state);
        all.profile()
    }

    /// Makes the thread that looks end.
    pub(super) fn stop(&self) {
        self.state().stop = true;
        self.changed.notify_all();
    }

    /// Waits for that, but no longer than `limit`: a hook may never return.
    pub(super) fn wait_over(&self, limit: Duration) {
        if self.id.get() == Some(&thread::current().id()) {
            return;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "who ends the watch waits for its last reports, no longer than `limit`"
        )]
        let ended = self.changed.wait_timeout_while(self.state(), limit, |state| !state.over);
        drop(ended);
    }

    fn run(&self) {
        let mut threads: Vec<(Arc<WatchedThread>, Observer)> = Vec::new();
        let mut counts = Counts::new();
        let mut period = Duration::ZERO;
        while let Some(arrivals) = self.wait(threads.is_empty(), period) {
            let observer = |watched: &WatchedThread| Observer::new(watched.name.clone(), self.settings.threshold);
            threads.extend(arrivals.into_iter().map(|watched| (Arc::clone(&watched), observer(&watched))));
            let mut reports = Vec::new();
            threads.retain_mut(|(watched, observer)| {
                let seen = watched.shadow.look();
                let now = Instant::now();
                let stays = !watched.ended.load(Acquire);
                let mut news = if stays {
                    let name_of = |task| lock(&watched.task_names).clone().and_then(|names| names(task));
                    observer.look(now, period, &seen, &mut counts, &name_of)
                } else {
                    observer.finish(now)
                };
                for report in &mut news {
                    contained("the look at a stack", || stacks::add(report, &watched.whose, watched.shadow));
                }
                reports.extend(news);
                stays
            });
            self.deliver(&reports);
            period = self.period(&threads);
        }
        for (_, mut observer) in threads {
            self.deliver(&observer.finish(Instant::now()));
        }
        if self.settings.profile {
            let profile = self.profile();
            log!(INFO, target: "onloop::watch", "how long functions held the loop\n{profile}");
        }
        self.state().over = true;
        self.changed.notify_all();
    }

    /// Waits for the next look, and gives the threads that have come; `None` when the watch is to end.
    #[expect(clippy::disallowed_methods, reason = "the thread that looks is its own, and waits between two looks")]
    fn wait(&self, is_idle: bool, period: Duration) -> Option<Vec<Arc<WatchedThread>>> {
        let nothing_new = |state: &mut State| !state.stop && state.arrivals.is_empty() && !state.departure;
        let state = self.state();
        let mut state = if is_idle {
            self.changed.wait_while(state, nothing_new).unwrap_or_else(PoisonError::into_inner)
        } else {
            self.changed.wait_timeout_while(state, period, nothing_new).unwrap_or_else(PoisonError::into_inner).0
        };
        state.departure = false;
        (!state.stop).then(|| std::mem::take(&mut state.arrivals))
    }

    /// The time until the next look.
    fn period(&self, threads: &[(Arc<WatchedThread>, Observer)]) -> Duration {
        let budgets = threads.iter().filter_map(|(watched, _)| watched.shadow.finest());
        let budgets = budgets.map(|budget| Duration::from_micros(budget.into()));
        let limit = budgets.fold(self.settings.threshold, Duration::min);
        let is_stalled = threads.iter().any(|(_, observer)| observer.is_stalled());
        (limit / LOOKS / if is_stalled { LOOKS_IN_STALL } else { 1 }).clamp(SHORTEST_PERIOD, LONGEST_PERIOD)
    }

    fn deliver(&self, reports: &[Report]) {
        for report in reports {
            report.log();
            for hook in &self.settings.hooks {
                contained("a hook", || hook(report));
            }
        }
    }
}

/// Runs foreign code. A panic of it is logged and goes no further.
fn contained(what: &str, code: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(code)) {
        let message = panic_message(&payload);
        log!(ERROR, target: "onloop::watch", "{what} of the watch panicked: {message}");
        discard(payload);
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        debug_assert!(self.state().stop, "the last handle stops it");
    }
}

/// Marks a thread as one that is watched no longer, before its shadow stack goes to another.
pub(super) fn end(watched: &WatchedThread) {
    watched.ended.store(true, Release);
}
