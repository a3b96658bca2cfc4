//! The hub: one loop, the tasks on it, and the executor beside it.

mod builder;
mod current;
mod drain;
mod executor;
mod hooks;
mod inbox;
mod job;
mod label;
mod limit;
mod pages;
mod queue;
mod remote;
mod roomy;
mod run;
mod running;
mod shared;
#[cfg(feature = "signal")]
mod signal;
mod stage;
mod start;
mod stop;
mod task;
mod timer;
mod watched;
mod work_table;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use crate::bus::Channels;
use crate::states::StateTable;
use crate::watch::Watch;

pub use self::builder::HubBuilder;
pub use self::executor::ExecutorJob;
pub(crate) use self::job::drop_job;
pub use self::job::{IntoJob, IntoLoopJob, Job};
pub use self::remote::{Remote, RemoteCall, RemoteError};
pub use self::run::JobRun;
pub(crate) use self::shared::Part;
pub use self::shared::{Hub, HubState};
pub use self::stage::StopStage;
pub use self::start::{HUB_START, HUB_STARTED};
pub use self::stop::{HUB_CLOSE, HUB_FINAL_WRITE, HUB_STOP};
pub use self::task::{Cancelled, Task};
pub use self::timer::{Interval, Overlap};

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

    /// The watch of [`HubBuilder::watch`][super::HubBuilder::watch], if it could start: for its
    /// [profile][Watch::profile] while the loop runs.
    #[must_use]
    pub fn watch(&self) -> Option<&Watch> {
        self.shared.watch.as_ref()
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
