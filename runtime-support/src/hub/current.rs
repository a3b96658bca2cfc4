//! The hub of a thread.

use std::cell::RefCell;

use super::shared::Hub;

thread_local! {
    /// The hub whose loop this thread runs.
    static CURRENT: RefCell<Option<Hub>> = const { RefCell::new(None) };
}

impl Hub {
    /// The hub whose loop runs on this thread.
    ///
    /// # Panics
    ///
    /// Off the loop: in an executor job, in another thread, outside [`run`][Hub::run].
    ///
    /// # Examples
    ///
    /// ```
    /// # use onloop::Hub;
    /// Hub::builder().name("house").run(async |_hub| {
    ///     assert_eq!(Hub::current().name(), "house");
    /// });
    /// ```
    #[must_use]
    pub fn current() -> Hub {
        Self::try_current().expect("`Hub::current` works on the loop only, and no hub's loop runs on this thread")
    }

    /// The hub whose loop runs on this thread, if there is one.
    #[must_use]
    pub fn try_current() -> Option<Hub> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }
}

/// Makes a hub the current one of this thread, until dropped.
pub(super) struct Entered {
    /// The hub that is current again after: one whose task tries in vain to run another hub.
    outer: Option<Hub>,
}

impl Entered {
    pub(super) fn new(hub: Hub) -> Self {
        Self { outer: CURRENT.replace(Some(hub)) }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}
