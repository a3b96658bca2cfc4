//! What the loop did, written for viewers that exist: a trace for Perfetto, and a flame graph.
//!
//! Both are made of the spans that a watch makes of each run of an annotated function. Recording must not make the loop
//! wait for a disk: the trace goes through a channel to a thread that writes, and the flame graph is summed up in
//! memory and drawn when the loop has ended.

#[cfg(feature = "trace")]
mod flame;
#[cfg(feature = "trace")]
mod label;
#[cfg(feature = "trace")]
mod trace;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{Layer, Registry};

/// The target of the spans.
pub(crate) const TARGET: &str = "onloop::span";

/// What takes the spans.
pub type Recorder = Box<dyn Layer<Registry> + Send + Sync>;

/// Begins to record for a file.
type Start = fn(File) -> (Recorder, Finish);

/// Writes what is left to be written, of a loop that ran for so long.
type Finish = Box<dyn FnOnce(Duration) -> io::Result<()>>;

/// How the trace and the flame graph begin. They bring a dozen crates, so they are built for those who ask.
#[cfg(feature = "trace")]
const STARTS: [Option<Start>; 2] = [Some(trace::start), Some(flame::start)];
#[cfg(not(feature = "trace"))]
const STARTS: [Option<Start>; 2] = [None; 2];

/// The files that are recorded to.
pub struct Recording {
    began: Instant,
    files: Vec<(PathBuf, Finish)>,
}

impl Recording {
    /// Opens the files that are asked for, and gives what is to take the spans.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or the program is built without this, in words for the person at the terminal.
    pub fn start(trace: Option<&Path>, flame: Option<&Path>) -> Result<(Self, Vec<Recorder>), String> {
        let mut recording = Self { began: Instant::now(), files: Vec::new() };
        let mut recorders = Vec::new();
        for (path, start) in [trace, flame].into_iter().zip(STARTS) {
            let Some(path) = path else { continue };
            let Some(start) = start else {
                return Err(
                    "this program is built without `--trace` and `--flame` (help: `cargo run --features trace \
                            --bin weather_station -- ..` builds it with them)"
                        .to_owned(),
                );
            };
            let (recorder, finish) = start(File::create(path).map_err(|why| cannot_write(path, &why))?);
            // Spans and events of others are not for these files.
            recorders.push(recorder.with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO)).boxed());
            recording.files.push((path.to_owned(), finish));
        }
        Ok((recording, recorders))
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        !self.files.is_empty()
    }

    /// Writes what is left to be written. It waits for the disk: call it when the loop has ended.
    ///
    /// # Errors
    ///
    /// If a file could not be written, in words for the person at the terminal.
    pub fn finish(self) -> Result<(), String> {
        let took = self.began.elapsed();
        let finished =
            self.files.into_iter().map(|(path, finish)| finish(took).map_err(|why| cannot_write(&path, &why)));
        // All are finished, whatever becomes of the first.
        finished.collect::<Vec<_>>().into_iter().collect()
    }
}

fn cannot_write(path: &Path, why: &io::Error) -> String {
    format!("cannot write {}: {why}", path.display())
}
