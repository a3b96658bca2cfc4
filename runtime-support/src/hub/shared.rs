//! What the handles of a hub share: the data, without what is done with it.
//!
//! A hub holds jobs, and jobs get the hub, so the types that need each other stand here. Each part of the hub has its
//! `impl`s in a file of its own above this one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::executor::Executor;
use super::inbox::Inbox;
use super::label::Label;
use super::stage::StopStage;
use super::watched::TaskNames;
use super::work_table::{Group, WorkTable};
use crate::bus::Channels;
use crate::listeners::Listeners;
use crate::states::StateTable;
use crate::watch::Watch;

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
    pub(super) shared: Rc<Shared>,
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
/// 1. Every piece of task code runs (is polled, is dropped) inside `contain` of [`running`][super::running], so `current` names it and a
///    panic of it is logged and goes no further.
/// 2. A task is in `tasks` exactly as long as its [`Running`][super::running::Running] exists, a job in the executor's table exactly as long as its
///    ticket, or until the stop gives it up.
/// 3. No borrow and no lock is held while foreign code runs: a poll, a drop, a waker, a log line.
/// 4. `state` changes in [`stop`][super::stop] only, between two polls, so no first segment sees it change midway.
/// 5. What the hub and its parts keep of their users' closures and data, which may hold the hub or the part, goes when it
///    stops: listeners, hooks, timers, the jobs and data of entries, coordinators and debouncers.
pub(super) struct Shared {
    /// What the hub is called in the log.
    pub(super) name: String,
    /// The hub's state in its life cycle.
    pub(super) state: Cell<HubState>,
    /// Whether somebody has asked for the stop; the state follows at the next turn.
    pub(super) stop_asked: Cell<bool>,
    /// How long each stage of the stop may take.
    pub(super) limits: BTreeMap<StopStage, Duration>,
    /// The task whose code runs now, the innermost one.
    pub(super) current: Cell<Option<u64>>,
    /// How many first segments are on the stack.
    pub(super) nesting: Cell<usize>,
    /// The tasks that are alive.
    pub(super) tasks: RefCell<WorkTable<TaskEntry>>,
    /// The threads for code that blocks, and the jobs that they have.
    pub(super) executor: Executor,
    /// How many waits for an empty table are under way; without one, nobody is notified.
    pub(super) drains: Cell<usize>,
    /// Notified once, when the state becomes `Stopped`.
    pub(super) stopped: Notify,
    /// Who listens to events.
    pub(super) channels: Channels,
    /// The known states of entities.
    pub(super) states: StateTable,
    /// The way in for other threads.
    pub(super) inbox: Arc<Inbox<RemoteJob>>,
    /// How long the start waits.
    pub(super) start_limit: Duration,
    /// Whether somebody has asked for the start.
    pub(super) start_asked: Cell<bool>,
    /// Whether the start has finished.
    pub(super) started: Cell<bool>,
    /// Whether the start is over, or the stop came first.
    pub(super) start_over: Cell<bool>,
    /// Notified once, when the start is over.
    pub(super) start_ended: Notify,
    /// What runs after the start has been announced.
    pub(super) start_hooks: Rc<Listeners<()>>,
    /// How long something may take before it is logged.
    pub(super) patience: Duration,
    /// What is ended when the hub has stopped, if it is still there.
    pub(super) parts: RefCell<Vec<Weak<dyn Part>>>,
    /// What runs when the stop begins.
    pub(super) stop_hooks: Rc<Listeners<()>>,
    /// Whether the stage of the hooks is over.
    pub(super) hooks_over: Cell<bool>,
    /// The watch that was asked for and could start.
    pub(super) watch: Option<Watch>,
    /// What the tasks are called, for whoever watches the loop; `None` if nobody does.
    pub(super) task_names: Option<Arc<TaskNames>>,
}

/// What the hub keeps of a live task, besides its label and group.
#[derive(Debug, Default)]
pub(super) struct TaskEntry {
    /// Makes the next turn the one that drops the future. `None` until the task is tokio's.
    pub(super) handle: Option<AbortHandle>,
    /// That is to be done as soon as there is a handle.
    pub(super) cancelled: bool,
    /// In how many waits for the stop's end the task is; while in any, the stop must not cancel it.
    pub(super) awaits_stop: u32,
}

/// What another thread gave to the loop.
pub(super) struct RemoteJob {
    pub(super) label: Label,
    pub(super) run: Box<dyn FnOnce(&Hub) + Send>,
}

/// A part of the hub that keeps closures and data of its users, which may hold the part.
pub(crate) trait Part {
    /// Drops them.
    fn hub_has_stopped(&self);
}

impl Shared {
    /// The group that work started now belongs to: that of the task whose code runs. Outside tasks, in the main
    /// future or in a callback of the loop, work is tracked, and what a timer's callback starts is too.
    pub(super) fn current_group(&self) -> Group {
        match self.current.get().and_then(|id| self.tasks.borrow().group(id)) {
            None | Some(Group::Timer) => Group::Tracked,
            Some(group) => group,
        }
    }
}
