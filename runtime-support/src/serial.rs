//! The hasher of maps whose keys are numbers that we count ourselves.

use std::hash::Hasher;

/// Numbers are consecutive and our own, so one multiplication spreads them; the default hasher, made for keys that an
/// attacker chooses, would be most of the cost of a short task.
#[derive(Debug, Default)]
pub(crate) struct SerialHasher(u64);

impl Hasher for SerialHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
