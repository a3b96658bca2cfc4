//! Tasks, as their creators see them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::task::JoinHandle;

use super::label::Label;
use super::roomy::Roomy;
use super::running::{Ended, Running};
use super::shared::{Hub, Shared};
use super::work_table::Group;

impl Hub {
    /// Starts a task on the loop. It runs up to its first wait inside this call.
    ///
    /// The task is tracked: [`block_till_done`][Hub::block_till_done] waits for it. Dropping the handle detaches the
    /// task, it runs on and stays tracked; [`Task::cancel`] ends it early, and so does the hub's stop. A panic in
    /// the task is logged once, with the task's name, and resumes in whoever awaits the handle; the loop goes on.
    ///
    /// In the log the task is called after the function that made the future, with the place of this call; see
    /// [`create_task_named`][Hub::create_task_named].
    ///
    /// Once the hub has [stopped][super::HubState::Stopped], the future is dropped without being polled and the
    /// handle gives [`Cancelled`].
    ///
    /// This is Home Assistant's `async_create_task`, always eager. In the first segment the task shares what belongs
    /// to tokio's idea of the current task with the caller: [`tokio::task::id`] and the cooperative budget. Of tasks
    /// that start tasks in their first segments, on and on, the 65th starts at the loop's next turn.
    ///
    /// # Panics
    ///
    /// If the future waits and a runtime other than the hub's has been entered on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    /// # use onloop::Hub;
    ///
    /// Hub::run(async |hub| {
    ///     let started = Rc::new(Cell::new(false));
    ///     let task = hub.create_task({
    ///         let started = Rc::clone(&started);
    ///         async move {
    ///             started.set(true);
    ///             tokio::task::yield_now().await;
    ///             "done"
    ///         }
    ///     });
    ///     assert!(started.get(), "it ran up to its first wait");
    ///     assert_eq!(task.await, Ok("done"));
    /// });
    /// ```
    #[track_caller]
    pub fn create_task<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.start(Label::of::<F>(), Group::Tracked, Roomy::boxed(future))
    }

    /// Starts a task that the log calls `name`; in all else [`create_task`][Hub::create_task].
    #[track_caller]
    pub fn create_task_named<F>(&self, name: impl Into<Cow<'static, str>>, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.start(Label::given(name.into()), Group::Tracked, Roomy::boxed(future))
    }

    /// Starts a task that nobody waits for: one that listens, polls or reconnects for as long as the hub runs.
    ///
    /// It starts as [`create_task`][Hub::create_task] does. [`block_till_done`][Hub::block_till_done] leaves it out,
    /// and when the hub stops it is the first to be cancelled. Cancelling drops the future, on the loop; what its
    /// destructors start in turn (a task that says goodbye, an executor job that writes a file) is waited for
    /// within the [limits of the stop][super::StopStage]. One made after the stop has begun is cancelled before it
    /// starts.
    ///
    /// This is Home Assistant's `async_create_background_task`; there the cleanup is not waited for.
    ///
    /// # Panics
    ///
    /// As [`create_task`][Hub::create_task].
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// use std::time::Duration;
    ///
    /// Hub::run(async |hub| {
    ///     hub.create_background_task("heartbeat", async {
    ///         loop {
    ///             tokio::time::sleep(Duration::from_secs(30)).await;
    ///         }
    ///     });
    ///     hub.block_till_done().await; // does not wait for the heartbeat
    /// }); // the heartbeat is cancelled here
    /// ```
    #[track_caller]
    pub fn create_background_task<F>(&self, name: impl Into<Cow<'static, str>>, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.start(Label::given(name.into()), Group::Background, Roomy::boxed(future))
    }
}

impl Hub {
    /// Starts a task that the log calls after the future `Called`, which runs inside `future`.
    #[track_caller]
    pub(crate) fn create_task_called<Called, F>(&self, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.start(Label::of::<Called>(), Group::Tracked, Roomy::boxed(future))
    }

    /// Cancels a task by its id, as [`Task::cancel`] does.
    pub(crate) fn cancel_task(&self, id: u64) {
        self.shared.cancel(id);
    }
}

