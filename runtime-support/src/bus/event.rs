//! Events, and their types.

use std::any::{Any, TypeId};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

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
    /// Whether those who listen to all events are told.
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
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    name: &'static str,
    hash: u64,
    data: TypeId,
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
#[derive(Debug)]
#[non_exhaustive]
pub struct Event<T> {
    /// What it is about.
    pub data: T,
    /// The name of its type.
    pub event_type: &'static str,
    /// When it was fired, on the loop's clock.
    pub time_fired: Instant,
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
        Self::in_context(event_type, data, Context::new())
    }

    pub(super) fn in_context(event_type: &EventType<T>, data: T, context: Context) -> Self {
        Self { data, event_type: event_type.name, time_fired: Instant::now(), context, origin: current_site() }
    }
}

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
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), parent: None }
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
        self.event.head().time_fired
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
            time_fired: self.time_fired,
            context: self.context,
            origin: self.origin,
        }
    }
}
