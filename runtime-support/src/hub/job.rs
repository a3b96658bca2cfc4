//! Jobs on a hub: what can be one.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::executor::{Executor, ExecutorJob};
use super::label::Label;
use super::work_table::Group;
use crate::catch_panic::log_panic;
use crate::job::{Blocking, Callback, Coroutine, JobName, construct};
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
    message = "this is not a job that takes a `&{A}` and returns `{R}`",
    label = "needs `#[callback]`, `#[coroutine]` or `#[blocking]` before it",
    note = "if it never waits: `#[callback] move |argument: &{A}| ..`",
    note = "if it awaits: `#[coroutine] async move |argument: &{A}| ..`",
    note = "if it blocks: `#[blocking] move |argument: &{A}| ..`, where `{A}` has to be `Send` and `Sync`",
    note = "the function around it must be marked too, as `#[onloop::main]`, `#[onloop::coroutine]` or `#[onloop::callback]`"
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
    message = "this is not a job for the loop that takes a `&{A}` and returns `{R}`",
    label = "needs `#[callback]` or `#[coroutine]` before it",
    note = "if it never waits: `#[callback] move |argument: &{A}| ..`",
    note = "if it awaits: `#[coroutine] async move |argument: &{A}| ..`",
    note = "if it blocks: make it a coroutine and await `hub.add_executor_job(move || ..)`, since a `&{A}` cannot leave the loop",
    note = "the function around it must be marked too, as `#[onloop::main]`, `#[onloop::coroutine]` or `#[onloop::callback]`"
)]
pub trait IntoLoopJob<A: 'static, R: 'static = ()>: IntoJob<A, R> {}

impl<A, R> IntoLoopJob<A, R> for Callback<A, R> {}

impl<A, R> IntoLoopJob<A, R> for Coroutine<A, R> {}

#[diagnostic::do_not_recommend]
impl<A: 'static> IntoLoopJob<A> for Unsubscribe {}

#[diagnostic::do_not_recommend]
impl<A, R> IntoLoopJob<A, R> for Job<A, R> {}

/// A job of any kind: for those who keep jobs of others and run them, by [`Hub::run_job`][super::Hub::run_job].
///
/// A clone is another handle to the same function.
pub struct Job<A: 'static, R: 'static = ()> {
    pub(super) kind: Kind<A, R>,
}

pub(super) enum Kind<A: 'static, R: 'static> {
    Callback(Callback<A, R>),
    Coroutine(Coroutine<A, R>),
    /// With the way to the executor, known to send the argument there.
    Blocking(Blocking<A, R>, Submit<A, R>),
}

pub(super) type Submit<A, R> = fn(Blocking<A, R>, &Executor, Group, Option<Live>, Arc<A>) -> ExecutorJob<R>;

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
    executor: &Executor,
    group: Group,
    live: Option<Live>,
    argument: Arc<A>,
) -> ExecutorJob<R> {
    executor.submit(Label::Job(job.name().clone()), group, live, move || job.call(&argument))
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
