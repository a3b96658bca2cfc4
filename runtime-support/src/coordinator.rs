//! Coordinators: one poll for all listeners.

mod builder;
mod entity;
mod failure;
mod inner;
mod refresh;

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use self::inner::Inner;
use self::refresh::Cause;
use crate::hub::{Part, drop_job};
use crate::listeners::Listener;
use crate::{EntryState, Hub, IntoJob, IntoLoopJob, SetupFailed, Unsubscribe};

pub use self::builder::CoordinatorBuilder;
pub use self::entity::CoordinatorEntity;
pub use self::failure::UpdateFailed;
pub use self::inner::Coordinator;

impl<T> Coordinator<T> {
    /// Returns a builder for a coordinator. `name` is its name in the log; `update` fetches the data: a coroutine, or
    /// for a library that blocks a blocking job.
    pub fn builder(
        hub: &Hub,
        name: impl Into<String>,
        update: impl IntoJob<(), Result<T, UpdateFailed>>,
    ) -> CoordinatorBuilder<T> {
        CoordinatorBuilder::new(hub, name.into(), update.into_job())
    }

    /// Its name in the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The data of the last success; `None` before the first.
    ///
    /// It is shared: where `T` is `Send` and `Sync`, it can be handed to the executor as it is.
    ///
    /// ```
    /// use onloop::{Coordinator, Hub};
    ///
    /// #[onloop::coroutine]
    /// async fn save(hub: &Hub, coordinator: &Coordinator<Vec<u8>>) -> std::io::Result<()> {
    ///     let Some(data) = coordinator.data() else { return Ok(()) };
    ///     hub.add_executor_job(move || std::fs::write("picture", &*data)).await
    /// }
    /// ```
    #[must_use]
    pub fn data(&self) -> Option<Arc<T>> {
        self.inner.data.borrow().clone()
    }

    /// The data, if the last update was a success: for entities that are otherwise unavailable.
    #[must_use]
    pub fn fresh_data(&self) -> Option<Arc<T>> {
        self.data().filter(|_| self.last_update_success())
    }

    /// Whether the last update was a success. True before the first, as in Home Assistant.
    #[must_use]
    pub fn last_update_success(&self) -> bool {
        self.inner.is_good()
    }

    /// When the last success was, on the loop's clock.
    #[must_use]
    pub fn last_update_success_time(&self) -> Option<Instant> {
        self.inner.success_time.get()
    }

    /// Why the last update failed, if it did.
    #[must_use]
    pub fn last_failure(&self) -> Option<Rc<UpdateFailed>> {
        self.inner.failure.borrow().clone()
    }

    /// The time from the end of an update to the next one.
    #[must_use]
    pub fn update_interval(&self) -> Option<Duration> {
        self.inner.interval.get()
    }

    /// Changes the interval. It applies from the next time a run is scheduled: after the update that is under way, or
    /// after the run that is already scheduled.
    ///
    /// # Panics
    ///
    /// If the interval is zero.
    #[track_caller]
    pub fn set_update_interval(&self, interval: Option<Duration>) {
        assert!(interval.is_none_or(|interval| !interval.is_zero()), "an interval needs to be longer than nothing");
        self.inner.interval.set(interval);
    }

    /// Fetches the data for the first time, in the setup of an entry: `coordinator.first_refresh().await?`.
    ///
    /// A failure is not logged but returned, as "not ready", so that the entry tries again, unless the failure is
    /// [permanent][UpdateFailed::permanent]. A panic is logged, and also counts as not ready.
    ///
    /// # Errors
    ///
    /// If the update fails. If the coordinator belongs to an entry that is not being set up: use
    /// [`refresh`][Coordinator::refresh] later on. If the coordinator has been shut down, or the hub has stopped.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the refresh continues by itself, even if the caller stops waiting.
    pub fn first_refresh(&self) -> impl Future<Output = Result<(), SetupFailed>> + use<T> {
        let inner = Rc::clone(&self.inner);
        async move {
            inner.refuse_from_within();
            if let Some(entry) = &inner.entry
                && entry.state() != EntryState::SetupInProgress
            {
                let (name, title, state) = (&inner.name, entry.title(), entry.state());
                return Err(SetupFailed::new(format!(
                    "the first refresh of coordinator `{name}` belongs into the set-up of entry `{title}`, which is `{state}`"
                )));
            }
            let is_over = inner.start(Cause::First).await.is_err() || inner.is_shut_down();
            if is_over {
                return Err(SetupFailed::new(format!("coordinator `{}` has been shut down", inner.name)));
            }
            let failure = inner.failure.borrow().clone();
            match failure {
                None => Ok(()),
                Some(failed) if failed.is_permanent() => Err(SetupFailed::new(failed.to_string())),
                Some(failed) => Err(SetupFailed::not_ready(failed.to_string())),
            }
        }
    }

