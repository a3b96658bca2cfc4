//! The reports of the watch, and how they go to the log.

use std::fmt;
use std::time::Duration;

use tracing::Level;

use crate::Site;
use crate::log::log;

/// What the watch has seen: a function that holds the loop for too long, or the end of that.
///
/// It prints as it is logged.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// Whether it begins or ends.
    pub event: ReportEvent,
    /// The function that holds the loop: the innermost one that has been running for longer than it may.
    pub site: &'static Site,
    /// How long it has held the loop. The watch looks now and then, so the truth may be a quarter of
    /// [`limit`][Self::limit] more.
    pub held: Duration,
    /// How long it may: its own budget, or the threshold of the watch.
    pub limit: Duration,
    /// The functions that run inside each other, the outermost first, `site` among them.
    pub chain: Vec<&'static Site>,
    /// How many more run inside the last one of `chain`, which has room for 16.
    pub deeper: usize,
    /// What the hub calls the task that runs. `None` in the main future, and where the loop is not a hub's.
    pub task: Option<String>,
    /// The thread of the loop, by its name or else its id.
    pub thread: String,
    /// How often this function has held a loop of this watch for too long, this time included.
    pub count: u64,
    /// Where the thread was, on Linux and with the feature `stacks`, in reports that are logged as warnings. `None` also
    /// where the thread did not tell, or had gone on.
    #[cfg(feature = "stacks")]
    pub stack: Option<crate::Stack>,
}

/// Which part of a stall a [`Report`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportEvent {
    /// The function has held the loop for longer than it may, and still does.
    Stalled,
    /// It has let the loop go; [`held`][Report::held] is the total.
    Ended,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, held, limit, thread, .. } = self;
        write!(f, "{} `{}` ({}:{}) ", site.kind(), site.name(), site.file(), site.line())?;
        if self.event == ReportEvent::Ended {
            return write!(f, "held the loop on thread `{thread}` for {held:.1?} in all, and it may for {limit:?}");
        }
        write!(f, "has held the loop on thread `{thread}` for {held:.1?}, and it may for {limit:?}")?;
        if self.count > 1 {
            write!(f, " (time {})", self.count)?;
        }
        if let Some(task) = &self.task {
            write!(f, "\n  in task {task}")?;
        }
        if self.chain.len() + self.deeper > 1 {
            write!(f, "\n  open scopes: {}", self.chain_text())?;
        }
        #[cfg(feature = "stacks")]
        if let Some(stack) = &self.stack {
            write!(f, "\n  it is in, the innermost first:\n{stack}")?;
        }
        Ok(())
    }
}

macro_rules! log_at {
    ($report:ident, $level:ident) => {
        log!(
            $level,
            target: "onloop::watch",
            {
                site = $report.site.name(),
                kind = %$report.site.kind(),
                file = $report.site.file(),
                line = $report.site.line(),
                held_ms = milliseconds($report.held),
                limit_ms = milliseconds($report.limit),
                ended = $report.event == ReportEvent::Ended,
                chain = $report.chain_text(),
                task = $report.task.as_deref(),
                thread = $report.thread,
                count = $report.count,
            },
            "{}",
            $report,
        )
    };
}

impl Report {
    /// The chain in one line: `house::poll (src/house.rs:7) > house::on_tick (src/house.rs:3)`.
    fn chain_text(&self) -> String {
        let more = (self.deeper > 0).then(|| format!("{} more", self.deeper));
        self.chain.iter().map(ToString::to_string).chain(more).collect::<Vec<_>>().join(" > ")
    }

    /// Whether it is one of those that are logged loudly.
    pub(super) fn is_logged(&self) -> bool {
        self.count.is_power_of_two()
    }

    /// How loud the report is. A function that stalls the loop again and again is reported the first, second, fourth,
    /// eighth time and so on; the times between are there for those who ask.
    fn level(&self) -> Level {
        match self.event {
            _ if !self.is_logged() => Level::DEBUG,
            ReportEvent::Stalled => Level::WARN,
            ReportEvent::Ended => Level::INFO,
        }
    }

    /// Writes it to the log, with all of it as fields.
    pub(super) fn log(&self) {
        // The level of an event is fixed where the program is compiled.
        match self.level() {
            Level::WARN => log_at!(self, WARN),
            Level::INFO => log_at!(self, INFO),
            _ => log_at!(self, DEBUG),
        }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    static POLL: Site = Site::new("house::poll", Kind::Coroutine, "src/house.rs", 7);
    static TICK: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 3);

    fn report() -> Report {
        Report {
            event: ReportEvent::Stalled,
            site: &TICK,
            held: Duration::from_micros(104_260),
            limit: Duration::from_millis(100),
            chain: vec![&POLL, &TICK],
            deeper: 0,
            task: Some("`poll` (made at src/main.rs:3)".to_owned()),
            thread: "main".to_owned(),
            count: 1,
            #[cfg(feature = "stacks")]
            stack: None,
        }
    }

    #[test]
    fn a_stall_names_all_that_is_known() {
        assert_eq!(
            report().to_string(),
            "callback `house::on_tick` (src/house.rs:3) has held the loop on thread `main` for 104.3ms, and it may for \
             100ms\n  in task `poll` (made at src/main.rs:3)\n  open scopes: house::poll (src/house.rs:7) > \
             house::on_tick (src/house.rs:3)"
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let report = Report { task: None, chain: vec![&TICK], count: 4, ..report() };
        assert_eq!(
            report.to_string(),
            "callback `house::on_tick` (src/house.rs:3) has held the loop on thread `main` for 104.3ms, and it may for \
             100ms (time 4)"
        );
        let report = Report { event: ReportEvent::Ended, ..report };
        assert_eq!(
            report.to_string(),
            "callback `house::on_tick` (src/house.rs:3) held the loop on thread `main` for 104.3ms in all, and it may \
             for 100ms"
        );
    }

    #[test]
    fn repeats_grow_quiet() {
        let levels: Vec<_> = (1..=5).map(|count| Report { count, ..report() }.level()).collect();
        assert_eq!(levels, [Level::WARN, Level::WARN, Level::DEBUG, Level::WARN, Level::DEBUG]);
        assert_eq!(Report { event: ReportEvent::Ended, ..report() }.level(), Level::INFO);
    }
}
