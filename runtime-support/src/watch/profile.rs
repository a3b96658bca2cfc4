//! The profile: how often and how long each function holds the loop. When enabled, it reads the clock twice per scope.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing::span::EnteredSpan;

use super::spans;
use crate::Site;
use crate::lock::lock;

/// Where one range of the histogram ends and the next begins.
const RANGES: [Duration; 6] = [
    Duration::from_micros(1),
    Duration::from_micros(10),
    Duration::from_micros(100),
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(100),
];

/// The heads of the histogram's columns.
const RANGE_NAMES: [&str; RANGES.len() + 1] = ["<1us", "<10us", "<100us", "<1ms", "<10ms", "<100ms", "more"];

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// How long the functions of watched threads have held the loop, returned by [`Watch::profile`][super::Watch::profile].
///
/// It prints as a table, the function with the most time first.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Profile {
    /// One for each function that has run, the one with the most time first.
    pub rows: Vec<ProfileRow>,
}

/// How long one function has held the loop.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ProfileRow {
    /// The function.
    pub site: &'static Site,
    /// How often it has run: the calls of a callback, the polls of a coroutine.
    pub runs: u64,
    /// How long in all, with what it called.
    pub total: Duration,
    /// How long at a stretch, at most.
    pub longest: Duration,
    /// How many runs took less than 1 us, 10 us, 100 us, 1 ms, 10 ms, 100 ms, and how many took longer. Each run
    /// is counted once.
    pub histogram: [u64; 7],
}

impl ProfileRow {
    fn new(site: &'static Site) -> Self {
        Self { site, runs: 0, total: Duration::ZERO, longest: Duration::ZERO, histogram: [0; 7] }
    }

    fn add(&mut self, took: Duration) {
        self.runs += 1;
        self.total += took;
        self.longest = self.longest.max(took);
        self.histogram[RANGES.iter().take_while(|end| took >= **end).count()] += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
        for (own, others) in self.histogram.iter_mut().zip(other.histogram) {
            *own += others;
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10} {:>10} {:>10} {:>10}", "runs", "total", "mean", "longest")?;
        RANGE_NAMES.iter().try_for_each(|name| write!(f, " {name:>7}"))?;
        write!(f, "  function")?;
        for row in &self.rows {
            let mean = row.total.as_nanos() / u128::from(row.runs.max(1));
            let mean = Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX));
            let [total, mean, longest] = [row.total, mean, row.longest].map(|took| format!("{took:.1?}"));
            write!(f, "\n{:>10} {total:>10} {mean:>10} {longest:>10}", row.runs)?;
            row.histogram.iter().try_for_each(|runs| write!(f, " {runs:>7}"))?;
            write!(f, "  {} {}", row.site.kind(), row.site)?;
        }
        Ok(())
    }
}

/// The rows of one or more threads. Keyed by address while the loop runs; a function may have more than one.
#[derive(Debug, Default)]
pub(super) struct Figures {
    rows: HashMap<usize, ProfileRow>,
}

impl Figures {
    fn add(&mut self, site: &'static Site, took: Duration) {
        self.rows.entry(site.address()).or_insert_with(|| ProfileRow::new(site)).add(took);
    }

    /// Takes in what another thread has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (address, row) in &other.rows {
            self.rows.entry(*address).or_insert_with(|| ProfileRow::new(row.site)).merge(row);
        }
    }

    pub(super) fn profile(&self) -> Profile {
        let mut by_site: HashMap<&Site, ProfileRow> = HashMap::new();
        for row in self.rows.values() {
            by_site.entry(row.site).or_insert_with(|| ProfileRow::new(row.site)).merge(row);
        }
        let mut rows: Vec<_> = by_site.into_values().collect();
        rows.sort_by(|one, other| other.total.cmp(&one.total).then_with(|| one.site.name().cmp(other.site.name())));
        Profile { rows }
    }
}

/// Records the scopes of this thread.
struct Recorder {
    open: Vec<Open>,
    figures: Option<Arc<Mutex<Figures>>>,
    spans: bool,
}

