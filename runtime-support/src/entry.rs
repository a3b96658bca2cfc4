//! Entries: integrations that are set up, unloaded and reloaded.

mod failure;
mod setup;
mod state;
mod tasks;
mod unload;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;

use self::failure::{Operation, Why};
use self::setup::SetupJob;
use self::tasks::EntryTask;
use crate::hub::{Part, drop_job};
use crate::isolate::drop_caught;
use crate::listeners::Listeners;
use crate::log::log;
use crate::scope::function_of;
use crate::turns::Turns;
use crate::{Hub, IntoJob, IntoLoopJob, Job, Task, Unsubscribe};

pub use self::failure::{OperationNotAllowed, SetupFailed};
pub use self::state::EntryState;

/// One device, account or service that an integration manages. It is set up, and can be unloaded without a trace while
/// the hub runs on.
///
/// Its setup job gets the entry and returns the data that the integration works with: its client, its coordinator, its
/// entities. The job hands everything it starts to the entry: [`on_unload`][Entry::on_unload] for listeners and
/// whatever else must be undone, [`create_task`][Entry::create_task] and
/// [`create_background_task`][Entry::create_background_task] for work. After a failed setup, and at an unload, the
/// entry runs and cancels all of these.
///
/// # Setup
///
/// A job that returns [`SetupFailed::not_ready`] is run again after 5 s, 10, 20, 40, and then every 80 s, each time up
/// to half a second later, so that devices that come back together are not polled together. It is also run again as
/// soon as the hub has [started][Hub::start]. The first of these failures is logged. Any other failure is final until a
/// [`reload`][Entry::reload], and is logged with its reason, which [`reason`][Entry::reason] returns too.
///
/// # One at a time
///
/// Setup, unload and reload of one entry never overlap. Each runs in a task of its own, and continues even if the
/// caller stops waiting. An operation that the state does not allow returns [`OperationNotAllowed`].
///
/// # The hub's stop
///
/// The stop does not unload entries. It cancels the next try of a setup, and background tasks like all others. Unload
/// entries before it if they must end in order. While an entry is being set up, or will try again, the hub keeps it
/// alive, so it needs no handle; one whose setup failed for good is dropped with its last handle. When the hub has
/// stopped, it drops the jobs and the data of entries, which may hold the entry.
///
/// This follows Home Assistant's `ConfigEntry`. There a failing `on_unload` callback skips the rest.
///
/// # Examples
///
/// ```
/// use onloop::{Entry, EntryState, Event, EventType, Hub, OperationNotAllowed, SetupFailed};
///
/// const DOOR: EventType<bool> = EventType::new("door");
///
/// struct Client;
///
/// #[onloop::coroutine]
/// async fn connect() -> std::io::Result<Client> {
///     Ok(Client)
/// }
///
/// #[onloop::coroutine]
/// async fn set_up(entry: &Entry<Client>) -> Result<Client, SetupFailed> {
///     // Nobody answers: try again later.
///     let client = connect().await.map_err(SetupFailed::not_ready)?;
///     let on_door = #[callback] |event: &Event<bool>| println!("open: {}", event.data);
///     entry.on_unload(entry.hub().bus().listen(&DOOR, on_door));
///     Ok(client)
/// }
///
/// #[onloop::coroutine]
/// async fn visit(hub: &Hub) -> Result<(), OperationNotAllowed> {
///     let entry = Entry::new(hub, "garden", #[coroutine] set_up);
///     assert_eq!(entry.setup().await?, EntryState::Loaded);
///     hub.bus().fire(&DOOR, true);
///     assert_eq!(entry.unload().await?, EntryState::NotLoaded);
///     assert_eq!(hub.bus().listener_count(&DOOR), 0);
///     Ok(())
/// }
///
/// Hub::run(async |hub| visit(&hub).await).expect("nobody else sets it up");
/// ```
pub struct Entry<D: 'static = ()> {
    typed: Rc<Typed<D>>,
}

/// What depends on the type of the data.
struct Typed<D: 'static> {
    core: Rc<Core>,
    /// `None` once the hub has stopped.
    setup: RefCell<Option<SetupJob<D>>>,
    setup_limit: Cell<Option<Duration>>,
    unload: RefCell<Option<Job<Entry<D>, bool>>>,
    data: RefCell<Option<Rc<D>>>,
}

