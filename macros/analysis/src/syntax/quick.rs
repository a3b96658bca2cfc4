//! Tables with a hasher for names and numbers that nobody chooses to do harm. That of std takes several times as long where
//! it is not optimised, as in a macro.

use std::hash::{BuildHasher, Hasher};

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, Quick>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, Quick>;

/// Makes hashers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quick;

impl BuildHasher for Quick {
    type Hasher = Fnv;

    fn build_hasher(&self) -> Fnv {
        Fnv(START)
    }
}

/// FNV-1a.
#[derive(Debug)]
pub(crate) struct Fnv(u64);

const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mixed(self.0, bytes);
    }

    fn write_u8(&mut self, number: u8) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(PRIME);
    }

    fn write_usize(&mut self, number: usize) {
        // What it is told apart by is in the low bits, and a table looks at the high ones too.
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The hash of one name.
pub(crate) fn hash(name: &str) -> u64 {
    mixed(START, name.as_bytes())
}

fn mixed(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ u64::from(bytes[at])).wrapping_mul(PRIME);
        at += 1;
    }
    hash
}
