//! Random programs, each against a model that is too simple to be wrong.
//!
//! `ONLOOP_SOAK=100000 cargo test -p onloop --test it soak` runs that many programs of each kind instead of 2,000 (a
//! quarter of it where a program is a whole integration). A failure names its seed.

mod bus;
mod fire;
mod integration;
mod work;

/// How many programs to run.
fn rounds() -> u64 {
    std::env::var("ONLOOP_SOAK").map_or(2_000, |text| text.parse().expect("a number of programs"))
}

/// A generator of numbers that look random (SplitMix64): the same from the same seed, on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let limit = u64::try_from(limit).expect("limits are small");
        usize::try_from((mixed ^ (mixed >> 31)) % limit).expect("it is below the limit")
    }
}
