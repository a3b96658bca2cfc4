//! What is measured with a scope around it, and without.
//!
//! All call the same function through a pointer that the compiler cannot see through: a body that could not read the
//! scope would have it optimised away.

use std::hint::black_box;

use onloop::__private::{self as onloop_private, Kind, Site};

fn work(value: u64) -> u64 {
    value + 1
}

/// Work that may, for all the compiler knows, ask for the current site.
pub(crate) fn opaque_work(value: u64) -> u64 {
    black_box(work as fn(u64) -> u64)(value)
}

#[inline(never)]
pub(crate) fn bare(value: u64) -> u64 {
    opaque_work(value)
}

#[inline(never)]
pub(crate) fn callback(value: u64) -> u64 {
    static SITE: Site = Site::new("callback", Kind::Callback, file!(), line!());
    let _scope = onloop_private::enter(&SITE);
    opaque_work(value)
}
