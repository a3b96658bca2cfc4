//! Decides who holds the loop of one thread, for how long, and whether that is too long.
//!
//! The observer is given what each look has shown and when, and reads neither clock nor shadow stacks. So tests can use
//! made-up times.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::report::{Report, ReportEvent};
use super::shadow_stack::Seen;
use crate::Site;

/// How often each function has held a loop for too long. One for all threads of a watch.
pub(super) type Counts = HashMap<&'static Site, u64>;

/// Follows the scopes that are open on one thread, from look to look.
pub(super) struct Observer {
    thread: String,
    threshold: Duration,
    /// The scopes that were open at the last look, the outermost first.
    open: Vec<Open>,
    /// When the last look was.
    last: Option<Instant>,
}

/// A scope that was open at the last look.
struct Open {
    entry: usize,
    site: &'static Site,
    /// When a look first showed it.
    since: Instant,
    /// How much of the time since then counts against it.
    charged: Duration,
    /// What was said of it.
    reported: Option<Report>,
}

impl Open {
    fn limit(&self, threshold: Duration) -> Duration {
        self.site.budget().unwrap_or(threshold)
    }
}

impl Observer {
    pub(super) fn new(thread: String, threshold: Duration) -> Self {
        Self { thread, threshold, open: Vec::new(), last: None }
    }

    /// Takes a look into account, and gives what there is to report.
    ///
    /// `period` is the time that was meant to pass since the last look. If far more has passed, this thread did not
    /// run either: the machine was busy or the process stopped, and that is not held against a function.
    pub(super) fn look(
        &mut self,
        now: Instant,
        period: Duration,
        seen: &Seen,
        counts: &mut Counts,
        name_of: &dyn Fn(usize) -> Option<String>,
    ) -> Vec<Report> {
        let passed = self.last.replace(now).map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        let same = self.open.iter().zip(&seen.frames).take_while(|(open, (entry, _))| open.entry == *entry).count();
        for open in &mut self.open {
            open.charged += passed.min(period * 2);
        }
        let mut reports = self.close(same, now);
        self.open.extend(seen.frames[same..].iter().map(|(entry, site)| Open {
            entry: *entry,
            site,
            since: now,
            charged: Duration::ZERO,
            reported: None,
        }));
        if let Some(holder) = self.holder(period) {
            let open = &mut self.open[holder];
            let count = counts.entry(open.site).or_insert(0);
            *count += 1;
            let report = Report {
                event: ReportEvent::Stalled,
                site: open.site,
                held: now.saturating_duration_since(open.since),
                limit: open.limit(self.threshold),
                chain: seen.frames.iter().map(|(_, site)| *site).collect(),
                deeper: seen.deeper,
                task: seen.task.and_then(name_of),
                thread: self.thread.clone(),
                count: *count,
                #[cfg(feature = "stacks")]
                stack: None,
            };
            open.reported = Some(report.clone());
            reports.push(report);
        }
        reports
    }

    /// The loop is not watched any more.
    pub(super) fn finish(&mut self, now: Instant) -> Vec<Report> {
        self.close(0, now)
    }

    /// Whether a stall is under way that has been reported.
    pub(super) fn is_stalled(&self) -> bool {
        self.open.iter().any(|open| open.reported.is_some())
    }

    /// The scope to report: the innermost that has been open for too long.
    ///
    /// One stall is one report. While it lasts, only a function that has a budget of its own gives another.
    fn holder(&self, period: Duration) -> Option<usize> {
        let is_stalled = self.is_stalled();
        let is_due = |open: &Open, charged: Duration| {
            let may_be = open.reported.is_none() && (!is_stalled || open.site.budget().is_some());
            may_be && charged >= open.limit(self.threshold)
        };
        let holder = self.open.iter().rposition(|open| is_due(open, open.charged))?;
        // A look may have fallen between the entry of a function and that of the one in it, which is to be named: at the
        // next look, if it lasts.
        let is_next = |open: &Open| open.site.budget().is_none() && is_due(open, open.charged + period);
        let awaits_next = self.open[holder + 1..].iter().any(is_next);
        (!awaits_next).then_some(holder)
    }

