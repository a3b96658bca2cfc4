//! The kinds of function that an event loop knows.

/// The kinds of function that run on the loop or beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Sync, on the loop, never waits.
    Callback,
    /// Async, on the loop, waits only at `.await`.
    Coroutine,
    /// Sync, in the executor, may wait.
    Blocking,
}

impl Kind {
    /// The name of its attribute.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Callback => "callback",
            Kind::Coroutine => "coroutine",
            Kind::Blocking => "blocking",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Kind> {
        [Kind::Callback, Kind::Coroutine, Kind::Blocking].into_iter().find(|kind| kind.word() == word)
    }

    pub(crate) fn variant(self) -> &'static str {
        match self {
            Kind::Callback => "Callback",
            Kind::Coroutine => "Coroutine",
            Kind::Blocking => "Blocking",
        }
    }
}
