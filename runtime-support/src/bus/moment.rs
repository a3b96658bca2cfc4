//! When an event was fired. The clock is read only on demand: reading it would double the cost of a fire.
//!
//! Each fire has one time, read when it is first asked for. A fire inside another one, whose time has not been read
//! yet, reads the clock for the outer one too. So an event whose time is read late never appears later than the events
//! it caused.

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