    /// Forgets the scopes from this depth on: they have been left.
    fn close(&mut self, depth: usize, now: Instant) -> Vec<Report> {
        let left: Vec<_> = self.open.drain(depth..).rev().collect();
        if left.iter().any(|open| open.reported.is_some()) {
            // That time has been reported. Whoever waited for them is charged from here on.
            for open in self.open.iter_mut().filter(|open| open.reported.is_none()) {
                open.charged = Duration::ZERO;
            }
        }
        let ended = left.into_iter().filter_map(|open| Some((open.since, open.reported?)));
        ended
            .map(|(since, report)| Report {
                event: ReportEvent::Ended,
                held: now.saturating_duration_since(since),
                ..report
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    static POLL: Site = Site::new("house::poll", Kind::Coroutine, "src/house.rs", 7);
    static TICK: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 3);
    static QUICK: Site = Site { budget: 1000, ..Site::new("house::quick", Kind::Callback, "src/house.rs", 5) };

    const PERIOD: Duration = Duration::from_millis(25);

    /// A thread that is looked at on a clock of its own.
    struct Scene {
        observer: Observer,
        counts: Counts,
        now: Instant,
    }

    impl Scene {
        fn new() -> Self {
            let observer = Observer::new("main".to_owned(), Duration::from_millis(100));
            Self { observer, counts: Counts::new(), now: Instant::now() }
        }

        /// Looks after so many milliseconds, and gives what is reported: event, function, held, count.
        fn after(&mut self, ms: u64, frames: &[(usize, &'static Site)]) -> Vec<(ReportEvent, &'static str, u128, u64)> {
            self.now += Duration::from_millis(ms);
            let seen = Seen { frames: frames.to_vec(), deeper: 0, task: Some(3) };
            let name_of = |task| (task == 3).then(|| "`task`".to_owned());
            let reports = self.observer.look(self.now, PERIOD, &seen, &mut self.counts, &name_of);
            assert!(reports.iter().all(|report| report.task.as_deref() == Some("`task`") && report.thread == "main"));
            let parts = |report: Report| (report.event, report.site.name(), report.held.as_millis(), report.count);
            reports.into_iter().map(parts).collect()
        }

        fn quiet(&mut self, looks: usize, frames: &[(usize, &'static Site)]) {
            for look in 0..looks {
                assert_eq!(self.after(25, frames), [], "look {look}");
            }
        }
    }

    use ReportEvent::{Ended, Stalled};

    #[test]
    fn a_function_is_reported_while_it_holds_the_loop_and_when_it_lets_go() {
        let mut scene = Scene::new();
        scene.quiet(4, &[(1, &TICK)]);
        assert_eq!(scene.after(25, &[(1, &TICK)]), [(Stalled, "house::on_tick", 100, 1)]);
        scene.quiet(8, &[(1, &TICK)]);
        assert_eq!(scene.after(25, &[]), [(Ended, "house::on_tick", 325, 1)]);
        scene.quiet(8, &[]);
    }

    #[test]
    fn many_short_runs_are_no_stall() {
        let mut scene = Scene::new();
        for entry in 0..100 {
            scene.quiet(1, &[(entry, &TICK)]);
        }
    }

    #[test]
    fn a_coroutine_that_calls_many_short_callbacks_holds_the_loop_itself() {
        let mut scene = Scene::new();
        for entry in 0..4 {
            scene.quiet(1, &[(1, &POLL), (entry, &TICK)]);
        }
        assert_eq!(scene.after(25, &[(1, &POLL), (4, &TICK)]), [(Stalled, "house::poll", 100, 1)]);
    }

    #[test]
    fn the_innermost_that_is_over_is_reported_and_those_around_it_are_not() {
        let mut scene = Scene::new();
        scene.quiet(4, &[(1, &POLL), (1, &TICK)]);
        assert_eq!(scene.after(25, &[(1, &POLL), (1, &TICK)]), [(Stalled, "house::on_tick", 100, 1)]);
        scene.quiet(4, &[(1, &POLL), (1, &TICK)]);
        assert_eq!(scene.after(25, &[(1, &POLL)]), [(Ended, "house::on_tick", 225, 1)]);
        // What it does from here on is its own.
        scene.quiet(3, &[(1, &POLL)]);
        assert_eq!(scene.after(25, &[(1, &POLL)]), [(Stalled, "house::poll", 325, 1)]);
        assert_eq!(scene.after(25, &[(2, &POLL)]), [(Ended, "house::poll", 350, 1)]);
    }

    #[test]
    fn a_function_that_was_entered_a_look_later_is_the_one_that_is_named() {
        let mut scene = Scene::new();
        scene.quiet(1, &[(1, &POLL)]);
        scene.quiet(4, &[(1, &POLL), (1, &TICK)]);
        assert_eq!(scene.after(25, &[(1, &POLL), (1, &TICK)]), [(Stalled, "house::on_tick", 100, 1)]);
        // If it does not last, it was the other one.
        let mut scene = Scene::new();
        scene.quiet(1, &[(1, &POLL)]);
        scene.quiet(4, &[(1, &POLL), (1, &TICK)]);
        assert_eq!(scene.after(25, &[(1, &POLL)]), [(Stalled, "house::poll", 125, 1)]);
    }

    #[test]
    fn repeats_are_counted_for_each_function() {
        let mut scene = Scene::new();
        for entry in 1..4 {
            scene.quiet(4, &[(entry, &TICK)]);
            let count = entry as u64;
            assert_eq!(scene.after(25, &[(entry, &TICK)]), [(Stalled, "house::on_tick", 100, count)]);
            assert_eq!(scene.after(25, &[]), [(Ended, "house::on_tick", 125, count)]);
        }
        scene.quiet(4, &[(9, &POLL)]);
        assert_eq!(scene.after(25, &[(9, &POLL)]), [(Stalled, "house::poll", 100, 1)]);
    }

    #[test]
    fn a_budget_counts_for_its_own_function_only() {
        let mut scene = Scene::new();
        assert_eq!(scene.after(1, &[(1, &POLL), (1, &QUICK)]), []);
        assert_eq!(scene.after(1, &[(1, &POLL), (1, &QUICK)]), [(Stalled, "house::quick", 1, 1)]);
        assert_eq!(scene.after(1, &[(1, &POLL), (1, &QUICK)]), []);
        assert_eq!(scene.after(1, &[(1, &POLL)]), [(Ended, "house::quick", 3, 1)]);
        scene.quiet(1, &[(1, &POLL)]);
    }

    #[test]
    fn a_budget_within_a_stall_is_reported_too() {
        let mut scene = Scene::new();
        scene.quiet(4, &[(1, &POLL)]);
        assert_eq!(scene.after(25, &[(1, &POLL)]), [(Stalled, "house::poll", 100, 1)]);
        assert_eq!(scene.after(1, &[(1, &POLL), (1, &QUICK)]), []);
        assert_eq!(scene.after(1, &[(1, &POLL), (1, &QUICK)]), [(Stalled, "house::quick", 1, 1)]);
        let ended = [(Ended, "house::quick", 26, 1), (Ended, "house::poll", 127, 1)];
        assert_eq!(scene.after(25, &[]), ended);
    }

    #[test]
    fn time_in_which_the_watch_did_not_run_is_not_held_against_anybody() {
        let mut scene = Scene::new();
        assert_eq!(scene.after(0, &[(1, &TICK)]), []);
        // Two periods of ten minutes count.
        assert_eq!(scene.after(600_000, &[(1, &TICK)]), []);
        assert_eq!(scene.after(25, &[(1, &TICK)]), []);
        // The figure is the truth all the same.
        assert_eq!(scene.after(25, &[(1, &TICK)]), [(Stalled, "house::on_tick", 600_050, 1)]);
    }

    #[test]
    fn a_stall_ends_where_the_watch_does() {
        let mut scene = Scene::new();
        scene.quiet(4, &[(1, &TICK)]);
        scene.after(25, &[(1, &TICK)]);
        assert!(scene.observer.is_stalled());
        let reports = scene.observer.finish(scene.now);
        assert_eq!(reports.iter().map(|report| report.event).collect::<Vec<_>>(), [Ended]);
        assert!(scene.observer.finish(scene.now).is_empty());
    }
}
