//! Waits that may never end: each is logged once it takes long, and again when it is over.
//!
//! Suppose an update waits for a task that asks for the same update, or a run of an interval never returns. No single
//! piece is wrong, so nothing panics, and without a line in the log the cause would take a week to find.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Hub;
use crate::log::log;

/// How long something lasts before it is logged, unless the hub is configured otherwise: Home Assistant's figure for a
/// drain.
pub(crate) const DEFAULT: Duration = Duration::from_secs(60);

/// Awaits `wait`. `what` describes in a sentence who waits for what; it is called only if the wait lasts.
pub(crate) async fn logged_if_late<F: Future>(hub: &Hub, what: impl Fn() -> String, wait: F) -> F::Output {
    let mut wait = pin!(wait);
    if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx))).await {
        return output;
    }
    let mut lasting = Lasting::new(hub);
    let mut late = pin!(sleep(hub.patience()));
    poll_fn(|cx| {
        if let Poll::Ready(output) = wait.as_mut().poll(cx) {
            return Poll::Ready(output);
        }
        if !lasting.is_logged() && late.as_mut().poll(cx).is_ready() {
            lasting.log(what());
        }
        Poll::Pending
    })
    .await
}

/// Something that lasts. When it is dropped it is over, and that is logged too.
pub(crate) struct Lasting<'a> {
    hub: &'a Hub,
    begun: Instant,
    what: Option<String>,
}

impl<'a> Lasting<'a> {
    pub(crate) fn new(hub: &'a Hub) -> Self {
        Self { hub, begun: Instant::now(), what: None }
    }

    /// Something that has lasted for `time` already.
    pub(crate) fn since(hub: &'a Hub, time: Duration) -> Self {
        let now = Instant::now();
        Self { hub, begun: now.checked_sub(time).unwrap_or(now), what: None }
    }

    pub(crate) fn is_logged(&self) -> bool {
        self.what.is_some()
    }

    pub(crate) fn log(&mut self, what: String) {
        log!(WARN, "hub `{}`, for {:.0?} now: {what}", self.hub.name(), self.begun.elapsed());
        self.what = Some(what);
    }
}

impl Drop for Lasting<'_> {
    fn drop(&mut self) {
        if let Some(what) = &self.what {
            log!(INFO, "hub `{}`, over after {:.0?}: {what}", self.hub.name(), self.begun.elapsed());
        }
    }
}
