//! The trap's own code: what it calls is not looked at.

use std::cell::Cell;

use crate::stack;

thread_local! {
    // Without a destructor, so that it is there as long as the thread is.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// While it exists, what this thread calls is not looked at.
pub(super) struct Busy;

impl Busy {
    /// `None` if there is one.
    pub(super) fn new() -> Option<Self> {
        // Not `then_some`: one that is made and dropped would end the other.
        (!IS_BUSY.replace(true)).then(|| Self)
    }

    /// From here on nothing that this thread calls is looked at.
    pub(super) fn for_good() {
        IS_BUSY.set(true);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        IS_BUSY.set(false);
    }
}

/// Reads the debug information of the program, outside of any loop. A report on a loop before that takes long, and the
/// program's own time limits run out there.
pub(super) fn read_names() {
    let Some(_busy) = Busy::new() else { return };
    stack::read_names();
}