    /// Fetches the data now, and waits until it has arrived or the update has failed: see
    /// [`last_update_success`][Coordinator::last_update_success]. If many may ask at once, use
    /// [`request_refresh`][Coordinator::request_refresh].
    ///
    /// Nothing happens before the future is polled, and nothing once the coordinator has been shut down.
    ///
    /// # Panics
    ///
    /// If called in the update itself, for which it would wait. The update then fails.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the refresh continues by itself, even if the caller stops waiting.
    pub fn refresh(&self) -> impl Future<Output = ()> + use<T> {
        let inner = Rc::clone(&self.inner);
        async move {
            inner.refuse_from_within();
            // Cancelled is what the stop of the hub makes of it; the success tells all.
            let _ = inner.start(Cause::Asked).await;
        }
    }

    /// Asks for a refresh. The first request refreshes at once and waits for it; those of the next [10
    /// s][CoordinatorBuilder::request_cooldown] return at once, and are answered by one refresh at the end of that
    /// time. A request during such a refresh is answered by the next one. Any refresh that begins answers all waiting
    /// requests.
    ///
    /// Nothing happens before the future is polled, and nothing once the coordinator has been shut down.
    ///
    /// # Panics
    ///
    /// If called in the update itself, for which it would wait. The update then fails.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the refresh continues by itself, even if the caller stops waiting.
    pub fn request_refresh(&self) -> impl Future<Output = ()> + use<T> {
        let inner = Rc::clone(&self.inner);
        async move {
            inner.refuse_from_within();
            inner.debouncer.call().await;
        }
    }

    /// Takes data that the device has pushed. It counts as a success: all listeners are called, scheduled refreshes are
    /// cancelled, and the interval starts again (if an update is under way, at its end). Ignored once the coordinator
    /// has been shut down.
    pub fn set_updated_data(&self, data: T) {
        let inner = &self.inner;
        if inner.is_shut_down() {
            inner.drop_old(data);
            return;
        }
        inner.cancel_pending();
        inner.succeed(data);
        inner.notify();
    }

    /// Takes a failure that was noticed outside an update, such as a broken connection. Unless the last update had
    /// already failed, it is logged and listeners are called. The interval continues unchanged.
    pub fn set_update_error(&self, failure: impl Into<UpdateFailed>) {
        let (inner, failure) = (&self.inner, failure.into());
        if inner.is_shut_down() {
            return;
        }
        inner.log_failure(&failure);
        let old = inner.failure.replace(Some(Rc::new(failure)));
        let was_good = old.is_none();
        inner.drop_old(old);
        if was_good {
            inner.notify();
        }
    }

    /// Runs a job whenever there is news, until the handle is dropped: see [listeners](Coordinator#listeners). The
    /// job gets the coordinator.
    ///
    /// The first listener starts the interval; when the last one goes, the interval ends, and so do requests that still
    /// wait.
    pub fn add_listener(&self, job: impl IntoLoopJob<Coordinator<T>>) -> Unsubscribe {
        let inner = &self.inner;
        let Some(place) = inner.listeners.insert(Listener::new(job.into_job())) else {
            return Unsubscribe::nothing();
        };
        if inner.listeners.len() == 1 {
            inner.schedule();
        }
        let inner = Rc::downgrade(inner);
        Unsubscribe::new(move || {
            if let Some(inner) = inner.upgrade() {
                inner.listeners.end(&place);
                if inner.listeners.len() == 0 {
                    inner.cancel_pending();
                }
            }
        })
    }

    /// The number of listeners.
    #[must_use]
    pub fn listener_count(&self) -> usize {
        self.inner.listeners.len()
    }

    /// Calls all listeners without new data, because something else that they show has changed.
    pub fn update_listeners(&self) {
        self.inner.notify();
    }

    /// Ends the coordinator: nothing refreshes any more, pushes are ignored, listeners are not called. The jobs are
    /// dropped, with their captures; the data stays. An update that is under way is cancelled; one in the executor
    /// continues there, and its result is dropped.
    pub fn shutdown(&self) {
        self.inner.shutdown();
    }
}

impl<T> Inner<T> {
    /// Whether the last update was a success, or there was none yet.
    fn is_good(&self) -> bool {
        self.failure.borrow().is_none()
    }

    fn is_shut_down(&self) -> bool {
        self.update.borrow().is_none()
    }

    fn shutdown(&self) {
        drop(self.timer.take());
        self.debouncer.shutdown();
        self.listeners.close();
        let (update, setup) = (self.update.take(), self.setup.take());
        update.into_iter().for_each(drop_job);
        setup.into_iter().for_each(drop_job);
        self.operations.cancel_holder(&self.hub);
    }

    /// Shuts it down, and waits until the update that is under way has been dropped.
    async fn unload(&self) {
        self.shutdown();
        self.operations.lock(&self.hub, || format!("the unload of coordinator `{}`", self.name)).await;
    }
}

impl<T> Part for Inner<T> {
    fn hub_has_stopped(&self) {
        self.shutdown();
    }
}

impl<T> fmt::Debug for Coordinator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coordinator")
            .field("name", &self.inner.name)
            .field("last_update_success", &self.last_update_success())
            .finish_non_exhaustive()
    }
}
