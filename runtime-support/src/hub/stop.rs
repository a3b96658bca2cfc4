//! The stop: in stages, each with a limit.
//!
//! The stages are those of Home Assistant's `async_stop`. It runs in a task of its own that is in no table, so it is
//! interrupted neither by the end of its caller nor by its own cancelling.

use std::pin::pin;
use std::rc::Weak;

use super::job::IntoJob;
use super::limit::within;
use super::shared::{Hub, HubState, Shared};
use super::stage::StopStage;
use super::work_table::Group;
use crate::listeners::Listener;
use crate::log::log;
use crate::{EventType, Unsubscribe};

/// Fired when the hub has begun to stop, in state [`Stopping`][HubState::Stopping]. The hub waits for what its
/// listeners start: see [`Hub::stop`].
pub const HUB_STOP: EventType<()> = EventType::new("hub_stop");

/// Fired in state [`FinalWrite`][HubState::FinalWrite]: the time to save data.
pub const HUB_FINAL_WRITE: EventType<()> = EventType::new("hub_final_write");

/// Fired in state [`Closing`][HubState::Closing]: the time to close what others may have written to until now.
/// Listeners to all events are not called.
pub const HUB_CLOSE: EventType<()> = EventType::new("hub_close").not_for_all();

impl Hub {
    /// Stops the hub, in stages, and returns when it has stopped.
    ///
    /// 1. The jobs given to [`on_stop`][Hub::on_stop] run, all at once, and are waited for, up to 20 s. The state is
    ///    still [`Running`][HubState::Running].
    /// 2. The state becomes [`Stopping`][HubState::Stopping]: background tasks and timers are cancelled, [`HUB_STOP`]
    ///    is fired. Tracked tasks and jobs that are already there run on but delay nothing; the hub waits for
    ///    everything started from now on, up to 100 s.
    /// 3. [`FinalWrite`][HubState::FinalWrite]: [`HUB_FINAL_WRITE`] is fired; waits again, up to 60 s.
    /// 4. [`Closing`][HubState::Closing]: remotes are refused from here on, the tasks still alive are named in the log
    ///    and cancelled, and [`HUB_CLOSE`] is fired; waits for what all these start, up to 30 s. Then up to 10 s for
    ///    executor jobs, old ones too; those that have not ended are named in the log and left behind.
    /// 5. [`Stopped`][HubState::Stopped]: nothing starts any more, and all listeners are gone.
    ///
    /// [`HubBuilder::stop_limit`][super::HubBuilder::stop_limit] changes the limits. Cancelling drops a future, so a
    /// task cannot refuse; it can only outlast a stage through what its destructors start.
    ///
    /// Further calls wait for the stop that is under way. A task, hook or listener that calls it is neither waited for
    /// nor cancelled; it continues once the hub has stopped, for as long as [`Hub::run`] still runs: at least to its
    /// next wait. `run` does not return before its main future does, so let that wait for [`stopped`][Hub::stopped] if
    /// tasks may stop the hub.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the stop continues by itself, even if the caller stops waiting. A task that gives up waiting is
    /// cancelled like others.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::{Hub, HubState};
    /// Hub::run(async |hub| {
    ///     let task = hub.create_background_task("forever", std::future::pending::<()>());
    ///     hub.stop().await;
    ///     assert_eq!(hub.state(), HubState::Stopped);
    ///     assert!(task.is_finished());
    /// });
    /// ```
    pub async fn stop(&self) {
        if !self.shared.stop_asked.replace(true) {
            tokio::task::spawn_local(self.clone().stop_in_stages());
        }
        self.stopped().await;
    }

    /// Waits until the hub has stopped, whoever stops it.
    ///
    /// As with [`stop`][Hub::stop], a task that waits here is neither waited for nor cancelled, background tasks
    /// included, and continues after the stop. One that does other work meanwhile (`select!`) does it until then.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only watches. A task that gives up waiting is cancelled like others.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::run(async |hub| {
    ///     let stops = hub.clone();
    ///     hub.create_task(async move { stops.stop().await });
    ///     hub.stopped().await;
    /// });
    /// ```
    pub async fn stopped(&self) {
        let aside = self.shared.step_aside();
        let _exempt = aside.as_ref().map(|aside| self.shared.exempt_from_stop(aside.id()));
        let mut stopped = pin!(self.shared.stopped.notified());
        stopped.as_mut().enable();
        if self.state() != HubState::Stopped {
            stopped.await;
        }
    }
}

