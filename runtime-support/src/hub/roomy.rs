//! The memory of a task's future.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How much room a future gets beyond what it needs.
///
/// Tokio aligns its tasks to 128 bytes, and in glibc's heap the gap between two is about this long. A box that fills it is
/// found at once and merges with its neighbours when both go; smaller ones cut the gaps to pieces, and a hundred thousand
/// of them made tasks twice as slow.
const ROOM: usize = 112;

pin_project_lite::pin_project! {
    /// A future with room to spare.
    pub(super) struct Roomy<F> {
        #[pin]
        future: F,
        room: MaybeUninit<[u8; ROOM]>,
    }
}

impl<F> Roomy<F> {
    #[inline]
    pub(super) fn boxed(future: F) -> Pin<Box<Self>> {
        Box::pin(Self { future, room: MaybeUninit::uninit() })
    }
}

impl<F: Future> Future for Roomy<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx)
    }
}
