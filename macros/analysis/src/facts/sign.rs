//! The tokens in a body that make a rule want to see its facts.
//!
//! Most bodies contain nothing that any rule asks about: they are scanned and never parsed. So each rule says what the
//! scan should stop for. A rule that asks for too little misses findings; one that asks for too much costs time.

/// Something that the scan of a body can find.
#[derive(Clone, Copy)]
pub(crate) enum Sign {
    /// A call that may block: known to the catalogue or the project, or a helper that blocks inside.
    Blocks,
    /// A function or macro of another crate is named whose canonical path passes the test.
    Path(fn(&str) -> bool),
    /// A method is called whose name passes the test.
    Method(fn(&str) -> bool),
    /// An `.await`, or a macro that may hide one.
    Await,
    /// The same in a body that may hold a guard.
    AwaitWithGuard,
    /// A value that may be a future is thrown away.
    DroppedFuture,
    /// A loop whose tokens show no end.
    EndlessLoop,
    /// A loop that may only look until somebody else changes something.
    BusyLoop,
    /// Locks that are taken while a guard of one may be alive.
    LocksTwice,
    /// Values that may block where they are dropped.
    Drops,
    /// Something that may call a function which blocks, without naming it.
    Implicit,
}
