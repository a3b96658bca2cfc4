//! A flame graph: who held the loop for how long, and who called whom.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use inferno::flamegraph::color::{BackgroundColor, Color, PaletteMap};
use inferno::flamegraph::{self, Options};
use tracing::Subscriber;
use tracing::field::Field;
use tracing::span::{Attributes, Id};
use tracing_flame::FlameLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::label::label;
use super::{Finish, Recorder};

// Light enough for black text. The picture has a background of its own, so it is as readable on a dark page.
const CALLBACK: Color = Color { r: 247, g: 178, b: 103 };
const COROUTINE: Color = Color { r: 142, g: 192, b: 240 };
const ALL: Color = Color { r: 208, g: 208, b: 208 };
const BACKGROUND: Color = Color { r: 252, g: 252, b: 252 };

/// As wide as the text of a page.
const WIDTH: usize = 860;

/// Begins a flame graph. It is in memory until it is drawn, and grows with the number of different stacks only.
pub(super) fn start(file: File) -> (Recorder, Finish) {
    let stacks = Stacks::default();
    let layer = FlameLayer::new(stacks.clone()).with_empty_samples(false).with_threads_collapsed(true);
    let recorder = layer.and_then(Kinds(stacks.clone()));
    (recorder.boxed(), Box::new(move |took| stacks.seen().draw(took, file)))
}

/// What has been seen, shared by the layers that see it.
#[derive(Clone, Default)]
struct Stacks(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// What has come of the line that has not ended.
    line: Vec<u8>,
    /// For how many nanoseconds the last of these functions, which are inside each other, was the innermost.
    stacks: HashMap<String, u64>,
    /// The colour of each function.
    palette: PaletteMap,
}

impl Stacks {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Takes a line of [`FlameLayer`]: `all-threads; house::poll:src/house.rs:7; house::ask:src/house.rs:20 1234`.
    fn add(&mut self, line: &str) {
        let Some((stack, time)) = line.rsplit_once(' ') else { return };
        let functions = stack.split("; ").skip(1).map(|function| {
            let mut parts = function.rsplitn(3, ':');
            let (line, _file, name) = (parts.next(), parts.next(), parts.next());
            label(name.unwrap_or(function), line.unwrap_or_default())
        });
        let stack = functions.collect::<Vec<_>>().join(";");
        *self.stacks.entry(stack).or_default() += time.parse::<u64>().unwrap_or_default();
    }

    fn draw(&mut self, took: Duration, file: File) -> io::Result<()> {
        let held = Duration::from_nanos(self.stacks.values().sum());
        let share = 100.0 * held.as_secs_f64() / took.as_secs_f64();
        // The one frame without a name, which is below all others.
        self.palette.insert("", ALL);
        let mut options = Options::default();
        options.title = format!("Who held the loop: {held:.1?} of {took:.1?}, {share:.1} %");
        options.subtitle =
            Some("orange: callbacks, blue: coroutines; name:line is a closure; the width is time".to_owned());
        "µs".clone_into(&mut options.count_name);
        options.factor = 1e-3;
        options.image_width = Some(WIDTH);
        options.frame_height = 18;
        options.font_width = 0.62;
        options.bgcolors = Some(BackgroundColor::Flat(BACKGROUND));
        // A picture in a page runs no scripts.
        options.no_javascript = true;
        options.palette_map = Some(&mut self.palette);
        let lines: Vec<_> = self.stacks.iter().map(|(stack, time)| format!("{stack} {time}")).collect();
        let mut writer = BufWriter::new(file);
        flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut writer)?;
        writer.flush()
    }
}

/// [`FlameLayer`] writes where it stands, which is on the loop; so it writes into memory.
impl Write for Stacks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut seen = self.seen();
        for byte in bytes {
            if *byte == b'\n' {
                let line = std::mem::take(&mut seen.line);
                seen.add(&String::from_utf8_lossy(&line));
            } else {
                seen.line.push(*byte);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes the kinds of the functions from their spans: the other layer does not look at fields.
struct Kinds(Stacks);

impl<S: Subscriber> Layer<S> for Kinds {
    fn on_new_span(&self, span: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        let metadata = span.metadata();
        let label = label(metadata.name(), &metadata.line().unwrap_or_default().to_string());
        span.record(&mut |_kind: &Field, kind: &dyn fmt::Debug| {
            let color = if format!("{kind:?}").contains("callback") { CALLBACK } else { COROUTINE };
            self.0.seen().palette.insert(&label, color);
        });
    }
}
