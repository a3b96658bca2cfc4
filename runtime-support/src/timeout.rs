//! A time limit for a future.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Gives `future` until `limit` from now; after that it is dropped and the result is [`Elapsed`].
///
/// The clock starts with this call, not with the first poll. The future is polled before the clock is looked at, so
/// one that is ready is never late. A limit can only be enforced where the future waits: one that blocks the loop
/// blocks its own limit too. Works on a hub and in any other tokio runtime; it is [`tokio::time::timeout`] with an
/// error that contains the limit.
///
/// Map the error to one of your own where callers should not see it:
///
/// ```
/// use std::time::Duration;
/// use onloop::{Hub, timeout};
///
/// #[derive(Debug, PartialEq)]
/// struct UpdateFailed(String);
///
/// let error = Hub::run(async |_hub| {
///     timeout(Duration::from_millis(1), std::future::pending::<()>())
///         .await
///         .map_err(|elapsed| UpdateFailed(elapsed.to_string()))
/// });
/// assert_eq!(error, Err(UpdateFailed("no result within 1ms".to_owned())));
/// ```
///
/// # Panics
///
/// Outside a tokio runtime with a timer.
///
/// # Cancel safety
///
/// That of the inner future.
#[track_caller]
pub fn timeout<F: IntoFuture>(limit: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout { inner: tokio::time::timeout(limit, future), limit }
}

pin_project_lite::pin_project! {
    /// A future with a limit, returned by [`timeout`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Timeout<F> {
        #[pin]
        inner: tokio::time::Timeout<F>,
        limit: Duration,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let limit = *this.limit;
        this.inner.poll(cx).map_err(|_| Elapsed { limit })
    }
}

/// The limit of a [`timeout`] passed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed {
    limit: Duration,
}

impl Elapsed {
    /// The limit that passed.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no result within {:?}", self.limit)
    }
}

impl Error for Elapsed {}
