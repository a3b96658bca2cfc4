//! The stop: in stages, each with a limit.
//!
//! The stages are those of Home Assistant's `async_stop`. It runs in a task of its own that no ledger knows, so
//! neither its caller's end nor the cancelling it does can interrupt it.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use super::ledger::Group;
use super::{Hub, HubState, Shared};

/// A stage of [`Hub::stop`], for its limit: see [`HubBuilder::stop_limit`][super::HubBuilder::stop_limit].
///
/// A stage ends as soon as there is nothing left to wait for. When its limit is over, what is still running is named
/// in the log and the next stage begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum StopStage {
    /// Background tasks have been cancelled; waits for what they start while they are dropped, and for what others
    /// start from now on. 100 s.
    Stopping,
    /// Waits for what is started after that. 60 s.
    FinalWrite,
    /// All tasks are cancelled; waits for what they start while they are dropped. 30 s.
    Closing,
    /// Waits for executor jobs, also those from before the stop. 10 s.
    Executor,
}

impl StopStage {
    /// The reference's figures.
    pub(super) fn default_limits() -> BTreeMap<StopStage, Duration> {
        [(Self::Stopping, 100), (Self::FinalWrite, 60), (Self::Closing, 30), (Self::Executor, 10)]
            .into_iter()
            .map(|(stage, seconds)| (stage, Duration::from_secs(seconds)))
            .collect()
    }
}

impl fmt::Display for StopStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopping => "stopping",
            Self::FinalWrite => "final write",
            Self::Closing => "closing",
            Self::Executor => "executor",
        })
    }
}

impl Hub {
    /// Stops the hub, in stages, and returns when it has stopped.
    ///
    /// 1. The state becomes [`Stopping`][HubState::Stopping]: background tasks are cancelled. Tracked tasks and jobs
    ///    that are already there run on but hold nothing up; what is started from now on is waited for, up to 100 s.
    /// 2. [`FinalWrite`][HubState::FinalWrite]: waits again, up to 60 s.
    /// 3. [`Closing`][HubState::Closing]: the tasks still alive are named in the log and cancelled; waits for what
    ///    they start while they are dropped, up to 30 s. Then up to 10 s for executor jobs, old ones too; those that
    ///    have not ended are named in the log and left behind.
    /// 4. [`Stopped`][HubState::Stopped]: nothing starts any more.
    ///
    /// [`HubBuilder::stop_limit`][super::HubBuilder::stop_limit] changes the limits. Cancelling drops a future, so a
    /// task cannot refuse; it can only outlast a stage through what its destructors start.
    ///
    /// Called again, or by several, it waits for the one stop that is under way. Called from a task, that task is
    /// neither waited for nor cancelled; it goes on once the hub has stopped, for as long as [`Hub::run`] still
    /// runs. `run` does not return before its main future does: let that wait for [`stopped`][Hub::stopped] if tasks
    /// may stop the hub.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the stop goes on by itself, whether or not its caller waits for the end.
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
        let aside = self.shared.step_aside();
        if let Some(aside) = &aside {
            self.shared.exempt_from_stop(aside.id());
        }
        if !self.shared.stop_asked.replace(true) {
            tokio::task::spawn_local(Rc::clone(&self.shared).stop_in_stages());
        }
        self.stopped().await;
    }

    /// Waits until the hub has stopped, whoever stops it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only watches.
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
        let mut stopped = pin!(self.shared.stopped.notified());
        stopped.as_mut().enable();
        if self.state() != HubState::Stopped {
            stopped.await;
        }
    }
}

impl Shared {
    async fn stop_in_stages(self: Rc<Self>) {
        self.state.set(HubState::Stopping);
        self.tasks.borrow_mut().leave_behind(&[Group::Tracked]);
        self.jobs.ledger().leave_behind(Group::FRESH);
        self.jobs.progress.notify_waiters();
        self.cancel_all(Group::CANCELLED_FIRST);
        self.stage(StopStage::Stopping, Group::FRESH, Group::FRESH).await;

        self.state.set(HubState::FinalWrite);
        self.stage(StopStage::FinalWrite, Group::FRESH, Group::FRESH).await;

        self.state.set(HubState::Closing);
        let names = self.names(Group::ALL, &[]);
        if !names.is_empty() {
            tracing::warn!(target: "onloop", "hub `{}` stops and cancels {names}", self.name);
        }
        self.cancel_all(Group::ALL);
        self.stage(StopStage::Closing, Group::ALL, Group::FRESH).await;
        self.finish_jobs().await;

        self.state.set(HubState::Stopped);
        self.cancel_all(Group::ALL);
        self.stopped.notify_waiters();
    }

    /// Waits for the executor's jobs within their limit, then gives up on them.
    pub(super) async fn finish_jobs(&self) {
        self.stage(StopStage::Executor, &[], Group::ALL).await;
        self.jobs.ledger().clear();
    }

    async fn stage(&self, stage: StopStage, tasks: &[Group], jobs: &[Group]) {
        let limit = self.limits[&stage];
        if tokio::time::timeout(limit, self.idle(tasks, jobs)).await.is_err() {
            let names = self.names(tasks, jobs);
            tracing::warn!(
                target: "onloop",
                "hub `{}` stops without waiting any longer ({stage} stage, {limit:?}) for {names}",
                self.name,
            );
        }
    }
}
