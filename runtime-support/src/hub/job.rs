//! Jobs on a hub: what can be one, and how each kind runs.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::executor::ExecutorJob;
use super::label::Label;
use super::ledger::Group;
use super::task::{Cancelled, Task};
use super::{Hub, Shared};
use crate::argument::Argument;
use crate::isolate::{log_panic, tell_panic};
use crate::job::{Blocking, Callback, Coroutine, JobFuture, JobName, construct};
use crate::panics::{Payload, discard};
use crate::unsubscribe::Live;
use crate::{Site, Unsubscribe};

/// A job for the bus, for timers and for hooks: a marked closure, or the marked path of a function.
///
/// The mark says how the function runs, and the same rules are checked in it as in a marked function:
///
/// ```
/// use onloop::{Event, EventType, Hub};
///
/// const READING: EventType<u32> = EventType::new("reading");
///
/// #[onloop::callback]
/// fn on_reading(event: &Event<u32>) {
///     println!("{}", event.data);
/// }
///
/// #[onloop::callback]
/// fn listen(hub: &Hub) {
///     let (bus, last) = (hub.bus(), std::cell::Cell::new(0));
///     bus.listen(&READING, #[callback] move |event: &Event<u32>| last.set(event.data)).detach();
///     bus.listen(&READING, #[coroutine] async |event: &Event<u32>| {
///         tokio::time::sleep(std::time::Duration::from_secs(1)).await;
///         println!("{} a second ago", event.data);
///     }).detach();
///     bus.listen(&READING, #[blocking] |event: &Event<u32>| {
///         std::fs::write("reading", event.data.to_string()).expect("the disk has room");
///     }).detach();
///     bus.listen(&READING, #[callback] on_reading).detach();
/// }
/// ```
///
/// A closure without a mark is not a job: it is unknown whether it may run on the loop.
///
/// ```compile_fail,E0277
/// onloop::Hub::run(async |hub| hub.on_stop(|| println!("bye")).detach());
/// ```
///
/// A marked closure without parameters is a job for every argument, and [`named`][Callback::named] gives a job a name
/// of its own for the log.
///
/// What an argument of a blocking job refers to goes to another thread, so `A` must be `Send` and `Sync` for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a job that gets a `&{A}` and gives `{R}`",
    label = "needs a mark that says how it runs; marks work in functions marked `#[onloop::main]`, `coroutine` or `callback`",
    note = "it never waits: `#[callback] move |argument: &{A}| ..`",
    note = "it waits at `.await` only: `#[coroutine] async move |argument: &{A}| ..`",
    note = "it blocks, and `{A}` is `Send` and `Sync`: `#[blocking] move |argument: &{A}| ..`",
    note = "marks work on closures and on paths of functions, and the parameter and the result have to fit"
)]
pub trait IntoJob<A: 'static, R: 'static = ()> {
    /// The job, its kind known at run time.
    fn into_job(self) -> Job<A, R>;
}

/// A job whose argument stays on the loop, such as a [`Coordinator`][crate::Coordinator]: a callback or a coroutine.
///
/// A blocking function runs on another thread, where the argument cannot go. Give it what it needs instead:
///
/// ```
/// use onloop::{Coordinator, Hub, Unsubscribe};
///
/// #[onloop::callback]
/// fn keep(hub: &Hub, coordinator: &Coordinator<String>) -> Unsubscribe {
///     let hub = hub.clone();
///     coordinator.add_listener(#[callback] move |coordinator: &Coordinator<String>| {
///         let Some(data) = coordinator.data() else { return };
///         // The data is shared, and not copied.
///         hub.add_executor_job(move || std::fs::write("reading", &*data));
///     })
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a job for the loop that gets a `&{A}` and gives `{R}`",
    label = "has to be marked `#[callback]` or `#[coroutine]`, in a function marked `#[onloop::main]`, `coroutine` or `callback`",
    note = "it never waits: `#[callback] move |argument: &{A}| ..`",
    note = "it waits at `.await` only: `#[coroutine] async move |argument: &{A}| ..`",
    note = "it blocks: do so in a coroutine, by `hub.add_executor_job(move || ..).await`; a `&{A}` cannot leave the loop"
)]
pub trait IntoLoopJob<A: 'static, R: 'static = ()>: IntoJob<A, R> {}

impl<A, R> IntoLoopJob<A, R> for Callback<A, R> {}

impl<A, R> IntoLoopJob<A, R> for Coroutine<A, R> {}

#[diagnostic::do_not_recommend]
impl<A: 'static> IntoLoopJob<A> for Unsubscribe {}

#[diagnostic::do_not_recommend]
impl<A, R> IntoLoopJob<A, R> for Job<A, R> {}

/// A job of any kind: for those who keep jobs of others and run them, by [`Hub::run_job`].
///
/// A clone is another handle to the same function.
pub struct Job<A: 'static, R: 'static = ()> {
    kind: Kind<A, R>,
}

