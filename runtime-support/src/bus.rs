//! The bus: whoever fires an event need not know who listens.

mod channels;
mod event;
mod moment;

use std::cell::Cell;
use std::fmt;

use self::moment::Moment;
use crate::argument::Argument;
use crate::listeners::Listener;
use crate::{Callback, Hub, IntoJob, IntoLoopJob, Unsubscribe};

pub(crate) use self::channels::Channels;
pub use self::event::{AnyEvent, Context, Event, EventType};

/// How many fires may run inside each other.
const MAX_DEPTH: usize = 64;

/// The event bus of a hub, given by [`Hub::bus`].
///
/// # Who hears an event, and when
///
/// [`fire`][Bus::fire] calls the listeners of the event's type in the order in which they were added, then those of
/// [`listen_all`][Bus::listen_all]. When it returns, all callbacks have run, coroutines have run up to their first
/// wait and are tracked tasks from then on, and blocking functions wait for their turn in the executor. An event fired
/// inside a listener is delivered at once: depth first, the inner event before the outer one goes on.
///
/// A listener that is added during a fire is first called at the next one; one that is removed is no longer called. If
/// a listener panics, that is logged once, with its name and place, and the others still run. Panics of listeners and
/// of filters do not reach the code that fired.
///
/// Fires can be nested 64 deep. The 65th panics. As it comes from a listener, this is logged as the listener's panic,
/// and it ends what would otherwise overflow the stack: a listener that fires the event it listens to.
///
/// Nothing is allocated for a callback, and nothing at all where nobody listens. The first coroutine or blocking
/// listener, or one to all events, costs one allocation an event, and a task or job each.
///
/// Once the hub has stopped there are no listeners, and new ones are never called.
///
/// This follows Home Assistant's `EventBus`; there a listener that was removed during a fire still runs.
///
/// # Examples
///
/// ```
/// use onloop::{Event, EventType, Hub};
///
/// const DOOR: EventType<bool> = EventType::new("door");
///
/// #[onloop::coroutine]
/// async fn watch(hub: &Hub) {
///     let unsubscribe = hub.bus().listen(&DOOR, #[callback] |event: &Event<bool>| println!("open: {}", event.data));
///     hub.bus().fire(&DOOR, true);
///     unsubscribe.unsubscribe();
/// }
/// ```
#[derive(Clone)]
pub struct Bus {
    hub: Hub,
}

impl Hub {
    /// The hub's event bus.
    #[must_use]
    pub fn bus(&self) -> Bus {
        Bus { hub: self.clone() }
    }
}

impl Bus {
    /// Runs `job` for each event of this type, until the handle is dropped.
    pub fn listen<T: 'static>(&self, event_type: &EventType<T>, job: impl IntoJob<Event<T>>) -> Unsubscribe {
        self.add(event_type, Listener::new(job.into_job()))
    }

    /// Runs `job` for the next event of this type only, until the handle is dropped.
    ///
    /// It stops listening before it is called: it runs once, even if it fires the same event itself.
    pub fn listen_once<T: 'static>(&self, event_type: &EventType<T>, job: impl IntoJob<Event<T>>) -> Unsubscribe {
        self.add(event_type, Listener::new(job.into_job()).once())
    }

    /// Runs `job` for each event of this type that `filter` accepts.
    ///
    /// The filter is a callback: it runs inside the fire, for every event of the type, before the job. If it rejects
    /// the event, no task and no job are created. If it panics, that is logged, and this listener does not get the
    /// event.
    ///
    /// # Examples
    ///
    /// ```
    /// use onloop::{Event, Hub, STATE_CHANGED, StateChanged, Unsubscribe};
    ///
    /// #[onloop::coroutine]
    /// async fn upload(change: &StateChanged) {
    ///     tokio::task::yield_now().await;
    ///     println!("{} changed", change.entity_id);
    /// }
    ///
    /// #[onloop::callback]
    /// fn watch_the_hall(hub: &Hub) -> Unsubscribe {
    ///     hub.bus().listen_filtered(
    ///         &STATE_CHANGED,
    ///         #[callback] |event: &Event<StateChanged>| &*event.data.entity_id == "light.hall",
    ///         #[coroutine] async move |event: &Event<StateChanged>| upload(&event.data).await,
    ///     )
    /// }
    /// ```
    pub fn listen_filtered<T: 'static>(
        &self,
        event_type: &EventType<T>,
        filter: Callback<Event<T>, bool>,
        job: impl IntoJob<Event<T>>,
    ) -> Unsubscribe {
        self.add(event_type, Listener::new(job.into_job()).filtered(filter))
    }

    /// Runs `job` for each event of any type, after the listeners of that type.
    ///
    /// [`HUB_CLOSE`][crate::HUB_CLOSE] is left out, as in Home Assistant: it is for those who close what others may
    /// still write to.
    pub fn listen_all(&self, job: impl IntoLoopJob<AnyEvent>) -> Unsubscribe {
        self.hub.channels().all.add(Listener::new(job.into_job()))
    }

    /// The number of listeners to this type of event, without those that listen to all.
    #[must_use]
    pub fn listener_count<T: 'static>(&self, event_type: &EventType<T>) -> usize {
        self.hub.channels().find(event_type).map_or(0, |listeners| listeners.len())
    }

    /// Calls all listeners: see [the type][Bus] for the order.
    ///
    /// # Panics
    ///
    /// If it is the 65th nested fire.
    #[inline]
    pub fn fire<T: 'static>(&self, event_type: &EventType<T>, data: T) {
        self.dispatch(event_type, data, None);
    }

    /// Calls all listeners with an event that belongs to a context: see [`fire`][Bus::fire].
    ///
    /// # Panics
    ///
    /// As [`fire`][Bus::fire].
    pub fn fire_in<T: 'static>(&self, event_type: &EventType<T>, data: T, context: Context) {
        self.dispatch(event_type, data, Some(context));
    }

    fn add<T: 'static>(&self, event_type: &EventType<T>, listener: Listener<Event<T>>) -> Unsubscribe {
        self.hub.channels().find_or_make(event_type).add(listener)
    }

    fn dispatch<T: 'static>(&self, event_type: &EventType<T>, data: T, context: Option<Context>) {
        let channels = self.hub.channels();
        let own = channels.find(event_type);
        // What is added from here on waits for the next event.
        let own = own.as_ref().and_then(|listeners| Some((listeners, listeners.now()?)));
        let all = if event_type.for_all { channels.all.now() } else { None };
        if own.is_none() && all.is_none() {
            return;
        }
        let _depth = Depth::enter(&channels.depth, event_type.name());
        let _moment = Moment::begin();
        let context = context.unwrap_or_else(Context::new);
        let event = Event::in_context(event_type, data, context);
        let mut event = Argument::settled_by(event, |event| _ = event.time_fired());
        if let Some((listeners, slots)) = own {
            self.hub.notify(listeners, &slots, &mut event);
        }
        if let Some(slots) = all {
            let mut event = Argument::new(AnyEvent::new(event.share()));
            self.hub.notify(&channels.all, &slots, &mut event);
        }
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("hub", &self.hub).finish()
    }
}

/// One fire under way.
struct Depth<'a>(&'a Cell<usize>);

impl<'a> Depth<'a> {
    #[inline]
    fn enter(depth: &'a Cell<usize>, name: &str) -> Self {
        assert!(depth.get() < MAX_DEPTH, "event `{name}` is fired inside {MAX_DEPTH} others: does a listener fire it?");
        depth.set(depth.get() + 1);
        Self(depth)
    }
}

impl Drop for Depth<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
