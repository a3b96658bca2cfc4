//! Lock types, and which of their methods take the lock.

use crate::types::ty::Type;

/// How a lock is held, or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By many at a time.
    Shared,
    /// By many, but who comes while a writer waits, waits behind that.
    Queued,
    /// By one, beside those who only read.
    Upgradable,
    /// By one and nobody else.
    Exclusive,
}

impl Mode {
    /// Whether who holds a lock in this way lets another take it in that.
    pub(crate) fn lets(self, other: Mode) -> bool {
        matches!(
            (self, other),
            (Mode::Shared | Mode::Queued, Mode::Shared | Mode::Upgradable)
                | (Mode::Upgradable, Mode::Shared | Mode::Queued)
        )
    }
}

/// What a call does with a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taking {
    pub(crate) mode: Mode,
    /// It takes the lock or does not come back; otherwise it may come back without it.
    pub(crate) is_sure: bool,
    /// It panics where the lock is taken already, rather than wait.
    pub(crate) panics: bool,
    /// It gives a future.
    pub(crate) is_async: bool,
}

/// The kinds of locks, by what their methods are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lock {
    Mutex,
    ReadWrite,
    /// One whose readers do not wait for a writer that waits.
    SpinReadWrite,
    AsyncMutex,
    AsyncReadWrite,
    RefCell,
    /// A map or set that locks the shard of a key, and all of them to go through.
    Shards,
    /// A channel that holds one value: who looks at it locks it, and so does who sends.
    Watch,
}

const LOCKS: &[(&str, Lock)] = &[
    ("async_lock::Mutex", Lock::AsyncMutex),
    ("async_lock::RwLock", Lock::AsyncReadWrite),
    ("async_std::sync::Mutex", Lock::AsyncMutex),
    ("async_std::sync::RwLock", Lock::AsyncReadWrite),
    ("dashmap::DashMap", Lock::Shards),
    ("dashmap::DashSet", Lock::Shards),
    ("futures::lock::Mutex", Lock::AsyncMutex),
    ("futures_util::lock::Mutex", Lock::AsyncMutex),
    ("parking_lot::FairMutex", Lock::Mutex),
    ("parking_lot::Mutex", Lock::Mutex),
    ("parking_lot::RwLock", Lock::ReadWrite),
    ("spin::Mutex", Lock::Mutex),
    ("spin::RwLock", Lock::SpinReadWrite),
    ("spin::mutex::Mutex", Lock::Mutex),
    ("spin::rwlock::RwLock", Lock::SpinReadWrite),
    ("std::cell::RefCell", Lock::RefCell),
    ("std::sync::Mutex", Lock::Mutex),
    ("std::sync::RwLock", Lock::ReadWrite),
    ("tokio::sync::Mutex", Lock::AsyncMutex),
    ("tokio::sync::RwLock", Lock::AsyncReadWrite),
    ("tokio::sync::watch::Receiver", Lock::Watch),
    ("tokio::sync::watch::Sender", Lock::Watch),
];

/// What a method does with the lock that it is called on; nothing if it takes none.
pub(crate) fn taking(of: &Type, method: &str) -> Option<Taking> {
    let (_, lock) = LOCKS.iter().find(|(path, _)| of.is(path) && !of.is_ambiguous())?;
    let is_sure = !method.starts_with("try_");
    // `try_lock_for` and `try_lock_until` wait for some time.
    let tried = |name| str::strip_suffix(name, "_for").or_else(|| name.strip_suffix("_until")).unwrap_or(name);
    let name = method.strip_prefix("try_").map_or(method, tried);
    let is_blocking = name.starts_with("blocking_");
    let name = name.strip_prefix("blocking_").unwrap_or(name);
    let mode = match (lock, name) {
        (Lock::ReadWrite | Lock::AsyncReadWrite, "read" | "read_arc" | "read_owned") => Mode::Queued,
        (Lock::SpinReadWrite, "read")
        | (Lock::ReadWrite, "read_recursive")
        | (Lock::RefCell, "borrow")
        | (Lock::Watch, "borrow" | "borrow_and_update")
        | (Lock::Shards, "contains" | "contains_key" | "get" | "is_empty" | "iter" | "len" | "view") => Mode::Shared,
        (
            Lock::ReadWrite | Lock::AsyncReadWrite | Lock::SpinReadWrite,
            "upgradable_read" | "upgradable_read_arc" | "upgradeable_read",
        ) => Mode::Upgradable,
        (Lock::Mutex | Lock::AsyncMutex, "lock" | "lock_arc" | "lock_owned")
        | (Lock::ReadWrite | Lock::AsyncReadWrite | Lock::SpinReadWrite, "write" | "write_arc" | "write_owned")
        | (Lock::RefCell, "borrow_mut" | "replace" | "swap" | "take")
        | (Lock::Watch, "send" | "send_if_modified" | "send_modify" | "send_replace")
        | (
            Lock::Shards,
            "alter" | "alter_all" | "clear" | "entry" | "get_mut" | "insert" | "iter_mut" | "remove" | "remove_if"
            | "remove_if_mut" | "retain" | "shrink_to_fit",
        ) => Mode::Exclusive,
        _ => return None,
    };
    let is_async = matches!(lock, Lock::AsyncMutex | Lock::AsyncReadWrite) && is_sure && !is_blocking;
    Some(Taking { mode, is_sure, panics: *lock == Lock::RefCell, is_async })
}

