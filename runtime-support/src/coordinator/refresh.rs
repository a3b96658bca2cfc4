//! Refreshes, one after another, whoever asks for them, and what results from each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::failure::UpdateFailed;
use super::inner::{Coordinator, Inner};
use crate::argument::Argument;
use crate::catch_panic::{catch_panic, drop_caught, log_panic};
use crate::job::construct;
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};
use crate::patience::logged_if_late;
use crate::{HubState, Job, Kind, Site, Task};

/// How deeply pushes inside calls of listeners can be nested.
const MAX_DEPTH: usize = 64;

static INTERVAL: Site = Site::new("onloop::Coordinator", Kind::Callback, file!(), line!());

/// Why there is a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    First,
    Asked,
    Interval,
}

/// Why an update gave no data: it said so, or it panicked.
enum NoData {
    Failed(UpdateFailed),
    Panicked(Payload),
}

impl<T> Inner<T> {
    /// Starts a refresh as a task of its own.
    pub(super) fn start(self: &Rc<Self>, cause: Cause) -> Task<()> {
        let (inner, name) = (Rc::clone(self), format!("coordinator `{}`: refresh", self.name));
        let refresh = async move { inner.refresh(cause).await };
        match (cause, &self.entry) {
            (Cause::Interval, Some(entry)) => entry.create_background_task(name.into(), refresh),
            (Cause::Interval, None) => self.hub.create_background_task(name, refresh),
            (Cause::First | Cause::Asked, _) => self.hub.create_task_named(name, refresh),
        }
    }

    /// The debouncer has made the task.
    pub(super) async fn refresh_requested(self: Rc<Self>) {
        self.refresh(Cause::Asked).await;
    }

    /// Panics in the update itself: it would wait for its own end.
    pub(super) fn refuse_from_within(&self) {
        assert!(
            !self.operations.is_held_by_current_task(&self.hub),
            "the update of coordinator `{}` asks for a refresh of the same coordinator, and would wait for itself",
            self.name,
        );
    }

    async fn refresh(self: Rc<Self>, cause: Cause) {
        let _turn = self.operations.lock(&self.hub, || format!("a refresh of coordinator `{}`", self.name)).await;
        if cause == Cause::Interval && self.hub.state() != HubState::Running {
            return;
        }
        let update = self.update.borrow().clone();
        let Some(update) = update else {
            log!(DEBUG, "coordinator `{}` has been shut down, and does not refresh", self.name);
            return;
        };
        // This refresh is what they waited for.
        self.cancel_pending();
        let mut updating = Updating::begin(&self);
        let what = || format!("the update of coordinator `{}`, {}, lasts", self.name, update.name());
        let outcome = logged_if_late(&self.hub, what, self.fetch(&update, cause)).await;
        updating.has_ended = true;
        drop(updating);
        if self.is_shut_down() {
            self.drop_old(outcome.ok());
            return;
        }
        match outcome {
            Ok(data) => {
                let was_good = self.is_good();
                let is_new = self.differs(&data);
                self.succeed(data);
                if is_new || !was_good {
                    self.notify();
                }
            }
            Err(NoData::Failed(failed)) => {
                let is_first = cause == Cause::First;
                self.retry_after.set(failed.pause().filter(|_| !is_first));
                if !is_first {
                    self.log_failure(&failed);
                }
                self.fail(failed);
            }
            Err(NoData::Panicked(payload)) => {
                let failed = UpdateFailed::new(format!("the update panicked: {}", panic_message(&payload)));
                self.retry_after.set(None);
                self.log_panic(&update, payload);
                self.fail(failed);
            }
        }
    }

    async fn fetch(&self, update: &Job<(), Result<T, UpdateFailed>>, cause: Cause) -> Result<T, NoData> {
        let setup = self.setup.borrow().clone();
        if let Some(setup) = setup
            && cause == Cause::First
        {
            flatten(catch_panic(setup.call(&self.hub, ())).await)?;
            drop(self.setup.take());
        }
        flatten(catch_panic(update.call(&self.hub, ())).await)
    }

    /// Whether listeners want to know of this data.
    fn differs(&self, data: &T) -> bool {
        let (Some(is_same), Some(old)) = (self.is_same, self.data.borrow().clone()) else { return true };
        // The comparison is the user's.
        catch_unwind(AssertUnwindSafe(|| !is_same(&old, data))).unwrap_or_else(|payload| {
            let message = panic_message(&payload);
            log!(ERROR, "comparing the data of coordinator `{}` panicked: {message}", self.name);
            discard(payload);
            true
        })
    }