/// What does not.
///
/// Invariants:
/// 1. `state` changes only in the turn of an operation.
/// 2. There is data in the states `Loaded`, `UnloadInProgress` and `FailedUnload`, and only then.
/// 3. `retry` is not empty only in `SetupRetry`; `held` is empty in `NotLoaded`.
pub(crate) struct Core {
    hub: Hub,
    title: String,
    state: Cell<EntryState>,
    /// Why it is in that state.
    reason: RefCell<Option<String>>,
    /// How often the set-up was not ready, since it last was.
    tries: Cell<u32>,
    /// What begins the next try.
    retry: RefCell<Vec<Unsubscribe>>,
    /// What keeps the entry alive.
    held: RefCell<Option<Unsubscribe>>,
    on_unload: RefCell<Vec<Job<()>>>,
    /// Whether what was begun is being undone: nothing begins then that has no end of its own.
    cleaning: Cell<bool>,
    /// The tasks of the jobs that undo it.
    undoing: RefCell<Vec<u64>>,
    /// Whether it has been undone, and nothing has begun since: what is given to `on_unload` comes too late.
    cleaned: Cell<bool>,
    tasks: RefCell<BTreeMap<u64, Rc<EntryTask>>>,
    next_task: Cell<u64>,
    /// Notified when a task has ended or stepped aside.
    tasks_changed: Notify,
    state_listeners: Rc<Listeners<EntryState>>,
    turns: Turns,
}

impl<D> Entry<D> {
    /// Creates an entry; nothing runs before [`setup`][Entry::setup]. `title` is its name in the log.
    pub fn new(hub: &Hub, title: impl Into<String>, setup: impl IntoLoopJob<Entry<D>, Result<D, SetupFailed>>) -> Self {
        let core = Core {
            hub: hub.clone(),
            title: title.into(),
            state: Cell::new(EntryState::NotLoaded),
            reason: RefCell::default(),
            tries: Cell::new(0),
            retry: RefCell::default(),
            held: RefCell::default(),
            on_unload: RefCell::default(),
            cleaning: Cell::new(false),
            undoing: RefCell::default(),
            cleaned: Cell::new(false),
            tasks: RefCell::default(),
            next_task: Cell::new(0),
            tasks_changed: Notify::new(),
            state_listeners: Listeners::new(),
            turns: Turns::default(),
        };
        let typed = Typed {
            core: Rc::new(core),
            setup: RefCell::new(Some(setup.into_job())),
            setup_limit: Cell::new(None),
            unload: RefCell::default(),
            data: RefCell::default(),
        };
        let typed = Rc::new(typed);
        hub.add_part(&typed);
        Self { typed }
    }

    /// How long the setup job may take. After that it is dropped, and counts as [not ready](SetupFailed::not_ready): it
    /// is run again later. Without a limit, a job that does not end is logged after the
    /// [patience][crate::HubBuilder::patience] of the hub.
    #[must_use]
    pub fn setup_limit(self, limit: Duration) -> Self {
        self.typed.setup_limit.set(Some(limit));
        self
    }

    /// Runs a job at the beginning of each unload. If it returns `false`, the entry stays as it is, in state
    /// [`FailedUnload`][EntryState::FailedUnload], and everything it started runs on. Most entries need no such job,
    /// and use [`on_unload`][Entry::on_unload] for what must be undone.
    #[must_use]
    pub fn unload_with(self, unload: impl IntoLoopJob<Entry<D>, bool>) -> Self {
        drop(self.typed.unload.replace(Some(unload.into_job())));
        self
    }

