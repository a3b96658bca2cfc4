//! The hub: one loop, the tasks on it, and the executor beside it.

mod builder;
mod drain;
mod executor;
mod hooks;
mod job;
mod label;
mod ledger;
mod limit;
mod pages;
mod queue;
mod remote;
mod roomy;
mod running;
#[cfg(feature = "signal")]
mod signal;
mod start;
mod stop;
mod task;
mod timer;
mod watched;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use self::executor::Jobs;
use self::ledger::{Group, Ledger};
use self::running::TaskEntry;
use self::watched::TaskNames;
use crate::bus::Channels;
use crate::listeners::Listeners;
use crate::states::StateTable;
use crate::watch::Watch;

pub use self::builder::HubBuilder;
pub use self::executor::ExecutorJob;
pub(crate) use self::job::drop_job;
pub use self::job::{IntoJob, IntoLoopJob, Job, JobRun};
pub use self::remote::{Remote, RemoteCall, RemoteError};
pub use self::start::{HUB_START, HUB_STARTED};
pub use self::stop::{HUB_CLOSE, HUB_FINAL_WRITE, HUB_STOP, StopStage};
pub use self::task::{Cancelled, Task};
pub use self::timer::{Interval, Overlap};

thread_local! {
    /// The hub whose loop this thread runs.
    static CURRENT: RefCell<Option<Hub>> = const { RefCell::new(None) };
}

/// The handle to a loop: it starts tasks, hands blocking work to the executor, and stops them all in order.
///
/// [`Hub::run`] creates a hub and runs its loop on the calling thread. The handle is a reference count: clone it into
/// every task that needs it. It is neither `Send` nor `Sync`, so the compiler rules out calls from other threads. Home
/// Assistant, whose hub this one follows, can check that only at run time.
///
/// # Examples
///
/// ```
/// use onloop::Hub;
///
/// let sum = Hub::run(async |hub| {
///     // Blocking work goes to the executor..
///     let two = hub.add_executor_job(|| 2).await;
///     // ..and async work becomes a task, which has started when `create_task` returns.
///     let three = hub.create_task(async { 3 }).await.expect("nobody cancels it");
///     two + three
/// });
/// assert_eq!(sum, 5);
/// ```
///
/// A hub stays on its thread:
///
/// ```compile_fail,E0277
/// onloop::Hub::run(async |hub| {
///     std::thread::spawn(move || hub.create_task(async {}));
/// });
/// ```
#[derive(Clone)]
pub struct Hub {
    shared: Rc<Shared>,
}

/// The state of a hub in its life cycle. It only ever moves down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HubState {
    /// From the start of [`Hub::run`] until somebody stops the hub, or its main future returns, and the
    /// [hooks](Hub::on_stop) have run.
    Running,
    /// Background tasks and timers have been cancelled; new work is waited for. Other threads can still ask the hub.
    Stopping,
    /// The last chance to write something down.
    FinalWrite,
    /// All tasks are being cancelled, then the executor is waited for.
    Closing,
    /// Nothing starts any more. A future given to the hub is dropped without being polled.
    Stopped,
}

/// What the handles of one hub share.
///
/// Invariants:
/// 1. Every piece of task code runs (is polled, is dropped) inside [`Shared::contain`], so `current` names it and a
///    panic of it is logged and goes no further.
/// 2. A task is in `tasks` exactly as long as its [`running::Running`] exists, a job in `jobs` exactly as long as its
///    ticket, or until the stop gives it up.
/// 3. No borrow and no lock is held while foreign code runs: a poll, a drop, a waker, a log line.
/// 4. `state` changes in [`stop`] only, between two polls, so no first segment sees it change midway.
/// 5. What the hub and its parts keep of their users' closures and data, which may hold the hub or the part, goes when it
///    stops: listeners, hooks, timers, the jobs and data of entries, coordinators and debouncers.
struct Shared {
    /// What the hub is called in the log.
    name: String,
    /// The hub's state in its life cycle.
    state: Cell<HubState>,
    /// Whether somebody has asked for the stop; the state follows at the next turn.
    stop_asked: Cell<bool>,
    /// How long each stage of the stop may take.
    limits: BTreeMap<StopStage, Duration>,
    /// The way to the executor's threads.
    runtime: tokio::runtime::Handle,
    /// The task whose code runs now, the innermost one.
    current: Cell<Option<u64>>,
    /// How many first segments are on the stack.
    nesting: Cell<usize>,
    /// The tasks that are alive.
    tasks: RefCell<Ledger<TaskEntry>>,
    /// The executor's jobs that are alive; its threads take them out.
    jobs: Arc<Jobs>,
    /// How many waits for an empty ledger are under way; without one, nobody is notified.
    drains: Cell<usize>,
    /// Notified once, when the state becomes `Stopped`.
    stopped: Notify,
    /// Who listens to events.
    channels: Channels,
    /// The known states of entities.
    states: StateTable,
    /// The way in for other threads.
    remote: Remote,
    /// How long the start waits.
    start_limit: Duration,
    /// Whether somebody has asked for the start.
    start_asked: Cell<bool>,
    /// Whether the start has finished.
    started: Cell<bool>,
    /// Whether the start is over, or the stop came first.
    start_over: Cell<bool>,
    /// Notified once, when the start is over.
    start_ended: Notify,
    /// What runs after the start has been announced.
    start_hooks: Rc<Listeners<()>>,
    /// How long something may take before it is logged.
    patience: Duration,
    /// What is ended when the hub has stopped, if it is still there.
    parts: RefCell<Vec<Weak<dyn Part>>>,
    /// What runs when the stop begins.
    stop_hooks: Rc<Listeners<()>>,
    /// Whether the stage of the hooks is over.
    hooks_over: Cell<bool>,
    /// The watch that was asked for and could start.
    watch: Option<Watch>,
    /// What the tasks are called, for whoever watches the loop; `None` if nobody does.
    task_names: Option<Arc<TaskNames>>,
}

