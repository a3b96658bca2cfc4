//! When an event was fired: the clock is read only if somebody asks, which is half of what a fire costs otherwise.
//!
//! Each fire has one time, read at the first question. A fire inside another one, whose time nobody has asked yet, reads
//! the clock for that one: so an event that is asked late has not been fired after those that came of it.

use std::cell::Cell;

use tokio::time::Instant;

thread_local! {
    /// The innermost fire of this thread.
    static INNERMOST: Cell<Fired> = const { Cell::new(Fired::NotNow) };
}

#[derive(Debug, Clone, Copy)]
enum Fired {
    /// No fire is under way.
    NotNow,
    /// Nobody has asked when.
    Unasked,
    At(Instant),
}

/// A fire is under way as long as this exists.
pub(super) struct Moment {
    outer: Fired,
}

impl Moment {
    #[inline]
    pub(super) fn begin() -> Self {
        let outer = match INNERMOST.replace(Fired::Unasked) {
            Fired::Unasked => Fired::At(Instant::now()),
            outer => outer,
        };
        Self { outer }
    }
}

impl Drop for Moment {
    #[inline]
    fn drop(&mut self) {
        INNERMOST.set(self.outer);
    }
}

/// The time of the innermost fire.
pub(super) fn now() -> Instant {
    if let Fired::At(at) = INNERMOST.get() {
        return at;
    }
    let now = Instant::now();
    if let Fired::Unasked = INNERMOST.get() {
        INNERMOST.set(Fired::At(now));
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fire_has_one_time_and_was_before_those_within() {
        let before = Instant::now();
        let outer = Moment::begin();
        let inner = Moment::begin();
        let inner_time = now();
        assert_eq!(now(), inner_time);
        drop(inner);
        let outer_time = now();
        assert!(before <= outer_time && outer_time <= inner_time);
        drop(outer);
        assert!(now() >= inner_time);
    }
}
