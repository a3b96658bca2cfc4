//! What the handles of an entry share: the data, without what is done with it.
//!
//! An entry holds jobs that get the entry, so both types stand here.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;

use super::failure::SetupFailed;
use super::state::EntryState;
use crate::listeners::Listeners;
use crate::owned_mutex::OwnedMutex;
use crate::{Hub, Job, Unsubscribe};

/// One device, account or service that an integration manages. It is set up, and can be unloaded without a trace while
/// the hub runs on.
///
/// Its setup job gets the entry and returns the data that the integration works with: its client, its coordinator, its
/// entities. The job hands everything it starts to the entry: [`on_unload`][Entry::on_unload] for listeners and
/// whatever else must be undone, [`create_task`][Entry::create_task] and
/// [`create_background_task`][Entry::create_background_task] for work. After a failed setup, and at an unload, the
/// entry runs and cancels all of these.
///
/// # Setup
///
/// A job that returns [`SetupFailed::not_ready`] is run again after 5 s, 10, 20, 40, and then every 80 s, each time up
/// to half a second later, so that devices that come back together are not polled together. It is also run again as
/// soon as the hub has [started][Hub::start]. The first of these failures is logged. Any other failure is final until a
/// [`reload`][Entry::reload], and is logged with its reason, which [`reason`][Entry::reason] returns too.
///
/// # One at a time
///
/// Setup, unload and reload of one entry never overlap. Each runs in a task of its own, and continues even if the
/// caller stops waiting. An operation that the state does not allow returns
/// [`OperationNotAllowed`][crate::OperationNotAllowed].
///
/// # The hub's stop
///
/// The stop does not unload entries. It cancels the next try of a setup, and background tasks like all others. Unload
/// entries before it if they must end in order. While an entry is being set up, or will try again, the hub keeps it
/// alive, so it needs no handle; one whose setup failed for good is dropped with its last handle. When the hub has
/// stopped, it drops the jobs and the data of entries, which may hold the entry.
///
/// This follows Home Assistant's `ConfigEntry`. There a failing `on_unload` callback skips the rest.
///
/// # Examples
///
/// ```
/// use onloop::{Entry, EntryState, Event, EventType, Hub, OperationNotAllowed, SetupFailed};
///
/// const DOOR: EventType<bool> = EventType::new("door");
///
/// struct Client;
///
/// #[onloop::coroutine]
/// async fn connect() -> std::io::Result<Client> {
///     Ok(Client)
/// }
///
/// #[onloop::coroutine]
/// async fn set_up(entry: &Entry<Client>) -> Result<Client, SetupFailed> {
///     // Nobody answers: try again later.
///     let client = connect().await.map_err(SetupFailed::not_ready)?;
///     let on_door = #[callback] |event: &Event<bool>| println!("open: {}", event.data);
///     entry.on_unload(entry.hub().bus().listen(&DOOR, on_door));
///     Ok(client)
/// }
///
/// #[onloop::coroutine]
/// async fn visit(hub: &Hub) -> Result<(), OperationNotAllowed> {
///     let entry = Entry::new(hub, "garden", #[coroutine] set_up);
///     assert_eq!(entry.setup().await?, EntryState::Loaded);
///     hub.bus().fire(&DOOR, true);
///     assert_eq!(entry.unload().await?, EntryState::NotLoaded);
///     assert_eq!(hub.bus().listener_count(&DOOR), 0);
///     Ok(())
/// }
///
/// Hub::run(async |hub| visit(&hub).await).expect("nobody else sets it up");
/// ```
pub struct Entry<D: 'static = ()> {
    pub(super) typed: Rc<Typed<D>>,
}

/// What an entry is set up by.
pub(super) type SetupJob<D> = Job<Entry<D>, Result<D, SetupFailed>>;

/// What depends on the type of the data.
pub(super) struct Typed<D: 'static> {
    pub(super) core: Rc<Core>,
    /// `None` once the hub has stopped.
    pub(super) setup: RefCell<Option<SetupJob<D>>>,
    pub(super) setup_limit: Cell<Option<Duration>>,
    pub(super) unload: RefCell<Option<Job<Entry<D>, bool>>>,
    pub(super) data: RefCell<Option<Rc<D>>>,
}

/// What does not.
///
/// Invariants:
/// 1. `state` changes only in the turn of an operation.
/// 2. There is data in the states `Loaded`, `UnloadInProgress` and `FailedUnload`, and only then.
/// 3. `retry` is not empty only in `SetupRetry`; `held` is empty in `NotLoaded`.
pub(crate) struct Core {
    pub(super) hub: Hub,
    pub(super) title: String,
    pub(super) state: Cell<EntryState>,
    /// Why it is in that state.
    pub(super) reason: RefCell<Option<String>>,
    /// How often the set-up was not ready, since it last was.
    pub(super) tries: Cell<u32>,
    /// What begins the next try.
    pub(super) retry: RefCell<Vec<Unsubscribe>>,
    /// What keeps the entry alive.
    pub(super) held: RefCell<Option<Unsubscribe>>,
    pub(super) on_unload: RefCell<Vec<Job<()>>>,
    /// Whether what was begun is being undone: nothing begins then that has no end of its own.
    pub(super) cleaning: Cell<bool>,
    /// The tasks of the jobs that undo it.
    pub(super) undoing: RefCell<Vec<u64>>,
    /// Whether it has been undone, and nothing has begun since: what is given to `on_unload` comes too late.
    pub(super) cleaned: Cell<bool>,
    pub(super) tasks: RefCell<BTreeMap<u64, Rc<EntryTask>>>,
    pub(super) next_task: Cell<u64>,
    /// Notified when a task has ended or stepped aside.
    pub(super) tasks_changed: Notify,
    pub(super) state_listeners: Rc<Listeners<EntryState>>,
    pub(super) operations: OwnedMutex,
}

/// A task of an entry, until it has ended.
pub(super) struct EntryTask {
    pub(super) name: Cow<'static, str>,
    pub(super) background: bool,
    /// The hub's task, once it has begun.
    pub(super) id: Cell<Option<u64>>,
    /// It was cancelled before it began.
    pub(super) cancelled: Cell<bool>,
    /// How many operations on the entry it waits for itself. They would wait for each other.
    pub(super) aside: Cell<usize>,
}

impl<D> Clone for Entry<D> {
    fn clone(&self) -> Self {
        Self { typed: Rc::clone(&self.typed) }
    }
}
