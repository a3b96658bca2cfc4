//! How a hub is set up and run.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{self, LocalOptions, LocalRuntime};
use tokio::sync::Notify;

use super::current::Entered;
use super::executor::Executor;
use super::inbox::Inbox;
use super::shared::{Hub, HubState, Shared};
#[cfg(feature = "signal")]
use super::signal::Signals;
use super::stage::StopStage;
use super::start;
use super::watched::HubWatch;
use super::work_table::WorkTable;
use crate::bus::Channels;
use crate::listeners::Listeners;
use crate::panics::{Payload, discard};
use crate::patience;
use crate::states::StateTable;
use crate::watch::WatchBuilder;

/// The builder of a hub, returned by [`Hub::builder`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use onloop::{Hub, StopStage};
///
/// Hub::builder()
///     .name("weather")
///     .executor_threads(4)
///     .stop_limit(StopStage::Executor, Duration::from_secs(2))
///     .run(async |hub| assert_eq!(hub.name(), "weather"));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a hub runs when `run` is called"]
pub struct HubBuilder {
    name: String,
    executor_threads: usize,
    start_limit: Duration,
    patience: Duration,
    stop_limits: BTreeMap<StopStage, Duration>,
    #[cfg(feature = "test-util")]
    start_paused: bool,
    #[cfg(feature = "signal")]
    stop_on_signal: bool,
    watch: Option<WatchBuilder>,
}

impl HubBuilder {
    pub(super) fn new() -> Self {
        Self {
            name: "onloop".to_owned(),
            executor_threads: 64,
            start_limit: start::DEFAULT_LIMIT,
            patience: patience::DEFAULT,
            stop_limits: StopStage::default_limits(),
            #[cfg(feature = "test-util")]
            start_paused: false,
            #[cfg(feature = "signal")]
            stop_on_signal: false,
            watch: None,
        }
    }

    /// The hub's name in the log; its executor's threads have it too. The default is `onloop`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How many threads the executor may have. The default is 64, as in Home Assistant. They are started when needed
    /// and end when idle. More jobs than that wait in a queue.
    ///
    /// # Panics
    ///
    /// If `threads` is 0.
    pub fn executor_threads(mut self, threads: usize) -> Self {
        assert!(threads > 0, "an executor needs at least one thread");
        self.executor_threads = threads;
        self
    }

    /// How long [`Hub::start`] waits for tracked work. The default is 15 s.
    pub fn start_limit(mut self, limit: Duration) -> Self {
        self.start_limit = limit;
        self
    }

    /// How long something that may never end can last before it is logged: an update, a setup, a run of an interval or
    /// a debouncer, the wait for one of these, or for a thread of the executor. The default is 60 s. It is logged once
    /// at level `WARN`, with who waits for what, and again at level `INFO` when it is over. Nothing is cancelled.
    ///
    /// # Panics
    ///
    /// If `patience` is zero.
    pub fn patience(mut self, patience: Duration) -> Self {
        assert!(!patience.is_zero(), "everything lasts for some time: the patience of the hub is zero");
        self.patience = patience;
        self
    }

    /// How long a stage of the stop may take; [`StopStage`] has the defaults.
    pub fn stop_limit(mut self, stage: StopStage, limit: Duration) -> Self {
        self.stop_limits.insert(stage, limit);
        self
    }

    /// Whether the loop starts with tokio's clock paused, for tests: time then stands still while there is something
    /// to do, and jumps to the next timer when there is not. A running executor job keeps it still.
    #[cfg(feature = "test-util")]
    pub fn start_paused(mut self, paused: bool) -> Self {
        self.start_paused = paused;
        self
    }

    /// Whether Ctrl-C and, on Unix, SIGTERM stop the hub, as by [`Hub::stop`]. A second one ends the process at once,
    /// with the exit code that the shell expects: the stop waits for others, and you may not want to.
    ///
    /// As always, `run` does not return before `main` does, so let `main` end with [`stopped`][Hub::stopped]. Once
    /// this is on, the two signals no longer end the process by themselves, not even after the hub's end.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use onloop::Hub;
    ///
    /// Hub::builder().stop_on_signal(true).run(async |hub| {
    ///     // Set everything up, then
    ///     hub.stopped().await;
    /// });
    /// ```
    #[cfg(feature = "signal")]
    pub fn stop_on_signal(mut self, stop: bool) -> Self {
        self.stop_on_signal = stop;
        self
    }

