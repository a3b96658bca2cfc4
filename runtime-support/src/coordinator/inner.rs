//! What the handles of a coordinator share: the data, without what is done with it.
//!
//! A coordinator holds jobs that get the coordinator, so both types stand here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::failure::UpdateFailed;
use crate::entry::Core;
use crate::listeners::Listeners;
use crate::owned_mutex::OwnedMutex;
use crate::{Debouncer, Hub, Job, Unsubscribe};

/// Fetches the data of a device once for all its listeners: on an interval, on request, and when the device pushes.
///
/// # Refreshes
///
/// The update job runs on an [interval][crate::CoordinatorBuilder::update_interval] while somebody
/// [listens][Coordinator::add_listener], on [`refresh`][Coordinator::refresh], and on
/// [`request_refresh`][Coordinator::request_refresh], which groups requests. There is only one refresh at a time,
/// whoever asks for it. Each is a task of its own and continues even if the caller stops waiting. A refresh that begins
/// replaces the requests that still wait and the interval's next run, which is scheduled again from the end of the
/// refresh.
///
/// # Failures
///
/// An update that returns [`UpdateFailed`], or panics, leaves the data unchanged. The first failure after a success is
/// logged as an error, further ones at debug level, and the next success as "recovered". A panic is logged with the
/// job's name and place, even after other failures, once until the next success. An update that does not end, and a
/// refresh that waits for one, are logged after the [patience][crate::HubBuilder::patience] of the hub: an update that
/// waits for a task which refreshes the same coordinator waits for ever.
///
/// # Listeners
///
/// Listeners are called after each success (or only for [different
/// data][crate::CoordinatorBuilder::always_update]) and after the first of several failures, in the order in which they
/// were added. If one panics, that is logged, and the others are still called.
///
/// # The end
///
/// A coordinator ends by [`shutdown`][Coordinator::shutdown], by the unload of its
/// [entry][crate::CoordinatorBuilder::entry], or when the last handle is dropped: jobs do not keep it alive. The hub's
/// stop cancels the interval and the grouped requests; [`refresh`][Coordinator::refresh] works until the hub has stopped,
/// which shuts it down.
///
/// This is Home Assistant's `DataUpdateCoordinator`. There a listener that fails skips the rest, and an unexpected
/// exception is logged each time.
///
/// A clone is another handle to the same coordinator.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::time::Duration;
/// use onloop::{Coordinator, Hub, UpdateFailed, timeout};
///
/// struct Client {
///     asked: Cell<u32>,
/// }
///
/// impl Client {
///     #[onloop::coroutine]
///     async fn fetch(&self) -> std::io::Result<u32> {
///         self.asked.set(self.asked.get() + 1);
///         Ok(self.asked.get())
///     }
///
///     #[onloop::coroutine]
///     async fn update(&self) -> Result<u32, UpdateFailed> {
///         Ok(timeout(Duration::from_secs(10), self.fetch()).await??)
///     }
/// }
///
/// #[onloop::coroutine]
/// async fn watch(hub: &Hub, client: Client) {
///     let update = #[coroutine] async move || client.update().await;
///     let coordinator = Coordinator::builder(hub, "garden", update).update_interval(Duration::from_secs(30)).build();
///     let listener = #[callback] |coordinator: &Coordinator<u32>| println!("{:?}", coordinator.data());
///     let _listener = coordinator.add_listener(listener);
///     coordinator.refresh().await;
///     assert_eq!(coordinator.data().as_deref(), Some(&1));
/// }
///
/// Hub::run(async |hub| watch(&hub, Client { asked: Cell::new(0) }).await);
/// ```
pub struct Coordinator<T: 'static> {
    pub(super) inner: Rc<Inner<T>>,
}

/// What the handles of a coordinator share.
///
/// Invariants:
/// 1. `data`, `failure` and what goes with them change in a turn, or in a push, in one go; nothing of the
///    user's runs in between.
/// 2. `timer` is set only while there are listeners, and not during an update.
/// 3. What the hub holds of it (timers, the debouncer's job, the entry's unload) is weak.
pub(super) struct Inner<T: 'static> {
    pub(super) hub: Hub,
    pub(super) name: String,
    /// `None` once it has been shut down.
    pub(super) update: RefCell<Option<Job<(), Result<T, UpdateFailed>>>>,
    /// What the first refresh runs first; `None` once it has.
    pub(super) setup: RefCell<Option<Job<(), Result<(), UpdateFailed>>>>,
    pub(super) entry: Option<Rc<Core>>,
    /// Whether listeners need not be called for the new data.
    pub(super) is_same: Option<fn(&T, &T) -> bool>,
    pub(super) interval: Cell<Option<Duration>>,
    /// Replaces the interval once.
    pub(super) retry_after: Cell<Option<Duration>>,
    /// What the interval is longer by.
    pub(super) jitter: Duration,
    pub(super) timer: RefCell<Option<Unsubscribe>>,
    pub(super) debouncer: Debouncer,
    pub(super) data: RefCell<Option<Arc<T>>>,
    /// Why the last update gave no data, if it did not.
    pub(super) failure: RefCell<Option<Rc<UpdateFailed>>>,
    pub(super) success_time: Cell<Option<Instant>>,
    /// A failure has been logged since the last success.
    pub(super) failure_logged: Cell<bool>,
    pub(super) panic_logged: Cell<bool>,
    pub(super) listeners: Rc<Listeners<Coordinator<T>>>,
    /// How deeply calls of listeners are nested.
    pub(super) notifying: Cell<usize>,
    pub(super) operations: OwnedMutex,
    /// An update is under way: the next one is planned from its end.
    pub(super) updating: Cell<bool>,
}

impl<T> Clone for Coordinator<T> {
    fn clone(&self) -> Self {
        Self { inner: Rc::clone(&self.inner) }
    }
}
