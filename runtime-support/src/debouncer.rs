//! Debouncers: many calls, few runs.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use crate::hub::{Part, drop_job};
use crate::job::construct;
use crate::log::log;
use crate::patience::logged_if_late;
use crate::{Hub, HubState, IntoJob, Job, Kind, Site, Task, Unsubscribe};

/// Runs a job when it is called, but not more often than a cooldown allows.
///
/// The first call runs the job at once. When the run is over, the cooldown begins; calls during a cooldown merge into
/// one run at its end, which is again followed by a cooldown. A call during a run is queued, since it may concern
/// something the run has already looked at: the job runs again one cooldown after the call, or after the run if that
/// takes longer. Two runs never overlap.
///
/// A run is a task of its own: it continues even if the future of [`call`][Debouncer::call] is dropped. A panic of the
/// job is logged once, with its name and place, and does not reach the caller; the cooldown begins as after any run.
/// The hub's stop cancels the cooldown, and with it the run at its end; from then on there is no cooldown. Until the
/// hub has stopped, a later call runs at once, and a call during a run as soon as that run is over, so that the last
/// change is still saved. Only a call from the job itself is then ignored.
///
/// This is Home Assistant's `Debouncer`. There a call during a run leaves a second timer that nothing can cancel, and
/// an exception of the job reaches the first caller.
///
/// A clone is another handle to the same debouncer. When all are gone, nothing runs any more.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use onloop::{Debouncer, Hub};
///
/// #[onloop::callback]
/// fn save() {
///     println!("saved");
/// }
///
/// #[onloop::coroutine]
/// async fn change_a_lot(hub: &Hub) {
///     let save = Debouncer::new(hub, Duration::from_secs(10), #[callback] save);
///     for _ in 0..1_000 {
///         save.call().await; // saves at the first call, and once more when 10 s are over
///     }
/// }
///
/// Hub::run(async |hub| change_a_lot(&hub).await);
/// ```
#[derive(Clone)]
pub struct Debouncer {
    inner: Rc<Inner>,
}

struct Inner {
    hub: Hub,
    cooldown: Duration,
    immediate: Cell<bool>,
    background: Cell<bool>,
    /// `None` once it has been shut down.
    job: RefCell<Option<Job<()>>>,
    /// The cooldown that is under way.
    timer: RefCell<Option<Unsubscribe>>,
    /// Somebody has called since the last run began.
    queued: Cell<bool>,
    running: Cell<bool>,
    /// The tasks in which the run is: the debouncer's own, and that of the job if it is a coroutine.
    runners: Cell<[Option<u64>; 2]>,
}

static TIMER: Site = Site::new("onloop::Debouncer", Kind::Callback, file!(), line!());

impl Debouncer {
    /// Creates a debouncer for a job. Its first call runs at once.
    pub fn new(hub: &Hub, cooldown: Duration, job: impl IntoJob<()>) -> Self {
        let inner = Inner {
            hub: hub.clone(),
            cooldown,
            immediate: Cell::new(true),
            background: Cell::new(false),
            job: RefCell::new(Some(job.into_job())),
            timer: RefCell::default(),
            queued: Cell::new(false),
            running: Cell::new(false),
            runners: Cell::default(),
        };
        let inner = Rc::new(inner);
        hub.add_part(&inner);
        Self { inner }
    }

    /// Whether the first call runs at once, which is the default, or one cooldown later, together with the calls that
    /// come meanwhile.
    #[must_use]
    pub fn immediate(self, immediate: bool) -> Self {
        self.inner.immediate.set(immediate);
        self
    }

    /// Whether runs that nobody awaits, those at the end of a cooldown and those of
    /// [`schedule_call`][Debouncer::schedule_call], are background work. By default they are tracked, and always while
    /// the hub stops.
    #[must_use]
    pub fn background(self, background: bool) -> Self {
        self.inner.background.set(background);
        self
    }

    /// Runs the job now and waits until the run is over, if a run is due now; otherwise adds the call to those that
    /// wait for the end of the cooldown, and is ready at once. A run that never ends is logged after the
    /// [patience][crate::HubBuilder::patience] of the hub.
    ///
    /// Nothing happens before the future is polled.
    ///
    /// # Cancel safety
    ///
    /// Once polled, the run continues by itself, even if the caller stops waiting.
    pub fn call(&self) -> impl Future<Output = ()> + use<> {
        let inner = Rc::clone(&self.inner);
        async move {
            if inner.is_due() {
                // Cancelled is what the stop of the hub makes of it, and no reason to call again.
                let _ = inner.run(false).await;
            }
        }
    }

