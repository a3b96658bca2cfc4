//! What the locks and channels of async crates give when awaited: the value inside may still block.

use crate::types::ty::Type;

/// What a method gives of the type that the lock or channel holds.
#[derive(Clone, Copy, Debug)]
enum Gives {
    Itself,
    Option,
    Result,
    /// A guard of that name.
    Guard(&'static str),
    /// The same in `Result`.
    Tried(&'static str),
}

const MUTEXES: &[&str] = &["tokio::sync::Mutex"];
const RW_LOCKS: &[&str] = &["tokio::sync::RwLock"];
const OTHER_MUTEXES: &[&str] =
    &["async_lock::Mutex", "async_std::sync::Mutex", "futures::lock::Mutex", "futures_util::lock::Mutex"];
const RECEIVERS: &[&str] = &["tokio::sync::mpsc::Receiver", "tokio::sync::mpsc::UnboundedReceiver"];
const GUARD: &str = "tokio::sync::MutexGuard";
const OWNED_GUARD: &str = "tokio::sync::OwnedMutexGuard";
const READ_GUARD: &str = "tokio::sync::RwLockReadGuard";
const WRITE_GUARD: &str = "tokio::sync::RwLockWriteGuard";

/// What a method of a type gives when it is awaited.
const AWAITED: &[(&[&str], &[&str], Gives)] = &[
    (MUTEXES, &["lock"], Gives::Guard(GUARD)),
    (MUTEXES, &["lock_owned"], Gives::Guard(OWNED_GUARD)),
    (OTHER_MUTEXES, &["lock"], Gives::Guard(GUARD)),
    (RW_LOCKS, &["read", "read_owned"], Gives::Guard(READ_GUARD)),
    (RW_LOCKS, &["write", "write_owned"], Gives::Guard(WRITE_GUARD)),
    (RECEIVERS, &["recv"], Gives::Option),
    (&["tokio::sync::broadcast::Receiver"], &["recv"], Gives::Result),
    (&["flume::Receiver"], &["recv_async"], Gives::Result),
    (&["tokio::sync::OnceCell"], &["get_or_init"], Gives::Itself),
    (&["tokio::sync::OnceCell"], &["get_or_try_init"], Gives::Result),
];

/// What it gives at once.
const AT_ONCE: &[(&[&str], &[&str], Gives)] = &[
    (MUTEXES, &["blocking_lock"], Gives::Guard(GUARD)),
    (MUTEXES, &["try_lock"], Gives::Tried(GUARD)),
    (MUTEXES, &["try_lock_owned"], Gives::Tried(OWNED_GUARD)),
    (RW_LOCKS, &["blocking_read"], Gives::Guard(READ_GUARD)),
    (RW_LOCKS, &["blocking_write"], Gives::Guard(WRITE_GUARD)),
    (RW_LOCKS, &["try_read"], Gives::Tried(READ_GUARD)),
    (RW_LOCKS, &["try_write"], Gives::Tried(WRITE_GUARD)),
    (RECEIVERS, &["blocking_recv"], Gives::Option),
    (RECEIVERS, &["try_recv"], Gives::Result),
    (&["tokio::sync::OnceCell"], &["get"], Gives::Option),
];

/// Futures of their own that give what they hold, or an error.
const FUTURES: &[&str] = &["tokio::sync::oneshot::Receiver", "tokio::task::JoinHandle"];

/// Functions of a type that give one when they are awaited.
const OPENERS: &[&str] = &["bind", "connect", "create", "create_new", "open"];

/// What a method of a type gives when it is awaited.
pub(crate) fn awaited(of: &Type, method: &str) -> Option<Type> {
    find(AWAITED, of, method)
}

/// What a method of a type gives at once.
pub(crate) fn at_once(of: &Type, method: &str) -> Option<Type> {
    find(AT_ONCE, of, method)
}

/// What a value gives that is awaited itself.
pub(crate) fn future(of: &Type) -> Option<Type> {
    of.is_any(FUTURES).then(|| Type::result(of.argument(0)))
}

/// What a function gives when it is awaited: `tokio::fs::File::open(..)`.
pub(crate) fn opened(path: &str) -> Option<Type> {
    let (of, name) = path.rsplit_once("::")?;
    let is_type = of.rsplit("::").next()?.starts_with(char::is_uppercase);
    (of.starts_with("tokio::") && is_type && OPENERS.contains(&name)).then(|| Type::external(of, Vec::new()))
}

/// Whether a type is the guard of such a lock.
pub(crate) fn is_guard(of: &Type) -> bool {
    of.is_any(&[GUARD, OWNED_GUARD, READ_GUARD, WRITE_GUARD])
}

fn find(table: &[(&[&str], &[&str], Gives)], of: &Type, method: &str) -> Option<Type> {
    let (.., gives) = table.iter().find(|(types, methods, _)| methods.contains(&method) && of.is_any(types))?;
    let held = of.argument(0);
    Some(match gives {
        Gives::Itself => held,
        Gives::Option => Type::option(held),
        Gives::Result => Type::result(held),
        Gives::Guard(guard) => Type::external(guard, vec![held]),
        Gives::Tried(guard) => Type::result(Type::external(guard, vec![held])),
    })
}
