//! A list of jobs that are notified one after the other.
//!
//! A walk visits the list as it was when the walk began: the list is behind a reference count, and is copied only if it
//! changes during a walk. So a listener that is added meanwhile is first called the next time; one that is removed is
//! marked and no longer called.
//!
//! Invariants:
//! 1. No borrow is held while a listener runs or is dropped.
//! 2. A listener that panics, when it runs or when it is dropped, is logged and stops no other listener.
//! 3. Adding and removing cost constant time, amortised, unless a walk is under way. Slots are in the order of their
//!    ids; empty slots are removed once they make up half of the list.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};

use crate::argument::Argument;
use crate::catch_panic::log_panic;
use crate::panics::Payload;
use crate::scope::Series;
use crate::unsubscribe::Live;
use crate::watch::shadow_stack::Frame;
use crate::{Callback, Job, Unsubscribe};

pub(crate) struct Listeners<A: 'static> {
    slots: RefCell<Slots<A>>,
    /// The id of the next listener.
    next: Cell<u64>,
    /// How many slots are empty.
    empty: Cell<usize>,
    /// Takes no more listeners.
    closed: Cell<bool>,
}

/// The list as it is at one time.
pub(crate) type Slots<A> = Rc<Vec<Slot<A>>>;

pub(crate) struct Slot<A: 'static> {
    id: u64,
    listener: Option<Rc<Listener<A>>>,
}

pub(crate) struct Listener<A: 'static> {
    job: Option<Job<A>>,
    filter: Option<Callback<A, bool>>,
    once: bool,
    /// Goes out when it is removed.
    live: Cell<bool>,
    /// The same for the executor, where a job may wait for its turn. One that listens once is removed before it runs, and
    /// runs all the same: this goes out when somebody ends it.
    elsewhere: Option<Live>,
}

/// Where a listener is in the list, for whoever ends it.
pub(crate) struct Place {
    id: u64,
    elsewhere: Option<Live>,
}

impl<A> Clone for Slot<A> {
    fn clone(&self) -> Self {
        Self { id: self.id, listener: self.listener.clone() }
    }
}

impl<A> Listener<A> {
    pub(crate) fn new(job: Job<A>) -> Self {
        let elsewhere = job.is_blocking().then(Live::new);
        Self { job: Some(job), filter: None, once: false, live: Cell::new(true), elsewhere }
    }

    pub(crate) fn filtered(mut self, filter: Callback<A, bool>) -> Self {
        self.filter = Some(filter);
        self
    }

    pub(crate) fn once(mut self) -> Self {
        self.once = true;
        self
    }

    #[cold]
    fn log_panic(&self, in_filter: bool, payload: Payload) {
        match (&self.filter, &self.job) {
            (Some(filter), _) if in_filter => log_panic("filter", filter.name(), payload),
            (_, Some(job)) => log_panic("callback", job.name(), payload),
            (_, None) => unreachable!("the job is taken when the listener is dropped, and it is still there"),
        }
    }
}

impl<A> Drop for Listener<A> {
    /// What a job captured is the user's: its destructors are no less isolated than the job.
    fn drop(&mut self) {
        let Some(job) = self.job.take() else { return };
        let name = job.name().clone();
        let filter = self.filter.take();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop((job, filter)))) {
            log_panic("a destructor in what was captured by", &name, payload);
        }
    }
}

impl Place {
    fn end(&self) {
        if let Some(live) = &self.elsewhere {
            live.end();
        }
    }
}

impl<A> Listeners<A> {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self { slots: RefCell::default(), next: Cell::new(0), empty: Cell::new(0), closed: Cell::new(false) })
    }

    /// Adds one, at the end.
    pub(crate) fn add(self: &Rc<Self>, listener: Listener<A>) -> Unsubscribe {
        let Some(place) = self.insert(listener) else { return Unsubscribe::nothing() };
        let list: Weak<Self> = Rc::downgrade(self);
        Unsubscribe::new(move || {
            place.end();
            if let Some(list) = list.upgrade() {
                list.remove(place.id);
            }
        })
    }

    /// Adds one, at the end, for the caller to end by its place; nothing if the list takes no more.
    pub(crate) fn insert(&self, listener: Listener<A>) -> Option<Place> {
        if self.closed.get() {
            return None;
        }
        let id = self.next.get();
        self.next.set(id + 1);
        let place = Place { id, elsewhere: listener.elsewhere.clone() };
        Rc::make_mut(&mut self.slots.borrow_mut()).push(Slot { id, listener: Some(Rc::new(listener)) });
        Some(place)
    }

    /// Ends one, wherever its job is.
    pub(crate) fn end(&self, place: &Place) {
        place.end();
        self.remove(place.id);
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.borrow().len() - self.empty.get()
    }

    /// The list as it is now, for [`notify`][Listeners::notify]; nothing if it is empty.
    #[inline]
    pub(crate) fn now(&self) -> Option<Slots<A>> {
        let slots = self.slots.borrow();
        (!slots.is_empty()).then(|| Rc::clone(&slots))
    }

    /// Runs all listeners of `slots` that are still there, in order: callbacks itself, and other jobs by `run`, which
    /// gets what says in the executor that the listener is still there.
    #[inline]
    pub(crate) fn notify(
        &self,
        slots: &Slots<A>,
        argument: &mut Argument<A>,
        mut run: impl FnMut(&Job<A>, &mut Argument<A>, Option<&Live>),
    ) {
        let unseen = Frame::new();
        let mut scopes = Series::new(&unseen);
        let mut done = 0;
        let mut filters = false;
        while done < slots.len() {
            // Panics are rare, so they are caught around all, and those who are left are done after.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                for slot in &slots[done..] {
                    done += 1;
                    let Some(listener) = slot.listener.as_ref().filter(|listener| listener.live.get()) else {
                        continue;
                    };
                    if let Some(filter) = &listener.filter {
                        filters = true;
                        let is_for_it = scopes.run(filter.site(), || filter.call_bare(argument.get()));
                        filters = false;
                        // The filter may have removed the listener, or fired what was for it.
                        if !is_for_it || !listener.live.get() {
                            continue;
                        }
                    }
                    if listener.once {
                        self.remove(slot.id);
                    }
                    let Some(job) = &listener.job else { continue };
                    if let Some(callback) = job.as_callback() {
                        scopes.run(callback.site(), || callback.call_bare(argument.get()));
                    } else {
                        scopes.leave();
                        run(job, argument, listener.elsewhere.as_ref());
                    }
                }
            }));
            if let Err(payload) = outcome {
                scopes.leave();
                let panicked = slots[done - 1].listener.as_deref();
                panicked.inspect(|listener| listener.log_panic(std::mem::take(&mut filters), payload));
            }
        }
    }

    fn remove(&self, id: u64) {
        let removed = {
            let mut slots = self.slots.borrow_mut();
            let Ok(index) = slots.binary_search_by_key(&id, |slot| slot.id) else { return };
            let slots = Rc::make_mut(&mut *slots);
            let Some(listener) = slots[index].listener.take() else { return };
            self.empty.set(self.empty.get() + 1);
            if self.empty.get() * 2 > slots.len() {
                slots.retain(|slot| slot.listener.is_some());
                slots.shrink_to(slots.len() * 2);
                self.empty.set(0);
            }
            listener
        };
        removed.live.set(false);
    }

    /// Removes all, and takes no more.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.empty.set(0);
        let slots = self.slots.take();
        for listener in slots.iter().filter_map(|slot| slot.listener.as_ref()) {
            listener.live.set(false);
        }
    }
}