enum Kind<A: 'static, R: 'static> {
    Callback(Callback<A, R>),
    Coroutine(Coroutine<A, R>),
    /// With the way to the executor, known to send the argument there.
    Blocking(Blocking<A, R>, Submit<A, R>),
}

type Submit<A, R> = fn(Blocking<A, R>, &Shared, Group, Option<Live>, Arc<A>) -> ExecutorJob<R>;

impl<A, R> IntoJob<A, R> for Callback<A, R> {
    fn into_job(self) -> Job<A, R> {
        Job { kind: Kind::Callback(self) }
    }
}

impl<A, R> IntoJob<A, R> for Coroutine<A, R> {
    fn into_job(self) -> Job<A, R> {
        Job { kind: Kind::Coroutine(self) }
    }
}

impl<A: Send + Sync, R: Send> IntoJob<A, R> for Blocking<A, R> {
    fn into_job(self) -> Job<A, R> {
        Job { kind: Kind::Blocking(self, submit) }
    }
}

/// Run as a job, it ends the subscription: what is begun at set-up is given to whatever undoes the set-up.
#[diagnostic::do_not_recommend]
impl<A: 'static> IntoJob<A> for Unsubscribe {
    fn into_job(self) -> Job<A> {
        static SITE: Site = Site::new("onloop::Unsubscribe", crate::Kind::Callback, file!(), line!());
        let subscription = Cell::new(Some(self));
        construct::callback_0(&SITE, move || drop(subscription.take())).into_job()
    }
}

#[diagnostic::do_not_recommend]
impl<A, R> IntoJob<A, R> for Job<A, R> {
    fn into_job(self) -> Job<A, R> {
        self
    }
}

fn submit<A: Send + Sync, R: Send>(
    job: Blocking<A, R>,
    hub: &Shared,
    group: Group,
    live: Option<Live>,
    argument: Arc<A>,
) -> ExecutorJob<R> {
    hub.submit(Label::Job(job.name().clone()), group, live, move || job.call(&argument))
}

impl<A, R> Job<A, R> {
    /// What the log calls it.
    pub(crate) fn name(&self) -> &JobName {
        match &self.kind {
            Kind::Callback(job) => job.name(),
            Kind::Coroutine(job) => job.name(),
            Kind::Blocking(job, _) => job.name(),
        }
    }

    /// The job, if it runs inside the call of whoever was given it.
    #[inline]
    pub(crate) fn as_callback(&self) -> Option<&Callback<A, R>> {
        match &self.kind {
            Kind::Callback(job) => Some(job),
            Kind::Coroutine(_) | Kind::Blocking(..) => None,
        }
    }

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
                Box::pin(
                    async move { submit(job, &hub.shared, hub.shared.current_group(), None, Arc::new(argument)).await },
                )
            }
        }
    }

    /// Whether a run of it is a task.
    pub(crate) fn is_coroutine(&self) -> bool {
        matches!(self.kind, Kind::Coroutine(_))
    }

    /// Whether it runs in the executor.
    pub(crate) fn is_blocking(&self) -> bool {
        matches!(self.kind, Kind::Blocking(..))
    }

    /// The job with a name of its own, which the log tells instead of the function's.
    #[must_use]
    pub fn named(self, name: impl Into<Cow<'static, str>>) -> Self {
        let kind = match self.kind {
            Kind::Callback(job) => Kind::Callback(job.named(name)),
            Kind::Coroutine(job) => Kind::Coroutine(job.named(name)),
            Kind::Blocking(job, submit) => Kind::Blocking(job.named(name), submit),
        };
        Self { kind }
    }
}

impl<A, R> Clone for Job<A, R> {
    fn clone(&self) -> Self {
        let kind = match &self.kind {
            Kind::Callback(job) => Kind::Callback(job.clone()),
            Kind::Coroutine(job) => Kind::Coroutine(job.clone()),
            Kind::Blocking(job, submit) => Kind::Blocking(job.clone(), *submit),
        };
        Self { kind }
    }
}

impl<A, R> fmt::Debug for Job<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Callback(job) => job.fmt(f),
            Kind::Coroutine(job) => job.fmt(f),
            Kind::Blocking(job, _) => job.fmt(f),
        }
    }
}

/// Drops a job; a panic of the destructors of what it captured is logged.
pub(crate) fn drop_job<A, R>(job: Job<A, R>) {
    let name = job.name().clone();
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(job))) {
        log_panic("a destructor in what was captured by", &name, payload);
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
                    tell_panic("callback", job.name(), payload);
                }
                Progress::Ran(job.site(), Some(outcome))
            }
            Kind::Coroutine(job) => {
                let label = Label::Job(job.name().clone());
                // The call itself runs nothing of the user's: the future is polled as the task's.
                Progress::Task(self.shared.start(label, group, job.call(argument.share())))
            }
            Kind::Blocking(job, submit) => {
                Progress::Executor(submit(job.clone(), &self.shared, group, live.cloned(), argument.share()))
            }
        };
        JobRun { progress }
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
