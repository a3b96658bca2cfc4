//! The executor: threads for code that blocks.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot::error::RecvError;
use tokio::sync::{Notify, oneshot};

use super::label::Label;
use super::ledger::{Group, Ledger};
use super::{Hub, Shared};
use crate::isolate::drop_caught;
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};
use crate::unsubscribe::Live;

impl Hub {
    /// Runs a blocking function on a thread of the executor. Await the handle for its result.
    ///
    /// The job is queued by this call, not by the await. Pass arguments through the closure. Dropping the handle
    /// detaches the job: it still runs, and its result is dropped.
    ///
    /// The job belongs to the group of the task that creates it. Created in a background task, it is background;
    /// created anywhere else (in a task's first segment, in a callback, in the main future),
    /// [`block_till_done`][Hub::block_till_done] waits for it. A thread cannot be interrupted: a job that is still
    /// running when the hub has stopped is [waited for up to a limit][super::StopStage::Executor], then named in the
    /// log and left behind; one that is still queued when [`Hub::run`] returns is dropped without having run.
    ///
    /// The threads are those of tokio's blocking pool, at most
    /// [`executor_threads`][super::HubBuilder::executor_threads]; `tokio::fs` and tokio's name look-up use them too.
    /// This is Home Assistant's `async_add_executor_job`; there, a job created in a first segment or a callback is
    /// background by accident.
    ///
    /// # Panics
    ///
    /// The call itself panics if the operating system refuses the first thread. A panic of the job resumes in the
    /// awaiter; if nobody awaits, it is logged with the place of this call. Awaiting panics too if the job never ran
    /// because the loop ended first, which can be seen only by a handle that has outlived [`Hub::run`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// # fn main() -> std::io::Result<()> {
    /// let manifest = Hub::run(async |hub| {
    ///     let path = "Cargo.toml";
    ///     hub.add_executor_job(move || std::fs::read_to_string(path)).await
    /// })?;
    /// assert!(manifest.contains("[package]"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn add_executor_job<F, R>(&self, job: F) -> ExecutorJob<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.shared.submit(Label::of::<F>(), self.shared.current_group(), None, job)
    }
}

impl Shared {
    /// Queues a job for the executor. It does not run if it comes to its turn when `live` is over, or when the hub's loop
    /// has ended.
    pub(super) fn submit<F, R>(&self, label: Label, group: Group, live: Option<Live>, job: F) -> ExecutorJob<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let ticket = Ticket::new(&self.jobs, label.clone(), group);
        let (send, receive) = oneshot::channel();
        let name = label.clone();
        self.runtime.spawn_blocking(move || {
            if ticket.jobs.is_closed() || live.is_some_and(|live| !live.is_live()) {
                drop_caught(|| format!("executor job {label}"), job);
                return;
            }
            ticket.begin();
            let result = catch_unwind(AssertUnwindSafe(job))
                .map_err(|payload| Unheard::new("executor job", label.clone(), payload));
            // A panic that nobody can hear any more comes back and is logged here; the result that nobody wants
            // is dropped here, where its destructor may block.
            drop_caught(|| format!("the result of executor job {label}"), send.send(result));
            // Last, so that whoever waits for the job finds all of that done.
            drop(ticket);
        });
        ExecutorJob { label: name, receive }
    }
}

/// The handle to an executor job and its result, returned by [`Hub::add_executor_job`].
///
/// # Cancel safety
///
/// Awaiting `&mut job` is cancel safe: the result is still there for the next await.
pub struct ExecutorJob<R> {
    label: Label,
    receive: oneshot::Receiver<Result<R, Unheard>>,
}

impl<R> Future for ExecutorJob<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match std::task::ready!(self.poll_outcome(cx)) {
            Ok(result) => Poll::Ready(result),
            Err(Some(unheard)) => unheard.resume(),
            Err(None) => panic!("the executor job never ran: the loop of its hub has ended"),
        }
    }
}

impl<R> ExecutorJob<R> {
    pub(super) fn label(&self) -> &Label {
        &self.label
    }

    /// Waits for the job, and leaves to the caller what to do about a panic; `None` if the job never ran.
    pub(super) fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Result<R, Option<Unheard>>> {
        Pin::new(&mut self.receive).poll(cx).map(|received| match received {
            Ok(outcome) => outcome.map_err(Some),
            Err(RecvError { .. }) => Err(None),
        })
    }
}

impl<R> fmt::Debug for ExecutorJob<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecutorJob").field("name", &format_args!("{}", self.label)).finish_non_exhaustive()
    }
}

/// The panic of a job on its way to an awaiter. If it gets to none, it goes to the log.
pub(super) struct Unheard {
    what: &'static str,
    label: Label,
    /// `None` only while `resume` hands it on.
    payload: Option<Payload>,
}

impl Unheard {
    pub(super) fn new(what: &'static str, label: Label, payload: Payload) -> Self {
        Self { what, label, payload: Some(payload) }
    }

    pub(super) fn resume(mut self) -> ! {
        match self.payload.take() {
            Some(payload) => resume_unwind(payload),
            None => unreachable!("only this takes the payload, and it takes `self` too"),
        }
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        if let Some(payload) = self.payload.take() {
            let (what, label, message) = (self.what, &self.label, panic_message(&payload));
            log!(ERROR, "{what} {label} panicked, and nobody awaits it: {message}");
            discard(payload);
        }
    }
}

/// Whether a thread has begun a job.
pub(super) type Begun = bool;

/// The jobs that are queued or running. The loop puts them in, the executor's threads take them out.
///
/// The lock is a leaf: nothing else is locked, borrowed or called while it is held.
pub(super) struct Jobs {
    ledger: Mutex<Ledger<Begun>>,
    /// Told of each job, for the look at the queue.
    arrived: Notify,
    /// Told whenever a wait for work to end should look again; the tasks' ledger uses it too.
    pub(super) progress: Notify,
    /// Nothing begins any more.
    closed: AtomicBool,
}

impl Jobs {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            ledger: Mutex::new(Ledger::new()),
            arrived: Notify::new(),
            progress: Notify::new(),
            closed: AtomicBool::new(false),
        })
    }

    /// Completes when there is a job.
    pub(super) async fn some(&self) {
        while self.ledger().is_empty() {
            self.arrived.notified().await;
        }
    }

    /// Those of the first `known` jobs that still wait for a thread, and all that have one.
    pub(super) fn queue(&self, known: u64) -> (Vec<Label>, Vec<Label>) {
        let ledger = self.ledger();
        (ledger.labels_of(|id, begun| id < known && !begun), ledger.labels_of(|_, begun| *begun))
    }

    /// What has not begun never will: the loop has ended.
    pub(super) fn close(&self) {
        self.closed.store(true, Release);
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Acquire)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger<Begun>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a job in the list until it has run, or was dropped without.
struct Ticket {
    jobs: Arc<Jobs>,
    id: u64,
}

impl Ticket {
    fn new(jobs: &Arc<Jobs>, label: Label, group: Group) -> Self {
        let id = jobs.ledger().insert(label, group, false);
        jobs.arrived.notify_one();
        Self { jobs: Arc::clone(jobs), id }
    }

    /// A thread has begun it.
    fn begin(&self) {
        if let Some(begun) = self.jobs.ledger().get_mut(self.id) {
            *begun = true;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let idle = {
            let mut ledger = self.jobs.ledger();
            ledger.remove(self.id);
            ledger.is_idle(&[Group::Tracked])
        };
        if idle {
            self.jobs.progress.notify_waiters();
        }
    }
}
