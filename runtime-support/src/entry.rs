//! Entries: integrations that are set up, unloaded and reloaded.

mod core;
mod failure;
mod setup;
mod state;
mod tasks;
mod unload;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;

use self::core::Typed;
use self::failure::{Operation, Why};
use crate::argument::Argument;
use crate::catch_panic::drop_caught;
use crate::hub::{Part, drop_job};
use crate::listeners::{Listener, Listeners};
use crate::log::log;
use crate::owned_mutex::OwnedMutex;
use crate::scope::function_of;
use crate::{Hub, IntoJob, IntoLoopJob, Task, Unsubscribe};

pub(crate) use self::core::Core;
pub use self::core::Entry;
pub use self::failure::{OperationNotAllowed, SetupFailed};
pub use self::state::EntryState;

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
            operations: OwnedMutex::default(),
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
        let _turn = core.operations.lock(&core.hub, || format!("the {operation} of entry `{}`", core.title)).await;
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
    pub(super) fn set_state(&self, state: EntryState, reason: Option<String>) {
        self.state.set(state);
        drop(self.reason.replace(reason));
        if let Some(slots) = self.state_listeners.now() {
            self.hub.notify(&self.state_listeners, &slots, &mut Argument::new(state));
        }
    }

    fn on_state_change(&self, job: impl IntoJob<EntryState>) -> Unsubscribe {
        self.state_listeners.add(Listener::new(job.into_job()))
    }

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
        undoes || self.operations.is_held_by_current_task(&self.hub)
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

impl<D> fmt::Debug for Entry<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("title", &self.title()).field("state", &self.state()).finish_non_exhaustive()
    }
}