    /// Watches the loop for functions that hold it for too long: see [`watch`][mod@crate::watch]. It ends when the
    /// hub has stopped.
    ///
    /// The hub does not depend on the watch: if the thread is already watched, or the watch gets no thread, that is
    /// logged and the hub runs without this watch.
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::builder().watch(onloop::watch().profile(true)).run(async |hub| {
    ///     let watch = hub.watch().expect("it could start");
    ///     println!("{}", watch.profile());
    /// });
    /// ```
    pub fn watch(mut self, watch: WatchBuilder) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Runs `main` on the loop of a new hub on this thread: see [`Hub::run`].
    ///
    /// # Panics
    ///
    /// As [`Hub::run`].
    pub fn run<R>(self, main: impl AsyncFnOnce(Hub) -> R) -> R {
        self.try_run(main).unwrap_or_else(|error| panic!("the loop cannot start: {error}"))
    }

    /// Runs `main` as [`run`][Self::run] does, but returns an error instead of panicking if the loop cannot start.
    ///
    /// # Errors
    ///
    /// The operating system's error, if it refuses what a loop needs, such as a file descriptor. `main` has not been
    /// called then. Errors of `main` are part of its own value.
    ///
    /// # Panics
    ///
    /// With the panic of `main`, after the hub has stopped. If called inside an async runtime.
    pub fn try_run<R>(self, main: impl AsyncFnOnce(Hub) -> R) -> io::Result<R> {
        if Hub::try_current().is_some() {
            inside_another();
        }
        let runtime = self.build_runtime()?;
        // Whether the thread may block only tokio knows, and it tells by a panic.
        #[expect(clippy::disallowed_methods, reason = "it asks whether this is a loop already")]
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| runtime.block_on(async {}))) {
            discard(payload);
            runtime.shutdown_background();
            inside_another();
        }
        #[cfg(feature = "signal")]
        let signals = if self.stop_on_signal {
            let _context = runtime.enter();
            Some(Signals::listen()?)
        } else {
            None
        };
        let watch = HubWatch::start(self.watch.clone());
        let hub = self.build_hub(&runtime, &watch);
        // Outlives the runtime, whose end drops the tasks that are left.
        let _entered = Entered::new(hub.clone());
        #[expect(clippy::disallowed_methods, reason = "this makes the loop, it does not run on one")]
        let result = runtime.block_on(async {
            tokio::task::spawn_local(hub.remote().run_on(hub.clone()));
            tokio::task::spawn_local(hub.clone().watch_queue());
            #[cfg(feature = "signal")]
            if let Some(signals) = signals {
                tokio::task::spawn_local(hub.clone().stop_on_signals(signals));
            }
            let result = catch(main, hub.clone()).await;
            hub.stop().await;
            // Jobs that `main` added after it stopped the hub itself.
            hub.shared.finish_jobs().await;
            // Tasks that have waited for the stop see it.
            tokio::task::yield_now().await;
            result
        });
        hub.shared.executor.jobs.close();
        runtime.shutdown_background();
        Ok(result.unwrap_or_else(|payload| resume_unwind(payload)))
    }

    fn build_runtime(&self) -> io::Result<LocalRuntime> {
        let mut builder = runtime::Builder::new_current_thread();
        builder.enable_all().thread_name(format!("{}-executor", self.name)).max_blocking_threads(self.executor_threads);
        #[cfg(feature = "test-util")]
        builder.start_paused(self.start_paused);
        builder.build_local(LocalOptions::default())
    }

    fn build_hub(self, runtime: &LocalRuntime, watch: &HubWatch) -> Hub {
        Hub {
            shared: Rc::new(Shared {
                name: self.name,
                state: Cell::new(HubState::Running),
                stop_asked: Cell::new(false),
                limits: self.stop_limits,
                current: Cell::new(None),
                nesting: Cell::new(0),
                tasks: RefCell::new(WorkTable::new()),
                executor: Executor::new(runtime.handle().clone()),
                drains: Cell::new(0),
                stopped: Notify::new(),
                channels: Channels::new(),
                states: StateTable::default(),
                inbox: Inbox::new(),
                start_limit: self.start_limit,
                patience: self.patience,
                parts: RefCell::default(),
                start_asked: Cell::new(false),
                started: Cell::new(false),
                start_over: Cell::new(false),
                start_ended: Notify::new(),
                start_hooks: Listeners::new(),
                stop_hooks: Listeners::new(),
                hooks_over: Cell::new(false),
                watch: watch.watch(),
                task_names: watch.task_names(),
            }),
        }
    }
}

#[cold]
fn inside_another() -> ! {
    panic!(
        "`Hub::run` makes a loop of its own and blocks this thread, which runs another loop already\n\
         help: write `#[onloop::main]`, or a plain `fn main`, instead of `#[tokio::main]`\n\
         help: inside a runtime, give the hub a thread of its own: `std::thread::spawn(|| Hub::run(..))`"
    );
}

/// Runs `main`, and holds its panic back until the hub has stopped.
async fn catch<R>(main: impl AsyncFnOnce(Hub) -> R, hub: Hub) -> Result<R, Payload> {
    let mut main = pin!(async { main(hub).await });
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| main.as_mut().poll(cx)))
            .map_or_else(|payload| Poll::Ready(Err(payload)), |progress| progress.map(Ok))
    })
    .await
}
