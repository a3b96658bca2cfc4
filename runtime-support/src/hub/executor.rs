//! The executor: threads for code that blocks.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::sync::oneshot::error::RecvError;
use tokio::sync::{Notify, oneshot};

use super::label::Label;
use super::work_table::{Group, WorkTable};
use crate::catch_panic::drop_caught;
use crate::lock::lock;
use crate::log::log;
use crate::panics::{Payload, discard, panic_message};
use crate::unsubscribe::Live;

/// The threads, and the jobs that they have.
pub(super) struct Executor {
    /// The way to the threads: those of the runtime's blocking pool.
    runtime: Handle,
    /// The jobs that are alive; the threads take them out.
    pub(super) jobs: Arc<Jobs>,
}

impl Executor {
    pub(super) fn new(runtime: Handle) -> Self {
        Self { runtime, jobs: Jobs::new() }
    }

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

/// The handle to an executor job and its result, returned by [`Hub::add_executor_job`][super::Hub::add_executor_job].
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
    table: Mutex<WorkTable<Begun>>,
    /// Told of each job, for the look at the queue.
    arrived: Notify,
    /// Told whenever a wait for work to end should look again; the tasks' table uses it too.
    pub(super) progress: Notify,
    /// Nothing begins any more.
    closed: AtomicBool,
}

impl Jobs {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            table: Mutex::new(WorkTable::new()),
            arrived: Notify::new(),
            progress: Notify::new(),
            closed: AtomicBool::new(false),
        })
    }

    /// Completes when there is a job.
    pub(super) async fn some(&self) {
        while self.table().is_empty() {
            self.arrived.notified().await;
        }
    }

    /// Those of the first `known` jobs that still wait for a thread, and all that have one.
    pub(super) fn queue(&self, known: u64) -> (Vec<Label>, Vec<Label>) {
        let table = self.table();
        (table.labels_of(|id, begun| id < known && !begun), table.labels_of(|_, begun| *begun))
    }

    /// What has not begun never will: the loop has ended.
    pub(super) fn close(&self) {
        self.closed.store(true, Release);
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Acquire)
    }

    pub(super) fn table(&self) -> MutexGuard<'_, WorkTable<Begun>> {
        lock(&self.table)
    }
}

/// Keeps a job in the list until it has run, or was dropped without.
struct Ticket {
    jobs: Arc<Jobs>,
    id: u64,
}

impl Ticket {
    fn new(jobs: &Arc<Jobs>, label: Label, group: Group) -> Self {
        let id = jobs.table().insert(label, group, false);
        jobs.arrived.notify_one();
        Self { jobs: Arc::clone(jobs), id }
    }

    /// A thread has begun it.
    fn begin(&self) {
        if let Some(begun) = self.jobs.table().get_mut(self.id) {
            *begun = true;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let idle = {
            let mut table = self.jobs.table();
            table.remove(self.id);
            table.is_idle(&[Group::Tracked])
        };
        if idle {
            self.jobs.progress.notify_waiters();
        }
    }
}
