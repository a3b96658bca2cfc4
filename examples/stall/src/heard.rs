//! What the watch and the trap say, and how it is shown.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onloop::Site;
use onloop::watch::{Report, ReportEvent};

/// Who says something while the program runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Net {
    Watch,
    Trap,
}

/// One thing that was said.
struct Said {
    net: Net,
    site: &'static Site,
    /// For the line: all of it.
    line: String,
    /// For the table: what is the same each time, on every machine.
    cell: String,
}

/// All that was said, in its order.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Said>>>);

impl Heard {
    /// Hears the watch.
    pub(crate) fn watch(&self, report: &Report) {
        let Report { event, site, held, limit, .. } = report;
        if *event == ReportEvent::Stalled {
            let inside = inside(report);
            let place = inside.as_ref().map(|function| format!(", in `{function}`")).unwrap_or_default();
            // Without a stack, and where the function itself is the innermost, there is no more to tell.
            let is_more = inside.is_some_and(|function| function != site.name());
            let cell = format!("after {} ms{}", limit.as_millis(), if is_more { &place } else { "" });
            self.add(Said { net: Net::Watch, site, line: format!("holds the loop for {held:.1?}{place}"), cell });
        }
    }

    /// Hears the trap.
    #[cfg(feature = "trap")]
    pub(crate) fn trap(&self, violation: &onloop::trap::Violation) {
        let onloop::trap::Violation { site, call, what, stack, .. } = violation;
        let place = innermost(stack).map(|function| format!(", in `{function}`")).unwrap_or_default();
        // Files lie elsewhere on every machine.
        let name = what.rsplit('/').next().unwrap_or_default();
        let (line, cell) = (format!("`{call}` ({what}){place}"), format!("`{call}` ({name})"));
        self.add(Said { net: Net::Trap, site, line, cell });
    }

    fn add(&self, said: Said) {
        self.all().push(said);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a net has said of a function.
    pub(crate) fn of(&self, net: Net, function: &str) -> Told {
        let said = self.all();
        let is_of = |said: &&Said| said.net == net && said.site.name().rsplit("::").next() == Some(function);
        let (lines, mut cells): (Vec<_>, Vec<_>) =
            said.iter().filter(is_of).map(|said| (said.line.clone(), said.cell.clone())).unzip();
        cells.dedup();
        Told { lines, cell: if cells.is_empty() { "-".to_owned() } else { cells.join(", ") } }
    }
}

/// What a net has said of one function.
pub(crate) struct Told {
    pub(crate) lines: Vec<String>,
    /// For a table; a dash where nothing was said.
    pub(crate) cell: String,
}

/// The function in which the thread was, if the watch could ask it.
#[cfg(feature = "trap")]
fn inside(report: &Report) -> Option<&str> {
    report.stack.as_ref().and_then(innermost)
}

/// Without the trap the watch is built without stacks.
#[cfg(not(feature = "trap"))]
fn inside(_report: &Report) -> Option<&str> {
    None
}

/// The innermost function of a stack that is not of the standard library, nor of C.
#[cfg(feature = "trap")]
fn innermost(stack: &onloop::Stack) -> Option<&str> {
    let functions = stack.frames().iter().filter_map(|frame| frame.function.as_deref());
    let is_own =
        |function: &&str| ["stall::", "gauge::"].iter().any(|own| function.trim_start_matches('<').starts_with(own));
    functions.into_iter().find(is_own)
}
