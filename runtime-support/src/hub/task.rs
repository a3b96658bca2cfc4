//! Tasks: futures that the hub drives.
//!
//! A task starts inside the call that makes it: the future is polled once, with a waker that does nothing. If it
//! waits, it is handed to tokio, which polls every new task at its next turn. That second poll is what makes the
//! first waker dispensable: whatever happened in between, the future sees it then, and from then on it holds a real
//! waker.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::task::JoinHandle;

use super::label::Label;
use super::ledger::Group;
use super::{Hub, HubState, Shared};

/// What a panic carries.
pub(super) type Payload = Box<dyn Any + Send>;

/// How many tasks may start (or be refused) inside each other's first segments (or destructors), on one stack. A
/// deeper one starts at the next turn instead. A test thread has 2 MiB of stack; this leaves 32 KiB to each.
const MAX_NESTING: usize = 64;

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
        self.shared.start(Label::of::<F>(), Group::Tracked, future)
    }

    /// Starts a task that the log calls `name`; in all else [`create_task`][Hub::create_task].
    #[track_caller]
    pub fn create_task_named<F>(&self, name: impl Into<Cow<'static, str>>, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.shared.start(Label::given(name.into()), Group::Tracked, future)
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
        self.shared.start(Label::given(name.into()), Group::Background, future)
    }
}

/// The handle to a task, made by [`Hub::create_task`] and its kin.
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
    progress: Progress<T>,
}

enum Progress<T> {
    /// It ended in its first segment; the outcome waits for the awaiter, and tokio has never heard of it.
    Ended(Option<Result<T, Ended>>),
    /// It waited, and is tokio's now.
    Running { handle: JoinHandle<Result<T, Ended>>, hub: Rc<Shared>, id: u64 },
}

/// Why a task has no output.
pub(super) enum Ended {
    Cancelled,
    Panicked(Payload),
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

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match &mut self.progress {
            Progress::Ended(outcome) => outcome.take().expect("`Task` polled after it gave its output"),
            Progress::Running { handle, .. } => {
                match std::task::ready!(Pin::new(handle).poll(cx)) {
                    Ok(outcome) => outcome,
                    // The loop ended under the task; nothing else makes tokio end it.
                    Err(_) => Err(Ended::Cancelled),
                }
            }
        };
        Poll::Ready(match outcome {
            Ok(output) => Ok(output),
            Err(Ended::Cancelled) => Err(Cancelled),
            Err(Ended::Panicked(payload)) => resume_unwind(payload),
        })
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("is_finished", &self.is_finished()).finish_non_exhaustive()
    }
}

/// What the hub keeps of a live task, besides its label and group.
#[derive(Debug, Default)]
pub(super) struct TaskEntry {
    /// The next turn drops the future instead of polling it.
    cancelled: bool,
    /// The task waits for the stop to end, so the stop must not cancel it.
    awaits_stop: bool,
    /// Brings the next turn about. `None` until tokio has polled the task, which it will without being woken.
    waker: Option<Waker>,
}

/// A live task. It is in the ledger exactly as long as this exists.
pub(super) struct Running<F: Future> {
    hub: Rc<Shared>,
    id: u64,
    /// `None` once it has ended.
    future: Option<Pin<Box<F>>>,
}

