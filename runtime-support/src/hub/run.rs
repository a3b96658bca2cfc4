//! Runs on a hub: closures in the executor, and jobs of each kind in their own way.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::executor::ExecutorJob;
use super::job::{Job, Kind};
use super::label::Label;
use super::shared::Hub;
use super::task::{Cancelled, Task};
use super::work_table::Group;
use crate::Site;
use crate::argument::Argument;
use crate::catch_panic::report_panic;
use crate::job::JobFuture;
use crate::listeners::{Listeners, Slots};
use crate::panics::{Payload, discard};
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
        self.shared.executor.submit(Label::of::<F>(), self.shared.current_group(), None, job)
    }
}

impl Hub {
    /// Runs a job the way its kind runs, and gives the handle to the run.
    ///
    /// - A callback runs inside this call. A panic in it is logged, with the job's name and place, and resumes in
    ///   whoever awaits the handle; it does not reach the caller.
    /// - A coroutine becomes a tracked task: it has run up to its first wait when this returns.
    /// - A blocking function goes to the executor, tracked.
    ///
    /// This is how the bus and the timers run what they are given; use it for jobs that a library of yours takes.
    /// It is Home Assistant's `async_run_hass_job`, where a callback's exception reaches the caller.
    pub fn run_job<A, R>(&self, job: &Job<A, R>, argument: A) -> JobRun<R> {
        self.run_job_with(job, &mut Argument::new(argument), Group::Tracked, None)
    }

    /// Runs a job as [`run_job`][Hub::run_job] does, but nobody waits for it: a coroutine becomes a background task,
    /// and so does what goes to the executor.
    pub fn run_background_job<A, R>(&self, job: &Job<A, R>, argument: A) -> JobRun<R> {
        self.run_job_with(job, &mut Argument::new(argument), Group::Background, None)
    }

    /// Runs the listeners of `slots`, in order, and leaves what is not over to the hub.
    #[inline]
    pub(crate) fn notify<A>(&self, listeners: &Listeners<A>, slots: &Slots<A>, argument: &mut Argument<A>) {
        listeners.notify(slots, argument, |job, argument, live| self.run_tracked(job, argument, live).detach());
    }

    /// Runs a job whose argument others get as well; in the executor, if `live` is not over by then.
    #[inline]
    pub(crate) fn run_tracked<A, R>(
        &self,
        job: &Job<A, R>,
        argument: &mut Argument<A>,
        live: Option<&Live>,
    ) -> JobRun<R> {
        self.run_job_with(job, argument, Group::Tracked, live)
    }

    #[inline]
    pub(super) fn run_job_with<A, R>(
        &self,
        job: &Job<A, R>,
        argument: &mut Argument<A>,
        group: Group,
        live: Option<&Live>,
    ) -> JobRun<R> {
        let progress = match &job.kind {
            Kind::Callback(job) => {
                let outcome = catch_unwind(AssertUnwindSafe(|| job.call(argument.get())));
                if let Err(payload) = &outcome {
                    report_panic("callback", job.name(), payload);
                }
                Progress::Ran(job.site(), Some(outcome))
            }
            Kind::Coroutine(job) => {
                let label = Label::Job(job.name().clone());
                // The call itself runs nothing of the user's: the future is polled as the task's.
                Progress::Task(self.shared.start(label, group, job.call(argument.share())))
            }
            Kind::Blocking(job, submit) => {
                Progress::Executor(submit(job.clone(), &self.shared.executor, group, live.cloned(), argument.share()))
            }
        };
        JobRun { progress }
    }
}

impl<A, R> Job<A, R> {
    /// Makes one run of it inside the caller's own task. A panic is for whoever polls, and nobody has logged it.
    #[allow(
        clippy::arc_with_non_send_sync,
        reason = "blocking jobs need an `Arc`, and only those whose argument is `Send` exist"
    )]
    pub(crate) fn call(&self, hub: &Hub, argument: A) -> JobFuture<R> {
        match &self.kind {
            Kind::Callback(job) => {
                let job = job.clone();
                Box::pin(async move { job.call(&argument) })
            }
            Kind::Coroutine(job) => job.call(Arc::new(argument)),
            Kind::Blocking(job, submit) => {
                let (job, submit, hub) = (job.clone(), *submit, hub.clone());
                Box::pin(async move {
                    submit(job, &hub.shared.executor, hub.shared.current_group(), None, Arc::new(argument)).await
                })
            }
        }
    }
}

/// One run of a job, returned by [`Hub::run_job`] and similar methods.
///
/// Awaiting it gives the job's result; [`Cancelled`] if it was cancelled, or if it waited for a thread of the executor
/// and the hub's loop has ended. A panic of the job resumes in the awaiter. Dropping it detaches the run, which goes
/// on.
///
/// # Cancel safety
///
/// Awaiting `&mut run` is cancel safe: the result is still there for the next await.
///
/// # Panics
///
/// When polled again after it gave its result.
pub struct JobRun<R> {
    progress: Progress<R>,
}

enum Progress<R> {
    /// A callback, which has run.
    Ran(&'static Site, Option<Result<R, Payload>>),
    Task(Task<R>),
    Executor(ExecutorJob<R>),
}

impl<R> JobRun<R> {
    /// The task that it is, while that runs.
    pub(crate) fn task(&self) -> Option<u64> {
        match &self.progress {
            Progress::Task(task) => task.id(),
            Progress::Ran(..) | Progress::Executor(_) => None,
        }
    }

    /// Lets the run go on by itself. A panic has been logged or will be.
    #[inline]
    pub(crate) fn detach(self) {
        if let Progress::Ran(_, Some(Ok(_))) = &self.progress {
            return;
        }
        discard(self);
    }

    /// Waits for the end of the run, whatever it is; a panic has been logged or is now.
    pub(crate) async fn ended(mut self) {
        std::future::poll_fn(|cx| self.poll_ended(cx)).await;
    }

    pub(crate) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.progress {
            Progress::Ran(_, outcome) => {
                discard(outcome.take());
                Poll::Ready(())
            }
            Progress::Task(task) => task.poll_outcome(cx).map(discard),
            Progress::Executor(job) => job.poll_outcome(cx).map(discard),
        }
    }
}

/// The result is never pinned: it is moved out, whole.
impl<R> Unpin for JobRun<R> {}

impl<R> Future for JobRun<R> {
    type Output = Result<R, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.progress {
            Progress::Ran(_, outcome) => match outcome.take().expect("`JobRun` polled after it gave its result") {
                Ok(result) => Poll::Ready(Ok(result)),
                Err(payload) => resume_unwind(payload),
            },
            Progress::Task(task) => Pin::new(task).poll(cx),
            Progress::Executor(job) => job.poll_outcome(cx).map(|outcome| match outcome {
                Ok(result) => Ok(result),
                Err(Some(unheard)) => unheard.resume(),
                Err(None) => Err(Cancelled),
            }),
        }
    }
}

impl<R> fmt::Debug for JobRun<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name: &dyn fmt::Display = match &self.progress {
            Progress::Ran(site, _) => site,
            Progress::Task(task) => task.label(),
            Progress::Executor(job) => job.label(),
        };
        f.debug_struct("JobRun").field("name", &format_args!("{name}")).finish_non_exhaustive()
    }
}
