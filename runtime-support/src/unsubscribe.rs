//! The handle that ends listeners, timers and hooks.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// Ends a subscription: a listener of the bus, a timer, a hook.
///
/// The subscription ends when the handle is dropped, so keep it for as long as you want to listen; in a struct, it ends
/// with the struct. [`unsubscribe`][Unsubscribe::unsubscribe] ends it explicitly, and [`detach`][Unsubscribe::detach]
/// lets the subscription last as long as the hub. It works once: it cannot be called a second time. Once it has
/// returned, the job is no longer called, not even by a fire under way, nor by the executor if the job still waits for
/// a thread there. A call that has begun continues.
///
/// It is also a [job][crate::IntoJob] that ends the subscription when it runs.
///
/// `let _ = hub.bus().listen(..)` drops it at once, so the job is never called. `let _unsubscribe =` keeps it.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use onloop::Unsubscribe;
///
/// let listens = Rc::new(Cell::new(true));
/// let own = Rc::clone(&listens);
/// let unsubscribe = Unsubscribe::new(move || own.set(false));
/// drop(unsubscribe);
/// assert!(!listens.get());
/// ```
#[must_use = "dropping it ends the subscription at once; keep it, or call `detach` for one that lasts as long as the hub"]
pub struct Unsubscribe {
    end: Option<Box<dyn FnOnce()>>,
}

impl Unsubscribe {
    /// For subscriptions of your own: `end` is called once, on the loop, unless it is detached.
    pub fn new(end: impl FnOnce() + 'static) -> Self {
        Self { end: Some(Box::new(end)) }
    }

    /// One for what never began, because the hub has stopped.
    pub(crate) fn nothing() -> Self {
        Self { end: None }
    }

    /// Ends the subscription now.
    pub fn unsubscribe(self) {
        drop(self);
    }

    /// Lets the subscription last as long as the hub: nothing can end it any more but the hub's stop.
    pub fn detach(mut self) {
        self.end = None;
    }
}

impl Drop for Unsubscribe {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end();
        }
    }
}

impl fmt::Debug for Unsubscribe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsubscribe").finish_non_exhaustive()
    }
}

/// Whether a subscription lasts: asked before its job is called, on the loop and in the executor.
#[derive(Clone)]
pub(crate) struct Live(Arc<AtomicBool>);

impl Live {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    pub(crate) fn end(&self) {
        self.0.store(false, Release);
    }

    pub(crate) fn is_live(&self) -> bool {
        self.0.load(Acquire)
    }
}
