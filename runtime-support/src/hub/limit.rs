//! Time limits that also hold on the machine's clock.
//!
//! Tests pause the loop's clock, and it stands still while a thread of the executor runs, so no limit would ever pass:
//! a test with a stuck job would hang where it should fail. So another thread measures the limit as well.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;

/// Gives `future` until `limit` from now, on the loop's clock or on the machine's; `None` if it takes longer.
pub(super) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    // Mostly there is nothing to wait for.
    if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        return Some(output);
    }
    let alarm = Alarm::after(limit);
    let (mut here, mut elsewhere) = (pin!(tokio::time::sleep(limit)), pin!(alarm.rings.notified()));
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        let is_over = here.as_mut().poll(cx).is_ready() || elsewhere.as_mut().poll(cx).is_ready();
        if is_over { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// Rings when the machine's clock says so, unless it is dropped before.
struct Alarm {
    rings: Arc<Notify>,
    /// Goes with the alarm, which ends the thread.
    _set: mpsc::Sender<()>,
}

impl Alarm {
    fn after(limit: Duration) -> Self {
        let (set, unset) = mpsc::channel();
        let rings = Arc::new(Notify::new());
        let own = Arc::clone(&rings);
        let wait = move || {
            #[expect(clippy::disallowed_methods, reason = "this thread is there to wait")]
            if unset.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                own.notify_one();
            }
        };
        // Without the thread there is the loop's clock.
        drop(thread::Builder::new().name("onloop-limit".to_owned()).spawn(wait));
        Self { rings, _set: set }
    }
}
