//! The stages of the stop.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// A stage of [`Hub::stop`][super::Hub::stop], for its limit: see [`HubBuilder::stop_limit`][super::HubBuilder::stop_limit].
///
/// A stage ends as soon as there is nothing left to wait for. When its limit passes, what is still running is named
/// in the log and the next stage begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum StopStage {
    /// The jobs given to [`Hub::on_stop`][super::Hub::on_stop] run, and are waited for. 20 s.
    Hooks,
    /// Background tasks have been cancelled; waits for what they start while they are dropped, and for what others
    /// start from now on. 100 s.
    Stopping,
    /// Waits for what is started after that. 60 s.
    FinalWrite,
    /// All tasks are cancelled; waits for what they start while they are dropped. 30 s.
    Closing,
    /// Waits for executor jobs, also those from before the stop. 10 s.
    Executor,
}

impl StopStage {
    /// The reference's figures.
    pub(super) fn default_limits() -> BTreeMap<StopStage, Duration> {
        [(Self::Hooks, 20), (Self::Stopping, 100), (Self::FinalWrite, 60), (Self::Closing, 30), (Self::Executor, 10)]
            .into_iter()
            .map(|(stage, seconds)| (stage, Duration::from_secs(seconds)))
            .collect()
    }
}

impl fmt::Display for StopStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hooks => "hooks",
            Self::Stopping => "stopping",
            Self::FinalWrite => "final write",
            Self::Closing => "closing",
            Self::Executor => "executor",
        })
    }
}
