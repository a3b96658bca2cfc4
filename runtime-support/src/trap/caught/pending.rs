//! Violations found on this thread and not yet reported.
//!
//! They are recorded inside a call of the C library, where nothing may be allocated and nothing may be logged. There is
//! room for a few, and the rest are counted. All are reported when the scope ends in which they were found.

use std::cell::{Cell, RefCell};
use std::{ptr, thread};

use super::call::{Blocks, Call, Name, Text};
use crate::native::stack::{DEPTH, capture};
use crate::scope::{AtEnd, current_site, set_at_end};
use crate::trap::busy::Busy;
use crate::{Site, allow_blocking};

/// How many are kept.
const ROOM: usize = 16;

/// How many are looked at more closely. To walk the stack takes some microseconds, and who reads a file byte by byte would
/// be slower than it is without the trap by far.
const CLOSELY: usize = 256;

thread_local! {
    // Without destructors, so that they are there as long as the thread is.
    static FOUND: RefCell<[Option<Finding>; ROOM]> = const { RefCell::new([const { None }; ROOM]) };
    /// How many places are kept.
    static KEPT: Cell<usize> = const { Cell::new(0) };
    /// How many calls were looked at closely.
    static SEEN: Cell<usize> = const { Cell::new(0) };
    /// How many calls were found for which there was no room, or no time.
    static MORE: Cell<usize> = const { Cell::new(0) };
    /// The last sleep was interrupted by a signal.
    static INTERRUPTED: Cell<bool> = const { Cell::new(false) };
}

/// A place that makes a call which blocks, as it was found first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding {
    pub(super) site: &'static Site,
    pub(super) call: Name,
    pub(super) what: Text,
    pub(super) is_path: bool,
    pub(super) is_brief: bool,
    pub(super) is_lock: bool,
    pub(super) frames: [usize; DEPTH],
    pub(super) depth: usize,
    /// How often it was found.
    pub(super) times: usize,
}

/// Looks at a call that a thread on the loop makes. What is found waits for `report`, which is called when a scope ends.
pub(super) fn look(name: Name, call: Call<'_>, report: AtEnd) {
    let Some(site) = current_site() else { return };
    if site.exempts_all() || allow_blocking::is_allowed() || thread::panicking() {
        return;
    }
    let Some(_busy) = Busy::new() else { return };
    let goes_on = INTERRUPTED.take() && matches!(call, Call::Sleep(_));
    let Some(Blocks { what, is_path, is_brief, is_lock }) = call.judge() else { return };
    if SEEN.replace(SEEN.get() + 1) >= CLOSELY {
        MORE.set(MORE.get() + 1);
        return;
    }
    let mut frames = [0; DEPTH];
    let depth = capture(&mut frames);
    FOUND.with_borrow_mut(|found| {
        // The same place again: a loop, or a sleep that goes on after a signal, which is one.
        let is_same = |known: &&mut Finding| known.call == name && known.frames == frames;
        if let Some(known) = found.iter_mut().flatten().find(is_same) {
            known.times += usize::from(!goes_on);
            known.is_brief &= is_brief;
        } else if let Some(free) = found.iter_mut().find(|place| place.is_none()) {
            *free = Some(Finding { site, call: name, what, is_path, is_brief, is_lock, frames, depth, times: 1 });
            KEPT.set(KEPT.get() + 1);
            set_at_end(Some(report));
        } else {
            MORE.set(MORE.get() + 1);
        }
    });
}

/// A sleep has ended too early, by a signal. Who goes on with it sleeps once.
pub(crate) fn interrupted() {
    INTERRUPTED.set(true);
}

#[cfg(test)]
pub(super) fn is_any() -> bool {
    KEPT.get() > 0
}

/// Takes what was found in the scope of `site`, or in all of them, and how many more there were. Only whoever is
/// [`Busy`] may do so: a signal may look at any time.
pub(super) fn take(site: Option<&'static Site>) -> (Vec<Finding>, usize) {
    let is_asked = |found: &mut Finding| site.is_none_or(|site| ptr::eq(found.site, site));
    let found: Vec<_> =
        FOUND.with_borrow_mut(|found| found.iter_mut().filter_map(|place| place.take_if(is_asked)).collect());
    KEPT.set(KEPT.get() - found.len());
    if KEPT.get() > 0 {
        return (found, 0);
    }
    set_at_end(None);
    SEEN.set(0);
    (found, MORE.take())
}

/// This thread is the child of a `fork`: what its memory says of a loop is not true.
pub(crate) fn leave_the_loop() {
    Busy::for_good();
    KEPT.set(0);
    set_at_end(None);
}
