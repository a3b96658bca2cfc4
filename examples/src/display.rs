//! What `weather_station` shows: a live table in a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use console::{Term, style};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::recording::{Recorder, TARGET};

/// What is shown of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its state, `21.5`.
    pub value: String,
    /// What the state is in, `°C`.
    pub unit: String,
}

/// The screen, or whatever stdout is.
#[derive(Debug)]
pub struct Display {
    term: Term,
    /// In a terminal, the lines of the log: they are put above the table, which they would tear otherwise.
    log: Option<LogLines>,
    rows: BTreeMap<String, Row>,
    /// How many lines of the table are on the screen.
    drawn: usize,
}

impl Display {
    /// The display on stdout, and the log with it: above the table in a terminal, else on stderr. The recorders get the
    /// loop's spans.
    #[must_use]
    pub fn start(recorders: Vec<Recorder>) -> Self {
        let term = Term::stdout();
        let log = term.is_term().then(LogLines::default);
        let layer = fmt::layer().without_time().with_target(false);
        let layer = match &log {
            Some(lines) => layer.with_writer(lines.clone()).boxed(),
            None => layer.with_ansi(false).with_writer(io::stderr).boxed(),
        };
        // The spans are for the recorders: here they would stand before each line.
        let log_only = Targets::new().with_default(LevelFilter::INFO).with_target(TARGET, LevelFilter::OFF);
        // An empty list would switch the log off, too.
        let recorders = (!recorders.is_empty()).then_some(recorders);
        tracing_subscriber::registry().with(recorders).with(layer.with_filter(log_only)).init();
        Self { term, log, rows: BTreeMap::new(), drawn: 0 }
    }

    /// Whether somebody looks at it live.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.log.is_some()
    }

    /// Shows what has been logged since. Call it from time to time.
    pub fn refresh(&mut self) {
        if self.log.as_ref().is_some_and(|log| !log.is_empty()) {
            self.draw(None);
        }
    }

    /// Says something once.
    pub fn say(&mut self, line: &str) {
        self.draw(Some(line));
    }

    /// Shows an entity's new state, or that there is no such entity any more.
    pub fn show(&mut self, entity_id: &str, row: Option<Row>) {
        if !self.is_live() {
            let line = row.as_ref().map_or_else(|| "removed".to_owned(), |row| format!("{} {}", row.value, row.unit));
            return self.say(&format!("{entity_id}: {}", line.trim_end()));
        }
        match row {
            Some(row) => self.rows.insert(entity_id.to_owned(), row),
            None => self.rows.remove(entity_id),
        };
        self.draw(None);
    }

    /// Draws the table anew, below what has been said since. A terminal that has gone away is no reason to stop.
    fn draw(&mut self, said: Option<&str>) {
        let _ = self.try_draw(said);
    }

    fn try_draw(&mut self, said: Option<&str>) -> io::Result<()> {
        let Some(log) = &self.log else { return said.map_or(Ok(()), |line| self.term.write_line(line)) };
        self.term.clear_last_lines(self.drawn)?;
        self.drawn = 0;
        for line in log.take().lines().chain(said) {
            self.term.write_line(line)?;
        }
        for (entity_id, Row { value, unit }) in &self.rows {
            let value = format!("{value:>12}");
            let value = if unit.is_empty() { style(value).dim() } else { style(value).bold() };
            self.term.write_line(&format!("  {entity_id:<28}{value} {unit}"))?;
            self.drawn += 1;
        }
        self.term.flush()
    }
}

/// Lines of the log, until there is a moment to show them.
#[derive(Debug, Clone, Default)]
struct LogLines(Arc<Mutex<Vec<u8>>>);

impl LogLines {
    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
