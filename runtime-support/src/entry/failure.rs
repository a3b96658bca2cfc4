//! What can go wrong with an entry.

use std::error::Error;
use std::fmt;

use super::state::EntryState;
use crate::UpdateFailed;
use crate::error_chain::ErrorChain;

/// Why a set-up job gives no data.
///
/// [`not_ready`][SetupFailed::not_ready] is for what may pass, such as a device that is switched off: the entry tries
/// again by itself. All else needs somebody to do something: [`new`][SetupFailed::new], and `?` on any error.
///
/// It is not an [`Error`] itself, so that `?` can make one of any error; [`From`] makes a boxed error of it.
///
/// # Examples
///
/// ```
/// use onloop::SetupFailed;
///
/// fn parse_port(text: &str) -> Result<u16, SetupFailed> {
///     Ok(text.parse()?)
/// }
///
/// let failed = parse_port("none").unwrap_err();
/// assert!(!failed.is_not_ready());
/// assert_eq!(failed.to_string(), "invalid digit found in string");
/// assert!(SetupFailed::not_ready("the bridge is still starting").is_not_ready());
/// ```
#[derive(Debug)]
pub struct SetupFailed {
    chain: ErrorChain,
    not_ready: bool,
}

impl SetupFailed {
    /// It will not work before somebody changes something: a wrong password, a missing part.
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { chain: ErrorChain::new(reason), not_ready: false }
    }

    /// It does not work yet, and may later: the entry tries again.
    pub fn not_ready(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { chain: ErrorChain::new(reason), not_ready: true }
    }

    /// Whether it may work later.
    #[must_use]
    pub fn is_not_ready(&self) -> bool {
        self.not_ready
    }

    /// The error within.
    #[must_use]
    pub fn error(&self) -> &(dyn Error + 'static) {
        self.chain.error()
    }
}

/// It prints with its causes.
impl fmt::Display for SetupFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chain.fmt(f)
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for SetupFailed {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// Not ready, unless the failure is [permanent][UpdateFailed::permanent].
impl From<UpdateFailed> for SetupFailed {
    fn from(failed: UpdateFailed) -> Self {
        let not_ready = !failed.is_permanent();
        Self { chain: failed.into_chain(), not_ready }
    }
}

impl From<SetupFailed> for Box<dyn Error + Send + Sync> {
    fn from(failed: SetupFailed) -> Self {
        failed.chain.into_error()
    }
}

/// What an [`Entry`][super::Entry] can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    Setup,
    /// A set-up that the entry begins itself, after one that was not ready.
    Retry,
    Unload,
    Reload,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Setup | Self::Retry => "set-up",
            Self::Unload => "unload",
            Self::Reload => "reload",
        })
    }
}

/// An [`Entry`][super::Entry] was asked for what its state does not allow, or what the hub's stop has cut short. In the
/// first case nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationNotAllowed {
    pub(super) title: String,
    pub(super) operation: Operation,
    pub(super) state: EntryState,
    pub(super) why: Why,
}

/// Why an entry does not do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Its state does not allow it.
    State,
    /// It was asked for from within a job that it would wait for.
    FromWithin,
    /// The hub has stopped, or did before it was over.
    Stop,
}

impl OperationNotAllowed {
    /// In which state the entry was.
    #[must_use]
    pub fn state(&self) -> EntryState {
        self.state
    }
}

impl fmt::Display for OperationNotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, operation, state, why } = self;
        write!(f, "the {operation} of entry `{title}` is not allowed: ")?;
        match why {
            Why::FromWithin => {
                return f.write_str("it would wait for the very job that asks for it; make a task of it");
            }
            Why::Stop => return f.write_str("the hub has stopped, or did before it was over"),
            Why::State => {}
        }
        match state {
            EntryState::Loaded => f.write_str("the entry is loaded; reload it"),
            EntryState::SetupRetry => f.write_str("the entry tries again by itself; reload it to try now"),
            EntryState::SetupError => f.write_str("the last set-up failed; reload it to try again"),
            EntryState::FailedUnload => f.write_str("it could not be unloaded, and only a new start helps"),
            EntryState::SetupInProgress | EntryState::UnloadInProgress | EntryState::NotLoaded => {
                write!(f, "its state is `{state}`")
            }
        }
    }
}

impl Error for OperationNotAllowed {}
