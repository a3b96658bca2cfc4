//! The trap, where it is built in.

use crate::heard::Heard;

/// Makes the trap tell what it catches. Or says why it catches nothing.
#[cfg(feature = "trap")]
pub(crate) fn arm(heard: &Heard) -> Result<(), String> {
    use onloop::trap::{Policy, configure, verify};

    let hook = heard.clone();
    // Else the first of the five would be the last.
    configure().policy(Policy::Log).on_violation(move |violation| hook.trap(violation)).install();
    verify().map_err(|error| error.to_string())
}

#[cfg(not(feature = "trap"))]
pub(crate) fn arm(_heard: &Heard) -> Result<(), String> {
    Err("the trap is not built in; it is with `cargo run --bin stall --features trap`".to_owned())
}
