//! The state of an entry in its life cycle.

use std::fmt;

/// Where an [`Entry`][super::Entry] is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryState {
    /// Not set up, or unloaded.
    NotLoaded,
    /// The set-up job runs.
    SetupInProgress,
    /// Set up.
    Loaded,
    /// The set-up failed. Nothing happens until somebody reloads the entry.
    SetupError,
    /// The set-up was not ready; the entry tries again by itself.
    SetupRetry,
    /// The entry is being unloaded.
    UnloadInProgress,
    /// The unload job said no, or panicked. What the set-up began still runs, so the entry can neither be set up nor
    /// unloaded any more.
    FailedUnload,
}

impl EntryState {
    /// Whether an unload is allowed in this state.
    #[must_use]
    pub fn is_recoverable(self) -> bool {
        !matches!(self, Self::SetupInProgress | Self::UnloadInProgress | Self::FailedUnload)
    }
}

impl fmt::Display for EntryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotLoaded => "not loaded",
            Self::SetupInProgress => "set-up in progress",
            Self::Loaded => "loaded",
            Self::SetupError => "set-up error",
            Self::SetupRetry => "set-up retry",
            Self::UnloadInProgress => "unload in progress",
            Self::FailedUnload => "failed unload",
        })
    }
}
