//! A trace in Chrome's format: each run of a function, with its time, path, place and kind.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Metadata;
use tracing_chrome::{ChromeLayerBuilder, EventOrSpan};
use tracing_subscriber::{Layer as _, Registry};

use super::label::label;
use super::{Finish, Recorder};

/// Begins a trace. A thread of its own writes it.
pub(super) fn start(file: File) -> (Recorder, Finish) {
    let failed = Failed::default();
    let file = Tolerant { file, failed: Arc::clone(&failed) };
    let (layer, writer) = ChromeLayerBuilder::new()
        .writer(file)
        .include_args(true)
        .name_fn(Box::new(|span| {
            let metadata = metadata(span);
            label(metadata.name(), &metadata.line().unwrap_or_default().to_string())
        }))
        // The whole path, for those who ask.
        .category_fn(Box::new(|span| metadata(span).name().to_owned()))
        .build();
    let finish = move |_took| {
        // Waits until all is written.
        drop(writer);
        failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    };
    (layer.boxed(), Box::new(finish))
}

fn metadata(of: &EventOrSpan<'_, '_, Registry>) -> &'static Metadata<'static> {
    match of {
        EventOrSpan::Event(event) => event.metadata(),
        EventOrSpan::Span(span) => span.metadata(),
    }
}

/// Why the file could not be written, if it could not.
type Failed = Arc<Mutex<Option<io::Error>>>;

/// A file that keeps its first error for the end, and takes no more after it: an error would make the writing thread
/// panic.
struct Tolerant {
    file: File,
    failed: Failed,
}

impl Tolerant {
    fn unless_failed(&mut self, write: impl FnOnce(&mut File) -> io::Result<()>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.is_none() {
            *failed = write(&mut self.file).err();
        }
    }
}

impl Write for Tolerant {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_failed(|file| file.write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_failed(File::flush);
        Ok(())
    }
}