    /// Its name in the log.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.core().title
    }

    /// The hub it belongs to.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.core().hub
    }

    /// Its state in its life cycle.
    #[must_use]
    pub fn state(&self) -> EntryState {
        self.core().state.get()
    }

    /// Why its last setup or unload failed, if it did.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.core().reason.borrow().clone()
    }

    /// The result of its setup; `None` unless it is loaded or being unloaded, and once the hub has stopped.
    #[must_use]
    pub fn data(&self) -> Option<Rc<D>> {
        self.typed.data.borrow().clone()
    }

    /// Sets the entry up, and returns the resulting state: [`Loaded`][EntryState::Loaded],
    /// [`SetupRetry`][EntryState::SetupRetry] or [`SetupError`][EntryState::SetupError].
    ///
    /// Nothing happens before the future is polled.
    ///
    /// # Errors
    ///
    /// In every state but [`NotLoaded`][EntryState::NotLoaded]. If the hub has stopped, or stops before the setup is
    /// over.
    ///
    /// # Cancel safety
    ///
    /// Once polled, it continues by itself, even if the caller stops waiting.
    pub fn setup(&self) -> impl Future<Output = Result<EntryState, OperationNotAllowed>> + use<D> {
        self.clone().operate(Operation::Setup)
    }

    /// Unloads the entry, and returns the resulting state: [`NotLoaded`][EntryState::NotLoaded] or
    /// [`FailedUnload`][EntryState::FailedUnload].
    ///
    /// An entry that is loaded runs its [unload job][Entry::unload_with], then what was given to
    /// [`on_unload`][Entry::on_unload], and cancels its background tasks. It waits for all of these and for its tasks,
    /// up to 10 s; what is still running then is named in the log and runs on. Finally its data is dropped. A task of
    /// the entry that unloads it is not waited for. An entry that is waiting to try again stops doing so; one whose
    /// setup failed counts as not loaded.
    ///
    /// # Errors
    ///
    /// While it is being set up or unloaded, and after an unload that failed. If the hub stops before the unload is
    /// over.
    ///
    /// # Cancel safety
    ///
    /// Once polled, it continues by itself, even if the caller stops waiting.
    pub fn unload(&self) -> impl Future<Output = Result<EntryState, OperationNotAllowed>> + use<D> {
        self.clone().operate(Operation::Unload)
    }

    /// Unloads the entry if it is loaded, and sets it up again, with no other operation in between. It waits for an
    /// operation that is under way.
    ///
    /// # Errors
    ///
    /// After an unload that failed, and in the setup, unload or [`on_unload`][Entry::on_unload] job itself, which it
    /// would wait for. If the hub stops before it is over.
    ///
    /// # Cancel safety
    ///
    /// Once polled, it continues by itself, even if the caller stops waiting.
    pub fn reload(&self) -> impl Future<Output = Result<EntryState, OperationNotAllowed>> + use<D> {
        self.clone().operate(Operation::Reload)
    }

    /// Runs a job when the entry is unloaded, or when its setup fails.
    ///
    /// Jobs run in the reverse order of their addition. Callbacks run one after another; coroutines are started in
    /// between, and all are waited for. If one panics, that is logged, and the others still run. Each runs once,
    /// however the entry ends. A job added while others run or are waited for runs after them; one added even later, by
    /// work that has outlived the unload or the failed setup, runs at once, and the log says so.
    ///
    /// An [`Unsubscribe`] is such a job too: `entry.on_unload(hub.bus().listen(..))`.
    pub fn on_unload(&self, job: impl IntoJob<()>) {
        self.core().on_unload(job);
    }

    /// Runs a job each time the [state][Entry::state] has changed, until the handle is dropped. One that panics is
    /// logged, and delays neither the others nor the entry.
    pub fn on_state_change(&self, job: impl IntoJob<EntryState>) -> Unsubscribe {
        self.core().on_state_change(job)
    }

    /// Starts a task as [`Hub::create_task`] does, which an unload waits for.
    ///
    /// Where there is nothing for an unload to do (not loaded, setup error, setup retry) the task is cancelled before
    /// it begins, and the log says so.
    #[track_caller]
    pub fn create_task<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let name = function_of::<F>();
        let future = self.core().adopt(Cow::Borrowed(name), false, future);
        self.core().hub.create_task_called::<F, _>(future)
    }

    /// Starts a task as [`Hub::create_background_task`] does, which an unload cancels, and then waits for until its
    /// destructors have run.
    ///
    /// As with [`create_task`][Entry::create_task], it needs an entry that an unload will end, and it does not begin
    /// once that cancels background tasks.
    #[track_caller]
    pub fn create_background_task<F>(&self, name: impl Into<Cow<'static, str>>, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.core().create_background_task(name.into(), future)
    }

    pub(crate) fn core(&self) -> &Rc<Core> {
        &self.typed.core
    }

    async fn operate(self, operation: Operation) -> Result<EntryState, OperationNotAllowed> {
        let core = Rc::clone(self.core());
        if core.is_within() {
            return Err(core.refusal(operation, Why::FromWithin));
        }
        core.check_now(operation)?;
        if operation == Operation::Reload {
            core.cancel_retry();
        }
        let _aside = core.step_aside();
        let name = format!("entry `{}`: {operation}", core.title);
        let task = core.hub.create_task_named(name, async move { self.perform(operation).await });
        // Cancelled is what the stop of the hub makes of it.
        task.await.unwrap_or_else(|_| Err(core.refusal(operation, Why::Stop)))
    }

    async fn perform(&self, operation: Operation) -> Result<EntryState, OperationNotAllowed> {
        let core = self.core();
        let _turn = core.turns.take(&core.hub, || format!("the {operation} of entry `{}`", core.title)).await;
        core.check(operation)?;
        match operation {
            Operation::Setup => self.run_setup().await,
            Operation::Unload => self.run_unload().await,
            Operation::Reload => {
                self.run_unload().await;
                if core.state.get() == EntryState::NotLoaded {
                    self.run_setup().await;
                }
            }
            Operation::Retry if core.state.get() == EntryState::SetupRetry => self.run_setup().await,
            // Somebody was faster.
            Operation::Retry => {}
        }
        Ok(core.state.get())
    }
}

