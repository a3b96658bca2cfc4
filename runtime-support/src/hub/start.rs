//! The start: runs when everything has been set up.

use std::pin::pin;
use std::time::Duration;

use super::job::IntoJob;
use super::limit::within;
use super::shared::{Hub, HubState};
use super::work_table::Group;
use crate::listeners::Listener;
use crate::log::log;
use crate::{EventType, Unsubscribe};

/// Fired by [`Hub::start`] before it waits: the integrations have been set up, and may begin.
pub const HUB_START: EventType<()> = EventType::new("hub_start");

/// Fired by [`Hub::start`] when it has waited: the hub is up.
pub const HUB_STARTED: EventType<()> = EventType::new("hub_started");

/// The reference's figure.
pub(super) const DEFAULT_LIMIT: Duration = Duration::from_secs(15);

impl Hub {
    /// Announces that the setup is over. Call it in the main future, once everything is set up.
    ///
    /// 1. It fires [`HUB_START`] and waits until no tracked work is left, for up to
    ///    [15 s](super::HubBuilder::start_limit).
    /// 2. The jobs given to [`on_start`][Hub::on_start] run, all at once, and are waited for, up to 15 s again.
    /// 3. It fires [`HUB_STARTED`].
    ///
    /// What is still running when a limit passes is named in the log, and runs on. A hub that is never started works
    /// too; it just fires neither event.
    ///
    /// Further calls wait for the same start. The start does not wait for a task that calls it. It returns
    /// early when the hub stops, and then [`HUB_STARTED`] is not fired. This is Home Assistant's `async_start`.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the start continues by itself, even if the caller stops waiting.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::run(async |hub| {
    ///     hub.create_task(async { tokio::task::yield_now().await });
    ///     hub.start().await;
    ///     assert!(hub.has_started());
    /// });
    /// ```
    pub async fn start(&self) {
        let _aside = self.shared.step_aside();
        if self.state() == HubState::Running && !self.shared.start_asked.replace(true) {
            self.bus().fire(&HUB_START, ());
            tokio::task::spawn_local(self.clone().start_in_steps());
        }
        let mut ended = pin!(self.shared.start_ended.notified());
        ended.as_mut().enable();
        if self.shared.start_asked.get() && !self.shared.start_over.get() {
            ended.await;
        }
    }

    /// Runs a job after the [start][Hub::start] has been announced and the work it triggered is done, before
    /// [`HUB_STARTED`]. The start waits for the job.
    ///
    /// Hooks run in the order in which they were added, each to its first wait, and then side by side. If one panics,
    /// that is logged, and the others still run. A hook that is added after the start runs at once; one for a start
    /// that never comes is dropped when the hub has stopped. Dropping the handle removes the hook.
    ///
    /// # Examples
    ///
    /// ```
    /// #[onloop::callback]
    /// fn announce_when_all_is_up(hub: &onloop::Hub, up: tokio::sync::watch::Sender<bool>) {
    ///     hub.on_start(#[callback] move || drop(up.send_replace(true))).detach();
    /// }
    /// ```
    pub fn on_start(&self, hook: impl IntoJob<()>) -> Unsubscribe {
        let hook = hook.into_job();
        if self.has_started() && self.state() != HubState::Stopped {
            self.run_job(&hook, ()).detach();
            return Unsubscribe::nothing();
        }
        self.shared.start_hooks.add(Listener::new(hook).once())
    }

    async fn start_in_steps(self) {
        let (shared, limit) = (&self.shared, self.shared.start_limit);
        if within(limit, self.block_till_done()).await.is_none() {
            self.log_late_start(&shared.names(&[Group::Tracked], &[Group::Tracked]));
        }
        if self.state() == HubState::Running
            && let Some(names) = self.run_hooks(&shared.start_hooks, limit).await
        {
            self.log_late_start(&names);
        }
        if self.state() == HubState::Running {
            shared.started.set(true);
            self.bus().fire(&HUB_STARTED, ());
        }
        shared.start_over.set(true);
        shared.start_ended.notify_waiters();
    }

    fn log_late_start(&self, names: &str) {
        let limit = self.shared.start_limit;
        log!(WARN, "hub `{}` starts without waiting any longer ({limit:?}) for {names}", self.name());
    }

    /// Whether [`start`][Hub::start] is over: [`HUB_STARTED`] has been fired, or is being fired.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.shared.started.get()
    }
}