/// Whether a type is a map or set that locks its shards.
pub(crate) fn is_sharded(of: &Type) -> bool {
    LOCKS.iter().any(|(path, lock)| *lock == Lock::Shards && of.is(path))
}

/// Whether the method of a map that locks its shards calls a closure meanwhile.
pub(crate) fn runs_closures(method: &str) -> bool {
    matches!(method, "alter" | "alter_all" | "remove_if" | "remove_if_mut" | "retain" | "view")
}

/// Whether a method of that name, which is given nothing, may take a lock.
pub(crate) fn is_taker(method: &str) -> bool {
    const NAMES: &[&str] = &["borrow", "borrow_mut", "lock", "read", "upgradable_read", "upgradeable_read", "write"];
    let name = method.strip_prefix("blocking_").unwrap_or(method);
    let name = name.strip_suffix("_owned").or_else(|| name.strip_suffix("_arc")).unwrap_or(name);
    NAMES.contains(&name)
}

/// Whether awaiting a method of that name may take a lock.
pub(crate) fn may_be_awaited(method: &str) -> bool {
    matches!(
        method,
        "lock" | "lock_owned" | "lock_arc" | "read" | "read_owned" | "write" | "write_owned" | "upgradable_read"
    )
}

/// How a guard of that type holds its lock; nothing where another guard does not matter.
pub(crate) fn held_by(guard: &Type) -> Option<Mode> {
    let Type::External(paths, _) = guard else { return None };
    let [path] = &paths[..] else { return None };
    let last = path.rsplit("::").next()?;
    match last {
        _ if last.contains("Reentrant") => None,
        "Ref" | "RefMulti" | "MappedRef" => Some(Mode::Shared),
        _ if last.contains("Upgradable") => Some(Mode::Upgradable),
        _ if last.contains("ReadGuard") && path.starts_with("spin::") => Some(Mode::Shared),
        _ if last.contains("ReadGuard") => Some(Mode::Queued),
        _ if last.ends_with("Guard") || last.starts_with("RefMut") || last.ends_with("Entry") => Some(Mode::Exclusive),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, taking};
    use crate::types::ty::Type;

    fn mode(of: &str, method: &str) -> Option<Mode> {
        taking(&Type::external(of, Vec::new()), method).map(|taking| taking.mode)
    }

    #[test]
    fn methods_take_locks() {
        assert_eq!(mode("std::sync::Mutex", "lock"), Some(Mode::Exclusive));
        assert_eq!(mode("tokio::sync::RwLock", "blocking_read"), Some(Mode::Queued));
        assert_eq!(mode("spin::RwLock", "read"), Some(Mode::Shared));
        assert_eq!(mode("std::sync::Mutex", "get_mut"), None);
        assert_eq!(mode("parking_lot::RwLock", "try_write_until"), Some(Mode::Exclusive));
        assert_eq!(mode("parking_lot::RwLock", "read_recursive"), Some(Mode::Shared));
        assert_eq!(mode("dashmap::DashMap", "get_mut"), Some(Mode::Exclusive));
        let tried = taking(&Type::external("std::cell::RefCell", Vec::new()), "try_borrow").unwrap();
        assert!(!tried.is_sure && tried.panics);
    }

    #[test]
    fn readers_let_readers_in() {
        assert!(
            !Mode::Queued.lets(Mode::Queued) && !Mode::Shared.lets(Mode::Queued) && Mode::Queued.lets(Mode::Shared)
        );
        assert!(Mode::Shared.lets(Mode::Shared) && Mode::Shared.lets(Mode::Upgradable));
        assert!(!Mode::Shared.lets(Mode::Exclusive) && !Mode::Upgradable.lets(Mode::Upgradable));
    }
}