impl Shared {
    fn start<F>(self: &Rc<Self>, label: Label, group: Group, future: F) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let id = self.tasks.borrow_mut().insert(label, group, TaskEntry::default());
        let mut running = Running { hub: Rc::clone(self), id, future: Some(Box::pin(future)) };
        let progress = match running.first_segment(group) {
            Poll::Ready(outcome) => Progress::Ended(Some(outcome)),
            Poll::Pending => Progress::Running { handle: tokio::task::spawn_local(running), hub: Rc::clone(self), id },
        };
        Task { progress }
    }

    /// Runs code of the task `id`: makes it the current one, and stops a panic.
    fn contain<R>(&self, id: u64, code: impl FnOnce() -> R) -> Result<R, Payload> {
        let outer = self.current.replace(Some(id));
        let result = catch_unwind(AssertUnwindSafe(code));
        self.current.set(outer);
        if let Err(payload) = &result {
            self.log_panic(id, payload);
        }
        result
    }

    #[cold]
    fn log_panic(&self, id: u64, payload: &Payload) {
        let label = self.tasks.borrow().label(id).cloned();
        if let Some(label) = label {
            let message = panic_message(payload);
            tracing::error!(target: "onloop", "task {label} panicked: {message}");
        }
    }

    fn cancel(&self, id: u64) {
        let waker = self.tasks.borrow_mut().get_mut(id).and_then(TaskEntry::cancel);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Cancels all tasks of these groups, but for those that wait for the stop itself.
    pub(super) fn cancel_all(&self, groups: &[Group]) {
        let wakers: Vec<_> = self
            .tasks
            .borrow_mut()
            .iter_mut(groups)
            .filter(|task| !task.awaits_stop)
            .filter_map(TaskEntry::cancel)
            .collect();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// From now on the stop leaves this task alone.
    pub(super) fn exempt_from_stop(&self, id: u64) {
        if let Some(task) = self.tasks.borrow_mut().get_mut(id) {
            task.awaits_stop = true;
        }
    }
}

impl TaskEntry {
    /// Marks the task; gives the waker that makes it notice.
    fn cancel(&mut self) -> Option<Waker> {
        self.cancelled = true;
        self.waker.clone()
    }
}

impl<F: Future> Running<F> {
    fn first_segment(&mut self, group: Group) -> Poll<Result<F::Output, Ended>> {
        let refused = match self.hub.state.get() {
            HubState::Running => false,
            HubState::Stopped => true,
            _ => group == Group::Background,
        };
        let depth = self.hub.nesting.get();
        if depth == MAX_NESTING {
            return if refused { Poll::Ready(Err(self.leak())) } else { Poll::Pending };
        }
        self.hub.nesting.set(depth + 1);
        let progress = if refused {
            Poll::Ready(Err(self.cancel()))
        } else {
            self.advance(&mut Context::from_waker(Waker::noop()))
        };
        self.hub.nesting.set(depth);
        progress
    }

    /// The way out where a refused future's destructor makes the next future to be refused, without end: only not
    /// dropping one keeps the stack from overflowing.
    #[cold]
    fn leak(&mut self) -> Ended {
        let label = self.hub.tasks.borrow().label(self.id).cloned();
        if let Some(label) = label {
            tracing::error!(
                target: "onloop",
                "task {label} is leaked: the hub stops, and destructors of refused tasks start tasks again and again",
            );
        }
        std::mem::forget(self.future.take());
        Ended::Cancelled
    }

    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<F::Output, Ended>> {
        let future = &mut self.future;
        let step = self.hub.contain(self.id, || {
            let output = future.as_mut().map(|future| future.as_mut().poll(cx));
            if let Some(Poll::Ready(_)) = output {
                drop(future.take());
            }
            output
        });
        match step {
            Ok(Some(Poll::Pending)) => Poll::Pending,
            Ok(Some(Poll::Ready(output))) => Poll::Ready(Ok(output)),
            Ok(None) => unreachable!("tokio polls no task again that has ended"),
            Err(payload) => {
                // A second panic, of a destructor, has been logged; the first is the one to pass on.
                let _ = self.drop_future();
                Poll::Ready(Err(Ended::Panicked(payload)))
            }
        }
    }

    fn cancel(&mut self) -> Ended {
        self.drop_future().map_or_else(Ended::Panicked, |()| Ended::Cancelled)
    }

    /// Drops the future as the task's own code, for its destructors are.
    fn drop_future(&mut self) -> Result<(), Payload> {
        let future = &mut self.future;
        self.hub.contain(self.id, || drop(future.take()))
    }
}

impl<F: Future> Future for Running<F> {
    type Output = Result<F::Output, Ended>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let cancelled = {
            let mut tasks = self.hub.tasks.borrow_mut();
            tasks.get_mut(self.id).is_some_and(|task| {
                // Tokio's waker of a task stays the same.
                task.waker.get_or_insert_with(|| cx.waker().clone());
                task.cancelled
            })
        };
        if cancelled { Poll::Ready(Err(self.cancel())) } else { self.advance(cx) }
    }
}

impl<F: Future> Drop for Running<F> {
    /// Runs when the task has ended, and when the loop ends under it.
    fn drop(&mut self) {
        if self.future.is_some() {
            // A panic has been logged, and there is nobody to pass it on to.
            let _ = self.drop_future();
        }
        let entry = self.hub.tasks.borrow_mut().remove(self.id);
        drop(entry);
        self.hub.tell_drains();
    }
}

/// What a panic says, as far as it can be read.
pub(super) fn panic_message(payload: &Payload) -> &str {
    if let Some(message) = payload.downcast_ref::<&'static str>() {
        message
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message
    } else {
        "a value that is no text"
    }
}
