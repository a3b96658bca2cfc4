//! Timers: jobs that run later, on tokio's clock.
//!
//! A timer is a task in a group of its own: nobody waits for it, and the stop cancels it first. It is never polled
//! inside the call that creates it, so no job runs before the caller has the handle. What the job starts is not part of
//! the timer, and continues when the timer is cancelled.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::job::{IntoJob, Job};
use super::label::Label;
use super::running::Running;
use super::shared::{Hub, HubState};
use super::work_table::Group;
use crate::Unsubscribe;
use crate::argument::Argument;
use crate::log::log;
use crate::patience::logged_if_late;
use crate::unsubscribe::Live;

/// How often a job of [`Hub::track_time_interval`] runs. A [`Duration`] converts to an interval that skips overlapping
/// runs.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use onloop::{Interval, Overlap};
///
/// let polled = Interval::from(Duration::from_secs(30));
/// assert_eq!(polled.overlap, Overlap::Skip);
/// let metered = Interval::every(Duration::from_secs(30)).overlap(Overlap::Allow);
/// assert_eq!(metered.period, polled.period);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// From one run's planned time to the next one's.
    pub period: Duration,
    /// What happens when a run takes longer than the period.
    pub overlap: Overlap,
}

/// What an interval does when a run is not over when the next is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// Skips that run; the next one comes at its own planned time.
    #[default]
    Skip,
    /// Starts it alongside the other, as Home Assistant does. If every run takes too long, runs pile up.
    Allow,
}

impl Interval {
    /// One run each `period`, never two at once.
    #[must_use]
    pub fn every(period: Duration) -> Self {
        Self { period, overlap: Overlap::default() }
    }

    /// The same with another policy.
    #[must_use]
    pub fn overlap(self, overlap: Overlap) -> Self {
        Self { overlap, ..self }
    }
}

impl From<Duration> for Interval {
    fn from(period: Duration) -> Self {
        Self::every(period)
    }
}

impl Hub {
    /// Runs a job once, `delay` from now. The job gets the time it was planned for.
    ///
    /// It runs on the loop, at the earliest at the next turn, with the millisecond's precision of [`tokio::time`]; on a
    /// stalled loop it is late. A coroutine or blocking job is then tracked, the timer itself is not:
    /// [`block_till_done`][Hub::block_till_done] does not wait for it. The hub's stop cancels it, and once the stop has
    /// begun, new timers do nothing.
    ///
    /// Dropping the handle cancels the timer, [`detach`][Unsubscribe::detach] leaves it to the hub. A run that has
    /// started continues in either case. In the log the timer is named after the job.
    ///
    /// This is Home Assistant's `async_call_later`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// #[onloop::callback]
    /// fn turn_off_later(hub: &onloop::Hub, light: tokio::sync::watch::Sender<bool>) -> onloop::Unsubscribe {
    ///     // Somebody comes in again: unsubscribe.
    ///     hub.call_later(Duration::from_secs(120), #[callback] move || drop(light.send_replace(false)))
    /// }
    /// ```
    pub fn call_later(&self, delay: Duration, job: impl IntoJob<Instant>) -> Unsubscribe {
        // Further away than the clock can say is never, in effect; tokio's own sleep does the same.
        let at = Instant::now().checked_add(delay).unwrap_or_else(far_away);
        self.call_at(at, job)
    }

    /// Runs a job once, at a given time on tokio's clock, like [`call_later`][Hub::call_later]. A time that has passed
    /// means the loop's next turn.
    pub fn call_at(&self, at: Instant, job: impl IntoJob<Instant>) -> Unsubscribe {
        let (hub, job) = (self.clone(), job.into_job());
        self.start_timer(&job.clone(), async move |live: &Live| {
            sleep_until(at).await;
            if live.is_live() {
                hub.run_tracked(&job, &mut Argument::new(at), Some(live)).detach();
            }
        })
    }