/// The handle to a task, returned by [`Hub::create_task`] and similar methods.
///
/// Awaiting it gives the task's output, or [`Cancelled`]; a panic of the task resumes in the awaiter. It is a
/// `Result` because a task can end without an output through no fault of its awaiter: the hub stops. A panic there
/// would turn an orderly stop into a crash, and waiting for ever would be worse.
///
/// Dropping the handle detaches the task: it runs on, and stays tracked if it was. Nothing is cancelled by a drop.
///
/// # Cancel safety
///
/// Awaiting `&mut task` is cancel safe: the output is still there for the next await.
///
/// # Panics
///
/// When polled again after it gave its output.
pub struct Task<T> {
    label: Label,
    progress: Progress<T>,
}

enum Progress<T> {
    /// It ended in its first segment; the outcome waits for the awaiter, and tokio has never heard of it.
    Ended(Option<Result<T, Ended>>),
    /// It waited, and is tokio's now.
    Running { handle: JoinHandle<Result<T, Ended>>, hub: Rc<Shared>, id: u64 },
}

/// The task was cancelled, by [`Task::cancel`] or because the hub stopped, before it had an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task was cancelled")
    }
}

impl Error for Cancelled {}

impl<T> Task<T> {
    /// Cancels the task: at its next turn its future is dropped, on the loop, and the handle gives [`Cancelled`].
    ///
    /// A task that has ended already is left as it is. Await the handle to know that the destructors have run.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::{Cancelled, Hub};
    /// Hub::run(async |hub| {
    ///     let task = hub.create_task(std::future::pending::<()>());
    ///     task.cancel();
    ///     assert_eq!(task.await, Err(Cancelled));
    /// });
    /// ```
    pub fn cancel(&self) {
        if let Progress::Running { hub, id, .. } = &self.progress {
            hub.cancel(*id);
        }
    }

    /// Whether the task has ended: with an output, by a panic or cancelled.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match &self.progress {
            Progress::Ended(_) => true,
            Progress::Running { handle, .. } => handle.is_finished(),
        }
    }
}

/// The output is never pinned: it is moved out, whole.
impl<T> Unpin for Task<T> {}

impl<T> Task<T> {
    pub(super) fn label(&self) -> &Label {
        &self.label
    }

    /// What the hub knows it by, while it runs.
    pub(super) fn id(&self) -> Option<u64> {
        match &self.progress {
            Progress::Ended(_) => None,
            Progress::Running { id, .. } => Some(*id),
        }
    }

    /// Waits for the task, and leaves to the caller what to do about a panic.
    pub(super) fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Ended>> {
        Poll::Ready(match &mut self.progress {
            Progress::Ended(outcome) => outcome.take().expect("`Task` polled after it gave its output"),
            Progress::Running { handle, .. } => match std::task::ready!(Pin::new(handle).poll(cx)) {
                Ok(outcome) => outcome,
                Err(error) => Err(error.try_into_panic().map_or(Ended::Cancelled, Ended::Panicked)),
            },
        })
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = std::task::ready!(self.poll_outcome(cx));
        Poll::Ready(match outcome {
            Ok(output) => Ok(output),
            Err(Ended::Cancelled) => Err(Cancelled),
            Err(Ended::Panicked(payload)) => resume_unwind(payload),
        })
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &format_args!("{}", self.label))
            .field("is_finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Makes a task, and runs its first segment.
    pub(super) fn start<F>(self: &Rc<Self>, label: Label, group: Group, future: Pin<Box<F>>) -> Task<F::Output>
    where
        F: Future + ?Sized + 'static,
        F::Output: 'static,
    {
        let mut running = Running::new(self, label.clone(), group, future);
        let progress = match running.first_segment(group) {
            Poll::Ready(outcome) => Progress::Ended(Some(outcome)),
            Poll::Pending => Progress::Running { hub: Rc::clone(self), id: running.id(), handle: running.spawn() },
        };
        Task { label, progress }
    }
}
