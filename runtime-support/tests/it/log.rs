//! What the runtime has logged. One log serves the whole process, so each test names its tasks uniquely.

use std::fmt::{self, Write as _};
use std::panic::resume_unwind;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

static LINES: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

/// Begins to keep log lines. Call it first in a test that asks for them.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let keep = by(|level, line| LINES.lock().unwrap_or_else(PoisonError::into_inner).push((level, line)));
        tracing::subscriber::set_global_default(keep).expect("only this test binary sets one");
    });
}

/// A panic that is meant. Not `panic!`: no hook, no text on stderr.
pub(crate) fn meant() -> ! {
    resume_unwind(Box::new("meant"))
}

/// The kept lines that hold `text`.
pub(crate) fn lines_with(text: &str) -> Vec<(Level, String)> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|(_, line)| line.contains(text)).cloned().collect()
}

/// A log that gives each line to a function.
pub(crate) fn by(take: impl Fn(Level, String) + Send + Sync + 'static) -> impl Subscriber + Send + Sync {
    Lines(take)
}

struct Lines<F>(F);

impl<F: Fn(Level, String) + 'static> Subscriber for Lines<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "onloop" || metadata.target() == "onloop::watch"
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        (self.0)(*event.metadata().level(), line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").expect("a string takes everything");
        }
    }
}
