//! Events, and their types.

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

use super::moment;
use crate::{Site, current_site};

/// A type of event: its name, and what its events carry.
///
/// Declare it as a constant, which those who fire and those who listen share. Two declarations are the same type of
/// event if both the name and `T` are the same; with another `T` it is another type, which has listeners of its own.
///
/// # Examples
///
/// ```
/// use onloop::EventType;
///
/// pub struct Reading {
///     pub celsius: f64,
/// }
/// pub const READING: EventType<Reading> = EventType::new("weather_reading");
/// assert_eq!(READING.name(), "weather_reading");
/// ```
pub struct EventType<T> {
    name: &'static str,
    /// Of the name, computed where the type is declared.
    hash: u64,
    /// Whether listeners to all events are called.
    pub(super) for_all: bool,
    data: PhantomData<fn() -> T>,
}

/// The most bytes the name of an event type may have, as in Home Assistant.
const MAX_NAME: usize = 64;

impl<T> EventType<T> {
    /// Declares a type of event.
    ///
    /// # Panics
    ///
    /// If the name has more than 64 bytes; in a constant that is an error of the compiler.
    ///
    /// ```compile_fail,E0080
    /// # use onloop::EventType;
    /// const TOO_LONG: EventType<()> =
    ///     EventType::new("a_name_of_more_than_sixty_four_bytes_which_nobody_would_want_to_read_in_a_log");
    /// # fn main() { TOO_LONG.name(); }
    /// ```
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(name.len() <= MAX_NAME, "the name of an event type has at most 64 bytes");
        Self { name, hash: fnv(name.as_bytes()), for_all: true, data: PhantomData }
    }

    /// The same type, but not for those who listen to all events.
    pub(crate) const fn not_for_all(self) -> Self {
        Self { for_all: false, ..self }
    }

    /// The name, as the log tells it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// FNV-1a: short, and names are ours.
const fn fnv(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

impl<T> Clone for EventType<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for EventType<T> {}

impl<T> fmt::Debug for EventType<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventType").field(&self.name).finish()
    }
}

/// An event type without its `T`: what the bus looks up.
#[derive(Debug, Eq)]
pub(super) struct Key {
    name: &'static str,
    hash: u64,
    data: TypeId,
}

impl PartialEq for Key {
    /// Names are constants, mostly the same one: then nobody has to read them.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data && (std::ptr::eq(self.name, other.name) || self.name == other.name)
    }
}

impl Key {
    pub(super) fn of<T: 'static>(event_type: &EventType<T>) -> Self {
        Self { name: event_type.name, hash: event_type.hash, data: TypeId::of::<T>() }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Something that happened: what listeners get.
#[non_exhaustive]
pub struct Event<T> {
    /// What it is about.
    pub data: T,
    /// The name of its type.
    pub event_type: &'static str,
    /// Empty until somebody asks, or the event outlasts the fire.
    time_fired: OnceLock<Instant>,
    /// What it belongs to.
    pub context: Context,
    /// The annotated function that fired it, if one did.
    pub origin: Option<&'static Site>,
}

impl<T> Event<T> {
    /// An event that has not been fired, for tests of functions that get one. `fire` makes its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use onloop::{Event, EventType};
    ///
    /// const DOOR: EventType<bool> = EventType::new("door");
    ///
    /// #[onloop::callback]
    /// fn is_open(event: &Event<bool>) -> bool {
    ///     event.data
    /// }
    /// assert!(is_open(&Event::new(&DOOR, true)));
    /// ```
    #[must_use]
    pub fn new(event_type: &EventType<T>, data: T) -> Self {
        Self { time_fired: OnceLock::from(Instant::now()), ..Self::in_context(event_type, data, Context::new()) }
    }

    #[inline]
    pub(super) fn in_context(event_type: &EventType<T>, data: T, context: Context) -> Self {
        Self { data, event_type: event_type.name, time_fired: OnceLock::new(), context, origin: current_site() }
    }