    /// Like [`call`][Debouncer::call], without waiting: for code that cannot await, such as a callback.
    pub fn schedule_call(&self) {
        if self.inner.is_due() {
            self.inner.run(self.inner.background.get());
        }
    }

    /// Cancels the calls that have not run, and ends the cooldown: the next call runs like the first. A run that has
    /// started continues.
    pub fn cancel(&self) {
        self.inner.cancel();
    }

    /// Ends the debouncer: calls that have not run never will, nor will later ones. A run that has started continues.
    /// The job is dropped, with its captures.
    pub fn shutdown(&self) {
        self.inner.shutdown();
    }
}

impl Inner {
    fn cancel(&self) {
        self.queued.set(false);
        drop(self.timer.take());
    }

    fn shutdown(&self) {
        self.cancel();
        let job = self.job.take();
        job.into_iter().for_each(drop_job);
    }

    /// Whether the job itself asks.
    fn is_within(&self) -> bool {
        let current = self.hub.current_task();
        current.is_some() && self.runners.get().contains(&current)
    }

    /// Notes a call; whether it runs now.
    fn is_due(self: &Rc<Self>) -> bool {
        if self.job.borrow().is_none() {
            log!(DEBUG, "a call to a debouncer that has been shut down is ignored");
            return false;
        }
        let cools = self.cools();
        let stops = self.hub.state() != HubState::Running;
        if stops && self.is_within() {
            log!(DEBUG, "a debouncer is called by its own job while the hub stops, which is ignored");
            return false;
        }
        if !cools && !self.running.get() && (self.immediate.get() || stops) {
            return true;
        }
        self.queued.set(true);
        if !cools {
            self.start_cooldown();
        }
        false
    }

    /// Whether a cooldown is under way. The stop of the hub ends them all.
    fn cools(&self) -> bool {
        self.timer.borrow().is_some() && self.hub.state() == HubState::Running
    }

    fn run(self: &Rc<Self>, background: bool) -> Task<()> {
        // While the hub stops there is no background work.
        let background = background && self.hub.state() == HubState::Running;
        let job = self.job.borrow().clone();
        let run = Run::new(self);
        let hub = self.hub.clone();
        let work = async move {
            let run = run;
            let Some(job) = job else { return };
            run.inner.runners.set([hub.current_task(), job.is_coroutine().then(|| hub.next_task())]);
            let work = if background { hub.run_background_job(&job, ()) } else { hub.run_job(&job, ()) };
            logged_if_late(
                &hub,
                || format!("a run of {} lasts, and its debouncer begins no other", job.name()),
                work.ended(),
            )
            .await;
        };
        if background {
            self.hub.create_background_task("debouncer", work)
        } else {
            self.hub.create_task_named("debouncer", work)
        }
    }

    fn start_cooldown(self: &Rc<Self>) {
        // Once the hub stops there are no timers, and a cooldown would never end.
        if self.hub.state() != HubState::Running {
            return;
        }
        let inner = Rc::downgrade(self);
        let over = construct::callback_0(&TIMER, move || {
            if let Some(inner) = inner.upgrade() {
                inner.cooldown_over();
            }
        });
        let timer = self.hub.call_later(self.cooldown, over);
        drop(self.timer.replace(Some(timer)));
    }

    fn cooldown_over(self: &Rc<Self>) {
        drop(self.timer.take());
        // A call that came during a run which is not over yet stays queued: the end of the run starts a cooldown.
        if self.queued.get() && !self.running.get() {
            self.run(self.background.get());
        }
    }
}

/// A run under way. However it ends, the cooldown begins then.
struct Run {
    inner: Rc<Inner>,
}

impl Run {
    fn new(inner: &Rc<Inner>) -> Self {
        inner.running.set(true);
        inner.queued.set(false);
        Self { inner: Rc::clone(inner) }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.inner.running.set(false);
        self.inner.runners.take();
        let is_over = self.inner.job.borrow().is_none();
        if is_over || self.inner.cools() {
            return;
        }
        match self.inner.hub.state() {
            HubState::Running => self.inner.start_cooldown(),
            HubState::Stopped => {}
            // There are no cooldowns any more.
            _ if self.inner.queued.get() => drop(self.inner.run(false)),
            _ => {}
        }
    }
}

impl Part for Inner {
    fn hub_has_stopped(&self) {
        self.shutdown();
    }
}

impl fmt::Debug for Debouncer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Debouncer")
            .field("job", &self.inner.job.borrow())
            .field("cooldown", &self.inner.cooldown)
            .finish_non_exhaustive()
    }
}
