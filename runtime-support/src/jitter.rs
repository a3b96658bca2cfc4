//! A little randomness in waiting times, so that devices polled together at the start are not polled together for ever.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Between 0.05 and 0.5 s: the reference's figures.
pub(crate) fn jitter() -> Duration {
    // The standard library seeds its hashers at random, each differently; that is random enough, and no dependency.
    let micros = RandomState::new().hash_one(()) % 450_000;
    Duration::from_micros(50_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_in_range_and_not_always_the_same() {
        let drawn: Vec<_> = (0..50).map(|_| jitter()).collect();
        let range = Duration::from_millis(50)..Duration::from_millis(500);
        assert!(drawn.iter().all(|jitter| range.contains(jitter)), "{drawn:?}");
        assert!(drawn.iter().any(|jitter| *jitter != drawn[0]), "{drawn:?}");
    }
}
