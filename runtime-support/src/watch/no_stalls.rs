//! For tests: a stall of the loop is a failure.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Report, ReportEvent, Watch, WatchBuilder, Watched};
use crate::lock::lock;

/// Fails the test that holds it if the loop of its thread stalls, returned by [`WatchBuilder::fail_on_stall`].
///
/// # Panics
///
/// When dropped, if a function has held the loop for too long. Not if the thread is panicking already.
#[must_use = "it watches until it is dropped"]
#[derive(Debug)]
pub struct NoStalls {
    watch: Watch,
    watched: Option<Watched>,
    stalls: Arc<Mutex<Vec<Report>>>,
}

impl WatchBuilder {
    /// Watches the calling thread until the value is dropped, which panics if the loop has stalled: a line for a test.
    ///
    /// Held in the test around a runtime or `Hub::run`, or in an async test on the thread of its
    /// loop. What it sees it also writes to the standard error at once: a loop that never goes on ends no test.
    ///
    /// # Panics
    ///
    /// If the thread is watched already, or the operating system refuses the thread of the watch.
    ///
    /// # Examples
    ///
    /// ```
    /// #[onloop::callback]
    /// fn on_tick() {}
    ///
    /// let _no_stalls = onloop::watch().fail_on_stall();
    /// on_tick();
    /// ```
    ///
    /// ```should_panic
    /// #[onloop::callback]
    /// #[onloop::allow(busy_wait, reason = "a stall to be seen")]
    /// fn on_tick() {
    ///     let begun = std::time::Instant::now();
    ///     while begun.elapsed().as_millis() < 300 {}
    /// }
    ///
    /// let _no_stalls = onloop::watch().fail_on_stall();
    /// on_tick();
    /// ```
    pub fn fail_on_stall(self) -> NoStalls {
        let stalls = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&stalls);
        let keep = move |report: &Report| {
            if report.event == ReportEvent::Stalled && report.is_logged() {
                // Not by a macro, whose output the test would keep to itself. Who cannot be told fails later.
                let _ = writeln!(io::stderr(), "the loop stalls:\n{report}");
            }
            lock(&kept).push(report.clone());
        };
        let watch = self.on_report(keep).start().unwrap_or_else(|error| panic!("the watch cannot start: {error}"));
        let watched = watch.enter().unwrap_or_else(|error| panic!("{error}"));
        NoStalls { watch, watched: Some(watched), stalls }
    }
}

impl Drop for NoStalls {
    fn drop(&mut self) {
        drop(self.watched.take());
        self.watch.stop();
        let stalls = std::mem::take(&mut *lock(&self.stalls));
        // The end of a stall knows how long it was. It is missing only if a hook does not return.
        let event = if stalls.iter().any(|report| report.event == ReportEvent::Ended) {
            ReportEvent::Ended
        } else {
            ReportEvent::Stalled
        };
        let lines = stalls.iter().filter(|report| report.event == event).map(ToString::to_string);
        let lines: Vec<_> = lines.collect();
        assert!(lines.is_empty() || thread::panicking(), "the loop stalled:\n{}", lines.join("\n"));
    }
}