    /// When it was fired, on the loop's clock.
    ///
    /// The clock is read when the first listener asks, and at the latest where the event leaves the call of `fire`, with
    /// a coroutine, a blocking function or one who listens to all. So the time lies within that call, is the same for
    /// all, and never before that of an event which was fired earlier on this thread. Events that nobody asks cost no
    /// look at the clock.
    #[must_use]
    pub fn time_fired(&self) -> Instant {
        *self.time_fired.get_or_init(moment::now)
    }
}

impl<T: fmt::Debug> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("data", &self.data)
            .field("event_type", &self.event_type)
            .field("time_fired", &self.time_fired())
            .field("context", &self.context)
            .field("origin", &self.origin)
            .finish()
    }
}

/// How many numbers of contexts a thread takes at once: threads that fire are not to wait for each other.
const IDS_AT_ONCE: u64 = 1024;

/// What an event belongs to: the events that one thing caused share a context, or are linked by parents.
///
/// [`Bus::fire`][super::Bus::fire] makes a new one, [`Bus::fire_in`][super::Bus::fire_in] passes one on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context {
    id: u64,
    parent: Option<u64>,
}

impl Context {
    /// A new context, which nothing else belongs to.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "each one is another")]
    #[inline]
    pub fn new() -> Self {
        thread_local! {
            /// The number before the next one of this thread.
            static LAST: Cell<u64> = const { Cell::new(0) };
        }
        let mut id = LAST.get() + 1;
        if id % IDS_AT_ONCE == 1 {
            id = Self::first_of_many();
        }
        LAST.set(id);
        Self { id, parent: None }
    }

    /// The first of the numbers that a thread takes for itself.
    #[cold]
    fn first_of_many() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(IDS_AT_ONCE, Ordering::Relaxed)
    }

    /// A new context that was caused by this one.
    ///
    /// # Examples
    ///
    /// ```
    /// use onloop::Context;
    ///
    /// let cause = Context::new();
    /// assert_eq!(cause.child().parent(), Some(cause.id()));
    /// ```
    #[must_use]
    pub fn child(&self) -> Self {
        Self { parent: Some(self.id), ..Self::new() }
    }

    /// Its number, in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The number of the context that caused it.
    #[must_use]
    pub fn parent(&self) -> Option<u64> {
        self.parent
    }
}

/// An event of any type: what [`Bus::listen_all`][super::Bus::listen_all] hears.
///
/// # Examples
///
/// ```
/// use onloop::{AnyEvent, EventType};
///
/// const DOOR: EventType<bool> = EventType::new("door");
///
/// #[onloop::callback]
/// fn on_any(event: &AnyEvent) {
///     match event.get(&DOOR) {
///         Some(door) => println!("the door is {}", if door.data { "open" } else { "shut" }),
///         None => println!("{}", event.event_type()),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct AnyEvent {
    event: Arc<dyn Erased>,
}

impl AnyEvent {
    pub(super) fn new<T: 'static>(event: Arc<Event<T>>) -> Self {
        Self { event }
    }

    /// The event, if it is of this type.
    #[must_use]
    pub fn get<T: 'static>(&self, event_type: &EventType<T>) -> Option<&Event<T>> {
        let event: &dyn Any = &*self.event;
        event.downcast_ref::<Event<T>>().filter(|event| event.event_type == event_type.name)
    }

    /// The name of its type.
    #[must_use]
    pub fn event_type(&self) -> &'static str {
        self.event.head().event_type
    }

    /// When it was fired, on the loop's clock.
    #[must_use]
    pub fn time_fired(&self) -> Instant {
        self.event.head().time_fired()
    }

    /// What it belongs to.
    #[must_use]
    pub fn context(&self) -> Context {
        self.event.head().context
    }

    /// The annotated function that fired it, if one did.
    #[must_use]
    pub fn origin(&self) -> Option<&'static Site> {
        self.event.head().origin
    }
}

impl fmt::Debug for AnyEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyEvent").field("event_type", &self.event_type()).finish_non_exhaustive()
    }
}

/// An event whose data nobody looks at.
trait Erased: Any {
    fn head(&self) -> Event<()>;
}

impl<T: 'static> Erased for Event<T> {
    fn head(&self) -> Event<()> {
        Event {
            data: (),
            event_type: self.event_type,
            time_fired: self.time_fired.clone(),
            context: self.context,
            origin: self.origin,
        }
    }
}