/// A scope that is open.
struct Open {
    site: &'static Site,
    span: Option<EnteredSpan>,
    began: Instant,
}

/// Begins to record the scopes of this thread.
pub(super) fn start(figures: Option<Arc<Mutex<Figures>>>, spans: bool) {
    // Fails where the thread ends, and then there is nothing to record.
    let _ = RECORDER.try_with(|recorder| recorder.replace(Some(Recorder { open: Vec::new(), figures, spans })));
}

/// Ends it. Scopes that are open are forgotten.
pub(super) fn end() {
    let recorder = RECORDER.try_with(RefCell::take).ok().flatten();
    // Spans are left in the order opposite to that in which they were entered.
    let open = recorder.map(|recorder| recorder.open).unwrap_or_default();
    for scope in open.into_iter().rev() {
        quietly(|| drop(scope));
    }
}

/// A scope was entered on this thread.
pub(super) fn entered(site: &'static Site) {
    let Some(spans) = with(|recorder| recorder.spans) else { return };
    let span = if spans { quietly(|| spans::enter(site)).flatten() } else { None };
    with(|recorder| recorder.open.push(Open { site, span, began: Instant::now() }));
}

/// The innermost scope was left.
pub(super) fn left() {
    let now = Instant::now();
    let Some((scope, figures)) = with(|recorder| (recorder.open.pop(), recorder.figures.clone())) else { return };
    // One that was open before the recording began was never entered here.
    let Some(scope) = scope else { return };
    if let Some(figures) = figures {
        let took = now.saturating_duration_since(scope.began);
        lock(&figures).add(scope.site, took);
    }
    if scope.span.is_some() {
        quietly(|| drop(scope));
    }
}

fn with<R>(access: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    RECORDER.try_with(|recorder| recorder.borrow_mut().as_mut().map(access)).ok().flatten()
}

/// Runs code of the subscriber. Its panic must not become that of the function whose scope this is, and while that
/// one panics itself, a second panic would end the program.
fn quietly<R>(code: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(code)).map_err(std::mem::forget).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    static POLL: Site = Site::new("house::poll", Kind::Coroutine, "src/house.rs", 7);
    /// The same function, as a second unit of code generation has it.
    static POLL_AGAIN: Site = Site::new("house::poll", Kind::Coroutine, "src/house.rs", 7);
    static TICK: Site = Site::new("house::on_tick", Kind::Callback, "src/house.rs", 3);

    #[test]
    fn runs_are_counted_and_the_longest_function_comes_first() {
        let mut figures = Figures::default();
        let mut others = Figures::default();
        figures.add(&TICK, Duration::from_nanos(400));
        figures.add(&POLL, Duration::from_millis(2));
        others.add(&POLL_AGAIN, Duration::from_millis(150));
        figures.merge(&others);
        let profile = figures.profile();
        assert_eq!(profile.rows.iter().map(|row| row.site).collect::<Vec<_>>(), [&POLL, &TICK]);
        let poll = &profile.rows[0];
        assert_eq!((poll.runs, poll.total, poll.longest), (2, Duration::from_millis(152), Duration::from_millis(150)));
        assert_eq!(poll.histogram, [0, 0, 0, 0, 1, 0, 1]);
        assert_eq!(profile.rows[1].histogram, [1, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_range_ends_below_its_limit() {
        let mut row = ProfileRow::new(&TICK);
        row.add(Duration::from_millis(1));
        assert_eq!(row.histogram, [0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn the_table_is_read_by_people() {
        let mut figures = Figures::default();
        figures.add(&TICK, Duration::from_micros(4));
        figures.add(&TICK, Duration::from_micros(8));
        let expected = "      \
              runs      total       mean    longest    <1us   <10us  <100us    <1ms   <10ms  <100ms    more  function\n         \
                 2     12.0µs      6.0µs      8.0µs       0       2       0       0       0       0       0  \
              callback house::on_tick (src/house.rs:3)";
        assert_eq!(figures.profile().to_string(), expected);
    }
}
