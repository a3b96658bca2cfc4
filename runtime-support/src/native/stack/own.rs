//! The stack of the calling thread.

use super::{DEPTH, walk};

/// Writes the addresses of the stack into `frames`, the innermost first, and gives how many there are.
pub(crate) fn capture(frames: &mut [usize; DEPTH]) -> usize {
    let mut count = 0;
    walk(|address| {
        if let Some(frame) = frames.get_mut(count) {
            *frame = address;
            count += 1;
        }
        count < DEPTH
    });
    count
}
