//! Silences the attributes, which refuse this program.
//!
//! `STALL_CHECK=attributes` lets them speak, and `STALL_CHECK=clippy` clippy. One at a time: where the attributes find
//! something, clippy does not get to look. `ui-tests/tests/stall.rs` asks for both.

use std::env;

/// Who is to speak.
const VARIABLE: &str = "STALL_CHECK";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-check-cfg=cfg(clippy_speaks)");
    let speaks = env::var(VARIABLE).unwrap_or_default();
    if speaks != "attributes" {
        // For this package alone. It also takes away what the attributes tell clippy to look at.
        println!("cargo::rustc-env=ONLOOP_LEVEL=off");
    }
    if speaks == "clippy" {
        println!("cargo::rustc-cfg=clippy_speaks");
    }
}