impl Core {
    pub(crate) fn on_unload(&self, job: impl IntoJob<()>) {
        let job = job.into_job();
        if self.cleaned.get() {
            let (title, state, name) = (&self.title, self.state.get(), job.name());
            log!(WARN, "entry `{title}` is `{state}`, and {name} comes too late to `on_unload`: it runs now");
            self.hub.run_job(&job, ()).detach();
            drop_job(job);
        } else {
            self.on_unload.borrow_mut().push(job);
        }
    }

    #[track_caller]
    pub(crate) fn create_background_task<F>(self: &Rc<Self>, name: Cow<'static, str>, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let future = self.adopt(name.clone(), true, future);
        self.hub.create_background_task(name, future)
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn state(&self) -> EntryState {
        self.state.get()
    }

    /// Refuses what need not wait for its turn to be refused. A reload waits for whatever is under way.
    fn check_now(&self, operation: Operation) -> Result<(), OperationNotAllowed> {
        let waits = matches!(self.state.get(), EntryState::SetupInProgress | EntryState::UnloadInProgress);
        if waits && operation == Operation::Reload { Ok(()) } else { self.check(operation) }
    }

    fn check(&self, operation: Operation) -> Result<(), OperationNotAllowed> {
        let state = self.state.get();
        let allowed = match operation {
            Operation::Setup => state == EntryState::NotLoaded,
            Operation::Unload | Operation::Reload => state.is_recoverable(),
            Operation::Retry => true,
        };
        if allowed { Ok(()) } else { Err(self.refusal(operation, Why::State)) }
    }

    fn refusal(&self, operation: Operation, why: Why) -> OperationNotAllowed {
        OperationNotAllowed { title: self.title.clone(), operation, state: self.state.get(), why }
    }

    /// Whether who asks is waited for by the operation that is under way.
    fn is_within(&self) -> bool {
        let current = self.hub.current_task();
        let undoes = current.is_some_and(|task| self.undoing.borrow().contains(&task));
        undoes || self.turns.is_mine(&self.hub)
    }
}

impl<D> Part for Typed<D> {
    fn hub_has_stopped(&self) {
        let core = &self.core;
        core.cancel_retry();
        core.state_listeners.close();
        core.on_unload.take().into_iter().for_each(drop_job);
        self.setup.take().into_iter().for_each(drop_job);
        self.unload.take().into_iter().for_each(drop_job);
        drop_caught(|| format!("the data of entry `{}`", core.title), self.data.take());
    }
}

impl<D> Clone for Entry<D> {
    fn clone(&self) -> Self {
        Self { typed: Rc::clone(&self.typed) }
    }
}

impl<D> fmt::Debug for Entry<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("title", &self.title()).field("state", &self.state()).finish_non_exhaustive()
    }
}
