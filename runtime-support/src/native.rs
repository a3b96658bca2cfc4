//! The only module with unsafe code: interposed functions of the C library, and the stacks of threads.
//!
//! What is found here is judged elsewhere, in safe code: `trap` and `watch`.

#![allow(unsafe_code, reason = "functions of C are defined and called here, and nowhere else")]

pub(crate) mod stack;

#[cfg(all(
    feature = "trap",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(target_feature = "crt-static")
))]
mod interpose;

#[cfg(feature = "trap")]
pub(crate) mod descriptor;