impl Hub {
    /// Runs `main` on a loop of its own on this thread, then stops the hub and returns `main`'s value.
    ///
    /// When `main` returns, the hub stops as by [`stop`][Hub::stop]: tasks that are still alive are cancelled. To let
    /// them finish, wait with [`block_till_done`][Hub::block_till_done]. `run` returns in bounded time,
    /// even if an executor job never does; such a job is named in the log and its thread left behind.
    ///
    /// This is [`Hub::builder`] with nothing changed.
    ///
    /// # Panics
    ///
    /// Panics with the panic of `main`, after the hub has stopped. Panics if the operating system refuses what a loop
    /// needs ([`HubBuilder::try_run`] returns that as an error), and if called inside an async runtime: `run` would
    /// block the thread that runs it. Write [`#[onloop::main]`][crate::main] or a plain `fn main` instead of
    /// `#[tokio::main]`, or give the hub a thread of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// let answer = onloop::Hub::run(async |_hub| 42);
    /// assert_eq!(answer, 42);
    /// ```
    pub fn run<R>(main: impl AsyncFnOnce(Hub) -> R) -> R {
        Self::builder().run(main)
    }

    /// Returns a builder for a hub that differs from the default.
    pub fn builder() -> HubBuilder {
        HubBuilder::new()
    }

    /// The hub whose loop runs on this thread.
    ///
    /// # Panics
    ///
    /// Off the loop: in an executor job, in another thread, outside [`run`][Hub::run].
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::builder().name("house").run(async |_hub| {
    ///     assert_eq!(Hub::current().name(), "house");
    /// });
    /// ```
    #[must_use]
    pub fn current() -> Hub {
        Self::try_current().expect("`Hub::current` works on the loop only, and no hub's loop runs on this thread")
    }

    /// The hub whose loop runs on this thread, if there is one.
    #[must_use]
    pub fn try_current() -> Option<Hub> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// What the hub is called in the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// The hub's state in its life cycle.
    #[must_use]
    pub fn state(&self) -> HubState {
        self.shared.state.get()
    }

    /// How long something may take before it is logged.
    pub(crate) fn patience(&self) -> Duration {
        self.shared.patience
    }

    /// The name of a task in the log, as long as the task exists.
    pub(crate) fn task_name(&self, task: u64) -> Option<String> {
        let label = self.shared.tasks.borrow().label(task).cloned();
        label.map(|label| label.to_string())
    }

    /// The id of the task that is made next.
    pub(crate) fn next_task(&self) -> u64 {
        self.shared.tasks.borrow().count_of_all()
    }

    /// Ends a part of the hub when the hub has stopped: see [`Part`].
    pub(crate) fn add_part(&self, part: &Rc<impl Part + 'static>) {
        if self.state() == HubState::Stopped {
            part.hub_has_stopped();
            return;
        }
        let part: Rc<dyn Part> = Rc::clone(part) as _;
        let mut parts = self.shared.parts.borrow_mut();
        if parts.len() == parts.capacity() {
            parts.retain(|part| part.strong_count() > 0);
            let left = parts.len();
            parts.shrink_to(left * 2);
            parts.reserve(left.max(4));
        }
        parts.push(Rc::downgrade(&part));
    }

    /// The task whose code runs now.
    pub(crate) fn current_task(&self) -> Option<u64> {
        self.shared.current.get()
    }

    #[inline]
    pub(crate) fn channels(&self) -> &Channels {
        &self.shared.channels
    }

    pub(crate) fn state_table(&self) -> &StateTable {
        &self.shared.states
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("name", &self.shared.name)
            .field("state", &self.shared.state.get())
            .finish_non_exhaustive()
    }
}

/// A part of the hub that keeps closures and data of its users, which may hold the part.
pub(crate) trait Part {
    /// Drops them.
    fn hub_has_stopped(&self);
}

/// Makes a hub the current one of this thread, until dropped.
struct Entered {
    /// The hub that is current again after: one whose task tries in vain to run another hub.
    outer: Option<Hub>,
}

impl Entered {
    fn new(hub: Hub) -> Self {
        Self { outer: CURRENT.replace(Some(hub)) }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

impl Shared {
    /// The group that work started now belongs to: that of the task whose code runs. Outside tasks, in the main
    /// future or in a callback of the loop, work is tracked, and what a timer's callback starts is too.
    fn current_group(&self) -> Group {
        match self.current.get().and_then(|id| self.tasks.borrow().group(id)) {
            None | Some(Group::Timer) => Group::Tracked,
            Some(group) => group,
        }
    }
}
