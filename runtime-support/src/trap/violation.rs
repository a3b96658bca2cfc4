//! A call that blocked a loop, as it is reported.

use std::fmt;

use crate::{Site, Stack};

/// What is to be done about all of them.
pub(super) const HELP: &str = "help: run it in the executor, `hub.add_executor_job(..)` or \
    `tokio::task::spawn_blocking(..)`; if it is right here, `onloop::allow_blocking(\"the reason\", || ..)` says so";

/// A call of the C library that blocked a loop.
///
/// It prints as it is logged.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Violation {
    /// The annotated function that made the call, or something that it called.
    pub site: &'static Site,
    /// The function of the C library, or `futex` where std waits for another thread.
    pub call: &'static str,
    /// What the call was about, in short: a path, a host, how long it sleeps. Cut after 240 bytes.
    pub what: String,
    /// What else was called from the same place of the program, as it is shown: a file that is opened is read.
    pub also: Vec<String>,
    /// From the call down to `site`.
    pub stack: Stack,
    /// The thread, by its name or else its id.
    pub thread: String,
    /// How often the call was made from this place, in this run of `site`; of many hundred calls the first 256 count.
    pub times: usize,
    /// The how many-th violation this is by `site` and this function of the C library.
    pub count: u64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, call, what, thread, times, .. } = self;
        let (kind, name, file, line) = (site.kind(), site.name(), site.file(), site.line());
        write!(f, "`{call}` ({what}) blocks the event loop on thread `{thread}`, in {kind} `{name}` ({file}:{line})")?;
        if *times > 1 {
            write!(f, ", {times} times")?;
        }
        if !self.also.is_empty() {
            write!(f, "\n  and from the same place {}", self.also.join(", "))?;
        }
        if !self.stack.frames().is_empty() {
            write!(f, "\n  called by, the innermost first:\n{}", self.stack)?;
        }
        Ok(())
    }
}