    /// Runs a job again and again, for the first time after one period.
    ///
    /// The job gets the time it was planned for. Planned times are one period apart, however long the runs take, so
    /// they do not drift; times missed while the loop was stalled are skipped. [`Overlap`] decides what happens when a
    /// run takes longer than the period: by default the next run is skipped. Runs of coroutine and blocking jobs are
    /// background: nobody waits for them, and the stop cancels them first. If a run panics, that is logged, and the
    /// interval continues.
    ///
    /// The handle, the stop and the log work as for [`call_later`][Hub::call_later]. This is Home Assistant's
    /// `async_track_time_interval`; there slow runs overlap and the times drift.
    ///
    /// # Panics
    ///
    /// If the period is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// #[onloop::callback]
    /// fn poll(hub: &onloop::Hub, door: tokio::sync::watch::Receiver<bool>) -> onloop::Unsubscribe {
    ///     hub.track_time_interval(Duration::from_secs(30), #[callback] move || println!("open: {}", *door.borrow()))
    /// }
    /// ```
    #[track_caller]
    pub fn track_time_interval(&self, interval: impl Into<Interval>, job: impl IntoJob<Instant>) -> Unsubscribe {
        let Interval { period, overlap } = interval.into();
        assert!(!period.is_zero(), "an interval needs a period longer than nothing");
        let first = Instant::now().checked_add(period).unwrap_or_else(far_away);
        let (hub, job) = (self.clone(), job.into_job());
        self.start_timer(&job.clone(), async move |live: &Live| {
            let mut planned = first;
            loop {
                sleep_until(planned).await;
                if !live.is_live() {
                    return;
                }
                let run = hub.run_job_with(&job, &mut Argument::new(planned), Group::Background, Some(live));
                match overlap {
                    Overlap::Skip => {
                        let what =
                            || format!("a run of interval {} lasts, and those that are due are left out", job.name());
                        logged_if_late(&hub, what, run.ended()).await;
                    }
                    Overlap::Allow => run.detach(),
                }
                let next = next_after(planned, period, Instant::now());
                let left_out = (next - planned).as_nanos() / period.as_nanos() - 1;
                if left_out > 0 {
                    let (hub, name) = (hub.name(), job.name());
                    log!(DEBUG, "hub `{hub}` is late: interval {name} leaves {left_out} runs out");
                }
                planned = next;
            }
        })
    }

    /// Hands a timer's task to tokio. `timer` looks at the flag before it runs the job: cancelling a task takes
    /// effect at its next poll, and it may be in one.
    fn start_timer(&self, job: &Job<Instant>, timer: impl AsyncFnOnce(&Live) + 'static) -> Unsubscribe {
        if self.state() != HubState::Running {
            log!(DEBUG, "hub `{}` stops, and timer {} does not start", self.name(), job.name());
            return Unsubscribe::nothing();
        }
        let live = Live::new();
        let own = live.clone();
        let future = Box::pin(async move { timer(&own).await });
        let running = Running::new(&self.shared, Label::Job(job.name().clone()), Group::Timer, future);
        let id = running.id();
        running.spawn();
        let hub = Rc::downgrade(&self.shared);
        Unsubscribe::new(move || {
            live.end();
            if let Some(hub) = hub.upgrade() {
                hub.cancel(id);
            }
        })
    }
}

/// The first planned time after now, a whole number of periods after the last one.
fn next_after(planned: Instant, period: Duration, now: Instant) -> Instant {
    let past = now.saturating_duration_since(planned).as_nanos() % period.as_nanos();
    // What does not fit is over 500 years: never, as with every delay beyond the clock.
    let past = Duration::from_nanos(u64::try_from(past).unwrap_or(u64::MAX));
    now.max(planned).checked_add(period.saturating_sub(past)).unwrap_or_else(far_away)
}

fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365 * 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_a_multiple_of_the_period_and_not_past() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        for (late, next) in [(0, 10), (1, 10), (9_999, 10), (10_000, 20), (25_001, 30), (99_999, 100)] {
            let now = start + Duration::from_millis(late);
            assert_eq!(next_after(start, second * 10, now), start + second * next, "{late} ms late");
        }
        assert!(next_after(start, Duration::MAX, start + second) > start + second * 86_400);
    }
}
