//! Who listens to which events.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use super::event::{AnyEvent, Event, EventType, Key};
use crate::listeners::Listeners;
use crate::serial::SerialHasher;

/// What a hub keeps of its bus.
pub(crate) struct Channels {
    /// The listeners by type of event: a `Listeners<Event<T>>` each.
    types: RefCell<HashMap<Key, Rc<dyn Channel>, BuildHasherDefault<SerialHasher>>>,
    /// Those who listen to all types.
    pub(super) all: Rc<Listeners<AnyEvent>>,
    /// How many fires are under way, inside each other.
    pub(super) depth: Cell<usize>,
    closed: Cell<bool>,
}

/// Listeners of any type.
trait Channel: Any {
    fn close(&self);
}

impl<A> Channel for Listeners<A> {
    fn close(&self) {
        Listeners::close(self);
    }
}

impl Channels {
    pub(crate) fn new() -> Self {
        Self { types: RefCell::default(), all: Listeners::new(), depth: Cell::new(0), closed: Cell::new(false) }
    }

    /// Ends all listeners, which may hold the hub that holds them.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        let types = self.types.take();
        for listeners in types.values() {
            listeners.close();
        }
        self.all.close();
    }

    pub(super) fn find<T: 'static>(&self, event_type: &EventType<T>) -> Option<Rc<Listeners<Event<T>>>> {
        let channel: Rc<dyn Any> = Rc::clone(self.types.borrow().get(&Key::of(event_type))?) as _;
        Some(channel.downcast().expect("the key holds the type"))
    }

    pub(super) fn find_or_make<T: 'static>(&self, event_type: &EventType<T>) -> Rc<Listeners<Event<T>>> {
        self.find(event_type).unwrap_or_else(|| {
            let listeners = Listeners::new();
            if self.closed.get() {
                listeners.close();
            } else {
                self.types.borrow_mut().insert(Key::of(event_type), Rc::clone(&listeners) as _);
            }
            listeners
        })
    }
}
