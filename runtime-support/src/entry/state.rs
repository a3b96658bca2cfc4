//! The state of an entry in its life cycle, and who is notified of changes.

use std::fmt;

use super::Core;
use crate::argument::Argument;
use crate::listeners::Listener;
use crate::{IntoJob, Unsubscribe};

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

impl Core {
    pub(super) fn set_state(&self, state: EntryState, reason: Option<String>) {
        self.state.set(state);
        drop(self.reason.replace(reason));
        if let Some(slots) = self.state_listeners.now() {
            self.state_listeners.tell(&slots, &self.hub, &mut Argument::new(state), |_, run| run.detach());
        }
    }

    pub(super) fn on_state_change(&self, job: impl IntoJob<EntryState>) -> Unsubscribe {
        self.state_listeners.add(Listener::new(job.into_job()))
    }
}