impl Hub {
    /// Runs a job when the hub begins to stop, before anything is cancelled, and waits for it, up to
    /// [20 s](StopStage::Hooks).
    ///
    /// Use it to put devices into a safe state and to close sessions: everything still works. Hooks run in the order in
    /// which they were added, each to its first wait, and then side by side. If one panics, that is logged, the others
    /// still run and the stop continues. A hook that is added after that stage runs at once; after the hub has stopped,
    /// it is dropped. Dropping the handle removes the hook.
    ///
    /// This is Home Assistant's `async_add_shutdown_job`, where a callback that raises cancels the whole stop.
    ///
    /// # Examples
    ///
    /// ```
    /// #[onloop::callback]
    /// fn close_at_stop(hub: &onloop::Hub, valve: tokio::sync::watch::Sender<bool>) {
    ///     hub.on_stop(#[coroutine] async move || {
    ///         valve.send_replace(false);
    ///         valve.closed().await;
    ///     })
    ///     .detach();
    /// }
    /// ```
    pub fn on_stop(&self, hook: impl IntoJob<()>) -> Unsubscribe {
        let hook = hook.into_job();
        if self.shared.hooks_over.get() {
            if self.state() != HubState::Stopped {
                self.run_job(&hook, ()).detach();
            }
            return Unsubscribe::nothing();
        }
        self.shared.stop_hooks.add(Listener::new(hook).once())
    }

    async fn stop_in_stages(self) {
        let shared = &self.shared;
        let late = self.run_hooks(&shared.stop_hooks, shared.limits[&StopStage::Hooks]).await;
        shared.hooks_over.set(true);
        if let Some(names) = late {
            shared.log_impatience(StopStage::Hooks, &names);
        }

        shared.state.set(HubState::Stopping);
        shared.tasks.borrow_mut().leave_behind(&[Group::Tracked]);
        shared.executor.jobs.table().leave_behind(Group::FRESH);
        shared.executor.jobs.progress.notify_waiters();
        shared.cancel_all(Group::CANCELLED_FIRST);
        self.bus().fire(&HUB_STOP, ());
        shared.stage(StopStage::Stopping, Group::FRESH, Group::FRESH).await;

        shared.state.set(HubState::FinalWrite);
        self.bus().fire(&HUB_FINAL_WRITE, ());
        shared.stage(StopStage::FinalWrite, Group::FRESH, Group::FRESH).await;

        self.remote().close(&self);
        shared.state.set(HubState::Closing);
        // Timers were cancelled first, and may not have had their turn to end.
        let names = shared.names(&[Group::Tracked, Group::Background, Group::LeftBehind], &[]);
        if !names.is_empty() {
            log!(WARN, "hub `{}` stops and cancels {names}", shared.name);
        }
        shared.cancel_all(Group::ALL);
        self.bus().fire(&HUB_CLOSE, ());
        shared.stage(StopStage::Closing, Group::ALL, Group::FRESH).await;
        shared.finish_jobs().await;

        shared.state.set(HubState::Stopped);
        shared.cancel_all(Group::ALL);
        shared.channels.close();
        shared.start_hooks.close();
        let parts = shared.parts.take();
        parts.iter().filter_map(Weak::upgrade).for_each(|part| part.hub_has_stopped());
        shared.stopped.notify_waiters();
    }
}

impl Shared {
    /// Waits for the executor's jobs within their limit, then gives up on them.
    pub(super) async fn finish_jobs(&self) {
        self.stage(StopStage::Executor, &[], Group::ALL).await;
        self.executor.jobs.table().clear();
    }

    async fn stage(&self, stage: StopStage, tasks: &[Group], jobs: &[Group]) {
        let limit = self.limits[&stage];
        if within(limit, self.idle(tasks, jobs)).await.is_none() {
            self.log_impatience(stage, &self.names(tasks, jobs));
        }
    }

    fn log_impatience(&self, stage: StopStage, names: &str) {
        let limit = self.limits[&stage];
        log!(WARN, "hub `{}` stops without waiting any longer ({stage} stage, {limit:?}) for {names}", self.name,);
    }
}
