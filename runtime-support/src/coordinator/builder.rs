//! The builder of a coordinator.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::failure::UpdateFailed;
use super::inner::{Coordinator, Inner};
use crate::entry::Core;
use crate::jitter::jitter;
use crate::job::construct;
use crate::listeners::Listeners;
use crate::owned_mutex::OwnedMutex;
use crate::{Debouncer, Entry, Hub, IntoJob, Job, Kind, Site};

/// The reference's figure.
const REQUEST_COOLDOWN: Duration = Duration::from_secs(10);

static REQUESTED: Site = Site::new("onloop::Coordinator::request_refresh", Kind::Coroutine, file!(), line!());
static UNLOADED: Site = Site::new("onloop::Coordinator::shutdown", Kind::Coroutine, file!(), line!());

/// The builder of a [`Coordinator`], returned by [`Coordinator::builder`].
#[must_use = "a coordinator exists when `build` is called"]
pub struct CoordinatorBuilder<T: 'static> {
    hub: Hub,
    name: String,
    update: Job<(), Result<T, UpdateFailed>>,
    setup: Option<Job<(), Result<(), UpdateFailed>>>,
    interval: Option<Duration>,
    entry: Option<Rc<Core>>,
    is_same: Option<fn(&T, &T) -> bool>,
    cooldown: Duration,
}

impl<T> CoordinatorBuilder<T> {
    pub(super) fn new(hub: &Hub, name: String, update: Job<(), Result<T, UpdateFailed>>) -> Self {
        Self {
            hub: hub.clone(),
            name,
            update,
            setup: None,
            interval: None,
            entry: None,
            is_same: None,
            cooldown: REQUEST_COOLDOWN,
        }
    }

    /// Updates again and again, while somebody listens: each time this long after the last update has ended, and up to
    /// half a second (a tenth of the interval, if that is less) later, so that coordinators that began together do not
    /// go on together. Without an interval, nothing is updated unless asked for.
    ///
    /// # Panics
    ///
    /// If the interval is zero.
    #[track_caller]
    pub fn update_interval(mut self, interval: Duration) -> Self {
        assert!(!interval.is_zero(), "an interval needs to be longer than nothing");
        self.interval = Some(interval);
        self
    }

    /// Belongs to an entry: the interval waits until that is loaded, and its unload shuts the coordinator down and waits
    /// for the end of an update that is under way.
    pub fn entry<D>(mut self, entry: &Entry<D>) -> Self {
        self.entry = Some(Rc::clone(entry.core()));
        self
    }

    /// Runs a job once, in the [first refresh][Coordinator::first_refresh], before the update: to look up what every
    /// update needs. Where it fails, the refresh does.
    pub fn setup(mut self, setup: impl IntoJob<(), Result<(), UpdateFailed>>) -> Self {
        self.setup = Some(setup.into_job());
        self
    }

    /// Whether listeners are called after each successful update, which is the default, or only if the data has
    /// changed.
    pub fn always_update(mut self, always: bool) -> Self
    where
        T: PartialEq,
    {
        self.is_same = (!always).then_some(T::eq as fn(&T, &T) -> bool);
        self
    }

    /// How long [requests][Coordinator::request_refresh] are grouped. The default is 10 s.
    pub fn request_cooldown(mut self, cooldown: Duration) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// Creates the coordinator. Nothing is updated yet.
    #[must_use]
    pub fn build(self) -> Coordinator<T> {
        let inner = Rc::new_cyclic(|inner: &Weak<Inner<T>>| {
            let weak = Weak::clone(inner);
            let requested = construct::coroutine_0(&REQUESTED, async move || {
                if let Some(inner) = weak.upgrade() {
                    inner.refresh_requested().await;
                }
            });
            let requested = requested.named(format!("coordinator `{}`: requested refresh", self.name));
            Inner {
                debouncer: Debouncer::new(&self.hub, self.cooldown, requested),
                hub: self.hub,
                name: self.name,
                update: RefCell::new(Some(self.update)),
                setup: RefCell::new(self.setup),
                entry: self.entry,
                is_same: self.is_same,
                interval: Cell::new(self.interval),
                retry_after: Cell::new(None),
                jitter: jitter(),
                timer: RefCell::default(),
                data: RefCell::default(),
                failure: RefCell::default(),
                success_time: Cell::new(None),
                failure_logged: Cell::new(false),
                panic_logged: Cell::new(false),
                listeners: Listeners::new(),
                notifying: Cell::new(0),
                operations: OwnedMutex::default(),
                updating: Cell::new(false),
            }
        });
        inner.hub.add_part(&inner);
        if let Some(entry) = &inner.entry {
            let weak = Rc::downgrade(&inner);
            entry.on_unload(construct::coroutine_0(&UNLOADED, async move || {
                if let Some(inner) = weak.upgrade() {
                    inner.unload().await;
                }
            }));
        }
        Coordinator { inner }
    }
}

impl<T> fmt::Debug for CoordinatorBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoordinatorBuilder")
            .field("name", &self.name)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}