    /// Takes new data, and plans the next update.
    pub(super) fn succeed(self: &Rc<Self>, data: T) {
        let old = (self.data.replace(Some(Arc::new(data))), self.failure.take());
        self.success_time.set(Some(Instant::now()));
        self.retry_after.set(None);
        if self.failure_logged.replace(false) | self.panic_logged.replace(false) {
            log!(INFO, "coordinator `{}` has recovered", self.name);
        }
        self.schedule();
        self.drop_old(old);
    }

    /// Keeps the old data, plans the next update, and tells the listeners if all was well before.
    pub(super) fn fail(self: &Rc<Self>, failed: UpdateFailed) {
        let old = self.failure.replace(Some(Rc::new(failed)));
        let was_good = old.is_none();
        self.schedule();
        self.drop_old(old);
        if was_good {
            self.notify();
        }
    }

    /// Drops what was the user's.
    pub(super) fn drop_old(&self, old: impl Sized) {
        drop_caught(|| format!("the data of coordinator `{}`", self.name), old);
    }

    /// Logs a failure, unless one has been logged since the last success.
    pub(super) fn log_failure(&self, failed: &UpdateFailed) {
        if self.failure_logged.replace(true) {
            log!(DEBUG, "coordinator `{}` still fails: {failed}", self.name);
        } else {
            log!(ERROR, "coordinator `{}` fails: {failed}", self.name);
        }
    }

    /// A panic is a mistake in the program, and is logged even where the device has failed before.
    fn log_panic(&self, update: &Job<(), Result<T, UpdateFailed>>, payload: Payload) {
        self.failure_logged.set(true);
        if self.panic_logged.replace(true) {
            let message = panic_message(&payload);
            log!(DEBUG, "the update of coordinator `{}` panicked again: {message}", self.name);
            discard(payload);
        } else {
            log_panic(&format!("the update of coordinator `{}`,", self.name), update.name(), payload);
        }
    }

    /// Calls all listeners.
    pub(super) fn notify(self: &Rc<Self>) {
        let Some(slots) = self.listeners.now() else { return };
        assert!(self.notifying.get() < MAX_DEPTH, "coordinator `{}` is pushed to by its own listeners", self.name);
        self.notifying.update(|depth| depth + 1);
        // Panics of listeners end in their runs, so this comes to its end.
        let mut argument = Argument::new(Coordinator { inner: Rc::clone(self) });
        self.hub.notify(&self.listeners, &slots, &mut argument);
        self.notifying.update(|depth| depth - 1);
    }

    /// Plans the next update, if there is an interval and somebody listens.
    pub(super) fn schedule(self: &Rc<Self>) {
        drop(self.timer.take());
        let Some(interval) = self.interval.get() else { return };
        if self.listeners.len() == 0 || self.is_shut_down() || self.updating.get() {
            return;
        }
        // However short the pause that was asked for, there is one: without, a service that is busy would be flooded.
        let pause = self.retry_after.take().map_or(interval, |pause| pause.max(self.jitter));
        let inner = Rc::downgrade(self);
        let due = construct::callback_0(&INTERVAL, move || {
            if let Some(inner) = inner.upgrade() {
                drop(inner.timer.take());
                if inner.entry.as_ref().is_none_or(|entry| entry.takes(true)) {
                    inner.start(Cause::Interval);
                } else {
                    // Not set up yet, or not any more: the next turn may be another matter.
                    inner.schedule();
                }
            }
        });
        let due = due.named(format!("coordinator `{}`: interval", self.name));
        let timer = self.hub.call_later(pause.saturating_add(self.jitter_of(pause)), due);
        drop(self.timer.replace(Some(timer)));
    }

    fn jitter_of(&self, pause: Duration) -> Duration {
        self.jitter.min(pause / 10)
    }

    /// Takes back what would refresh later: the interval's timer and the requests.
    pub(super) fn cancel_pending(&self) {
        drop(self.timer.take());
        self.debouncer.cancel();
    }
}

/// An update under way. However it ends, the next one is planned then.
struct Updating<'a, T: 'static> {
    inner: &'a Rc<Inner<T>>,
    /// What comes of it plans the next.
    has_ended: bool,
}

impl<'a, T> Updating<'a, T> {
    fn begin(inner: &'a Rc<Inner<T>>) -> Self {
        inner.updating.set(true);
        Self { inner, has_ended: false }
    }
}

impl<T> Drop for Updating<'_, T> {
    fn drop(&mut self) {
        self.inner.updating.set(false);
        if !self.has_ended {
            self.inner.schedule();
        }
    }
}

fn flatten<R>(outcome: Result<Result<R, UpdateFailed>, Payload>) -> Result<R, NoData> {
    outcome.map_err(NoData::Panicked)?.map_err(NoData::Failed)
}
