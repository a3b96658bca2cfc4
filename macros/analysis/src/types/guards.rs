//! Which types hold a lock, a borrow or a span for as long as they live, and what creates them.
//!
//! [`guarded`] is the only place that decides whether a type is a guard.

use crate::knowledge::project;
use crate::syntax::quick::HashSet;
use crate::types::project::ProjectItems;
use crate::types::ty::Type;

/// What a guard holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    StdLock,
    ParkingLot,
    RefCell,
    Spin,
    Span,
    Console,
    /// A reference into a `dashmap`.
    Shard,
    /// The borrow of what a `watch` channel holds.
    Watch,
    /// No guard: a value whose destructor may block.
    Destructor,
    /// Of a lock that is awaited: it may be alive across another `.await`.
    Async,
    /// The project lists its type.
    Project(project::Guard),
}

impl Guarded {
    /// In words, as in "`guard` is ..".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Guarded::StdLock => "the guard of a `std` lock",
            Guarded::ParkingLot => "the guard of a `parking_lot` lock",
            Guarded::RefCell => "the borrow of a `RefCell`",
            Guarded::Spin => "the guard of a `spin` lock",
            Guarded::Span => "an entered `tracing` span",
            Guarded::Console => "the lock of the console",
            Guarded::Shard => "a reference into a `dashmap`, which locks a part of it",
            Guarded::Watch => "the borrow of a `watch` channel, which locks it",
            Guarded::Destructor => "a value with a destructor",
            Guarded::Async => "the guard of an async lock",
            Guarded::Project(project) => project.what,
        }
    }
}

/// The types that are guards.
const GUARDS: &[(&str, Guarded)] = &[
    ("dashmap::Entry", Guarded::Shard),
    ("dashmap::OccupiedEntry", Guarded::Shard),
    ("dashmap::VacantEntry", Guarded::Shard),
    ("dashmap::mapref::entry::Entry", Guarded::Shard),
    ("dashmap::mapref::entry::OccupiedEntry", Guarded::Shard),
    ("dashmap::mapref::entry::VacantEntry", Guarded::Shard),
    ("dashmap::mapref::multiple::RefMulti", Guarded::Shard),
    ("dashmap::mapref::multiple::RefMutMulti", Guarded::Shard),
    ("dashmap::mapref::one::MappedRef", Guarded::Shard),
    ("dashmap::mapref::one::MappedRefMut", Guarded::Shard),
    ("dashmap::mapref::one::Ref", Guarded::Shard),
    ("dashmap::mapref::one::RefMut", Guarded::Shard),
    ("dashmap::setref::multiple::RefMulti", Guarded::Shard),
    ("dashmap::setref::one::Ref", Guarded::Shard),
    ("lock_api::ArcMutexGuard", Guarded::ParkingLot),
    ("lock_api::ArcRwLockReadGuard", Guarded::ParkingLot),
    ("lock_api::ArcRwLockWriteGuard", Guarded::ParkingLot),
    ("parking_lot::ArcMutexGuard", Guarded::ParkingLot),
    ("parking_lot::ArcRwLockReadGuard", Guarded::ParkingLot),
    ("parking_lot::ArcRwLockWriteGuard", Guarded::ParkingLot),
    ("parking_lot::FairMutexGuard", Guarded::ParkingLot),
    ("parking_lot::MappedFairMutexGuard", Guarded::ParkingLot),
    ("parking_lot::MappedMutexGuard", Guarded::ParkingLot),
    ("parking_lot::MappedReentrantMutexGuard", Guarded::ParkingLot),
    ("parking_lot::MappedRwLockReadGuard", Guarded::ParkingLot),
    ("parking_lot::MappedRwLockWriteGuard", Guarded::ParkingLot),
    ("parking_lot::MutexGuard", Guarded::ParkingLot),
    ("parking_lot::ReentrantMutexGuard", Guarded::ParkingLot),
    ("parking_lot::RwLockReadGuard", Guarded::ParkingLot),
    ("parking_lot::RwLockUpgradableReadGuard", Guarded::ParkingLot),
    ("parking_lot::RwLockWriteGuard", Guarded::ParkingLot),
    ("spin::MutexGuard", Guarded::Spin),
    ("spin::RwLockReadGuard", Guarded::Spin),
    ("spin::RwLockUpgradableGuard", Guarded::Spin),
    ("spin::RwLockWriteGuard", Guarded::Spin),
    ("spin::mutex::MutexGuard", Guarded::Spin),
    ("spin::rwlock::RwLockReadGuard", Guarded::Spin),
    ("spin::rwlock::RwLockUpgradableGuard", Guarded::Spin),
    ("spin::rwlock::RwLockWriteGuard", Guarded::Spin),
    ("std::cell::Ref", Guarded::RefCell),
    ("std::cell::RefMut", Guarded::RefCell),
    ("std::io::StderrLock", Guarded::Console),
    ("std::io::StdoutLock", Guarded::Console),
    ("std::sync::MappedMutexGuard", Guarded::StdLock),
    ("std::sync::MappedRwLockReadGuard", Guarded::StdLock),
    ("std::sync::MappedRwLockWriteGuard", Guarded::StdLock),
    ("std::sync::MutexGuard", Guarded::StdLock),
    ("std::sync::ReentrantLockGuard", Guarded::StdLock),
    ("std::sync::RwLockReadGuard", Guarded::StdLock),
    ("std::sync::RwLockWriteGuard", Guarded::StdLock),
    ("tokio::sync::watch::Ref", Guarded::Watch),
    ("tracing::span::Entered", Guarded::Span),
    ("tracing::span::EnteredSpan", Guarded::Span),
];

/// The paths of all known guards.
pub fn guards() -> impl Iterator<Item = &'static str> {
    GUARDS.iter().map(|(path, _)| *path)
}

/// What a method gives its guard in.
#[derive(Clone, Copy, Debug)]
enum In {
    Itself,
    Iterator,
    Option,
    Result,
}

/// The methods that give a guard: the type they are called on, their names, and what they give.
const GIVERS: &[(&str, &[&str], In, &str)] = &[
    ("parking_lot::FairMutex", &["lock"], In::Itself, "parking_lot::FairMutexGuard"),
    (
        "parking_lot::FairMutex",
        &["try_lock", "try_lock_for", "try_lock_until"],
        In::Option,
        "parking_lot::FairMutexGuard",
    ),
    ("parking_lot::Mutex", &["lock"], In::Itself, "parking_lot::MutexGuard"),
    ("parking_lot::Mutex", &["lock_arc"], In::Itself, "parking_lot::ArcMutexGuard"),
    ("parking_lot::Mutex", &["try_lock", "try_lock_for", "try_lock_until"], In::Option, "parking_lot::MutexGuard"),
    ("parking_lot::Mutex", &["try_lock_arc"], In::Option, "parking_lot::ArcMutexGuard"),
    ("parking_lot::ReentrantMutex", &["lock"], In::Itself, "parking_lot::ReentrantMutexGuard"),
    ("parking_lot::ReentrantMutex", &["try_lock"], In::Option, "parking_lot::ReentrantMutexGuard"),
    ("parking_lot::RwLock", &["read", "read_recursive"], In::Itself, "parking_lot::RwLockReadGuard"),
    ("parking_lot::RwLock", &["read_arc"], In::Itself, "parking_lot::ArcRwLockReadGuard"),
    (
        "parking_lot::RwLock",
        &["try_read", "try_read_for", "try_read_until"],
        In::Option,
        "parking_lot::RwLockReadGuard",
    ),
    ("parking_lot::RwLock", &["upgradable_read"], In::Itself, "parking_lot::RwLockUpgradableReadGuard"),
    ("parking_lot::RwLock", &["try_upgradable_read"], In::Option, "parking_lot::RwLockUpgradableReadGuard"),
    ("parking_lot::RwLock", &["write"], In::Itself, "parking_lot::RwLockWriteGuard"),
    ("parking_lot::RwLock", &["write_arc"], In::Itself, "parking_lot::ArcRwLockWriteGuard"),
    (
        "parking_lot::RwLock",
        &["try_write", "try_write_for", "try_write_until"],
        In::Option,
        "parking_lot::RwLockWriteGuard",
    ),
    ("spin::Mutex", &["lock"], In::Itself, "spin::MutexGuard"),
    ("spin::Mutex", &["try_lock"], In::Option, "spin::MutexGuard"),
    ("spin::mutex::Mutex", &["lock"], In::Itself, "spin::mutex::MutexGuard"),
    ("spin::mutex::Mutex", &["try_lock"], In::Option, "spin::mutex::MutexGuard"),
    ("spin::RwLock", &["read"], In::Itself, "spin::RwLockReadGuard"),
    ("spin::RwLock", &["try_read"], In::Option, "spin::RwLockReadGuard"),
    ("spin::RwLock", &["upgradeable_read"], In::Itself, "spin::RwLockUpgradableGuard"),
    ("spin::RwLock", &["try_upgradeable_read"], In::Option, "spin::RwLockUpgradableGuard"),
    ("spin::RwLock", &["write"], In::Itself, "spin::RwLockWriteGuard"),
    ("spin::RwLock", &["try_write"], In::Option, "spin::RwLockWriteGuard"),
    ("spin::rwlock::RwLock", &["read"], In::Itself, "spin::rwlock::RwLockReadGuard"),
    ("spin::rwlock::RwLock", &["try_read"], In::Option, "spin::rwlock::RwLockReadGuard"),
    ("spin::rwlock::RwLock", &["upgradeable_read"], In::Itself, "spin::rwlock::RwLockUpgradableGuard"),
    ("spin::rwlock::RwLock", &["try_upgradeable_read"], In::Option, "spin::rwlock::RwLockUpgradableGuard"),
    ("spin::rwlock::RwLock", &["write"], In::Itself, "spin::rwlock::RwLockWriteGuard"),
    ("spin::rwlock::RwLock", &["try_write"], In::Option, "spin::rwlock::RwLockWriteGuard"),
    ("std::cell::RefCell", &["borrow"], In::Itself, "std::cell::Ref"),
    ("std::cell::RefCell", &["borrow_mut"], In::Itself, "std::cell::RefMut"),
    ("std::cell::RefCell", &["try_borrow"], In::Result, "std::cell::Ref"),
    ("std::cell::RefCell", &["try_borrow_mut"], In::Result, "std::cell::RefMut"),
    ("std::io::Stderr", &["lock"], In::Itself, "std::io::StderrLock"),
    ("std::io::Stdout", &["lock"], In::Itself, "std::io::StdoutLock"),
    ("std::sync::Mutex", &["lock", "try_lock"], In::Result, "std::sync::MutexGuard"),
    ("std::sync::ReentrantLock", &["lock"], In::Itself, "std::sync::ReentrantLockGuard"),
    ("std::sync::RwLock", &["read", "try_read"], In::Result, "std::sync::RwLockReadGuard"),
    ("std::sync::RwLock", &["write", "try_write"], In::Result, "std::sync::RwLockWriteGuard"),
    ("tokio::sync::watch::Receiver", &["borrow", "borrow_and_update"], In::Itself, "tokio::sync::watch::Ref"),
    ("tokio::sync::watch::Sender", &["borrow"], In::Itself, "tokio::sync::watch::Ref"),
    ("tracing::Span", &["enter"], In::Itself, "tracing::span::Entered"),
    ("tracing::Span", &["entered"], In::Itself, "tracing::span::EnteredSpan"),
    ("tracing::span::Span", &["enter"], In::Itself, "tracing::span::Entered"),
    ("tracing::span::Span", &["entered"], In::Itself, "tracing::span::EnteredSpan"),
];

/// Those whose names nearly every type has.
const SHARD_GIVERS: &[(&str, &[&str], In, &str)] = &[
    ("dashmap::DashMap", &["entry"], In::Itself, "dashmap::mapref::entry::Entry"),
    ("dashmap::DashMap", &["get", "try_get"], In::Option, "dashmap::mapref::one::Ref"),
    ("dashmap::DashMap", &["get_mut", "try_get_mut"], In::Option, "dashmap::mapref::one::RefMut"),
    ("dashmap::DashMap", &["iter"], In::Iterator, "dashmap::mapref::multiple::RefMulti"),
    ("dashmap::DashMap", &["iter_mut"], In::Iterator, "dashmap::mapref::multiple::RefMutMulti"),
    ("dashmap::DashSet", &["get"], In::Option, "dashmap::setref::one::Ref"),
    ("dashmap::DashSet", &["iter"], In::Iterator, "dashmap::setref::multiple::RefMulti"),
    (
        "dashmap::mapref::entry::Entry",
        &["insert", "or_default", "or_insert", "or_insert_with"],
        In::Itself,
        "dashmap::mapref::one::RefMut",
    ),
    ("dashmap::mapref::entry::OccupiedEntry", &["into_ref"], In::Itself, "dashmap::mapref::one::RefMut"),
    ("dashmap::mapref::entry::VacantEntry", &["insert"], In::Itself, "dashmap::mapref::one::RefMut"),
    ("dashmap::mapref::one::RefMut", &["downgrade"], In::Itself, "dashmap::mapref::one::Ref"),
];

/// The type of a guard that a method of a type gives.
pub(crate) fn given(of: &Type, method: &str) -> Option<Type> {
    let mut givers = GIVERS.iter().chain(SHARD_GIVERS);
    let (_, _, within, guard) = givers.find(|(giver, methods, ..)| methods.contains(&method) && of.is(giver))?;
    let has_key = guard.starts_with("dashmap::mapref::");
    let held = if has_key { vec![of.argument(0), of.argument(1)] } else { vec![of.argument(0)] };
    let guard = Type::external(guard, held);
    Some(match within {
        In::Iterator => Type::iterator(guard),
        In::Itself => guard,
        In::Option => Type::option(guard),
        In::Result => Type::result(guard),
    })
}

/// What a loop over a map of `dashmap` gives in each round.
pub(crate) fn of_each(map: &Type) -> Option<Type> {
    map.is("dashmap::DashMap").then(|| Type::external("dashmap::mapref::multiple::RefMulti", vec![map.argument(1)]))
}

/// Whether a method of that name may give a guard: one of the table, or an own one as such are called.
pub(crate) fn is_giver(method: &str) -> bool {
    thread_local! {
        static NAMES: HashSet<&'static str> = GIVERS.iter().flat_map(|(_, methods, ..)| methods.iter().copied()).collect();
    }
    NAMES.with(|names| names.contains(method)) || ["borrow", "guard", "lock"].iter().any(|part| method.contains(part))
}

/// Whether a function, by its path, is a method that gives a guard: `RefCell::borrow(&cell)`.
pub(crate) fn given_by_path(path: &str) -> Option<Type> {
    let (of, method) = path.rsplit_once("::")?;
    given(&Type::external(of, Vec::new()), method)
}

/// What becomes of a guard that is given to a function of its own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// It comes back as another guard of the same lock.
    Back,
    /// It comes back as one beside which others may read.
    BackShared,
    /// It comes back, in `Result` or `Option`.
    BackWrapped,
    /// Two come back.
    Split,
}

/// `MutexGuard::map(guard, ..)` and the like.
pub(crate) fn passed(path: &str) -> Option<Passed> {
    let (of, name) = path.rsplit_once("::")?;
    GUARDS.iter().find(|(guard, _)| *guard == of)?;
    match name {
        "downgrade" | "downgrade_to_upgradable" => Some(Passed::BackShared),
        "map" | "upgrade" => Some(Passed::Back),
        "filter_map" | "try_map" | "try_upgrade" => Some(Passed::BackWrapped),
        "map_split" => Some(Passed::Split),
        _ => None,
    }
}

/// Whether a type is a guard itself, not one in `Result` or `Option`.
pub(crate) fn is_guard(known: &ProjectItems, of: &Type) -> bool {
    GUARDS.iter().any(|(path, _)| of.is(path)) || known.guard(of).is_some()
}

/// What a type guards, and in how many `Result`s and `Option`s; `None` if it is not a guard.
pub(crate) fn guarded(known: &ProjectItems, of: &Type) -> Option<(Guarded, usize)> {
    let mut of = of.clone();
    for wraps in 0..4 {
        // It is not known which of several types it is.
        if let Some((_, what)) = GUARDS.iter().find(|(path, _)| of.is(path) && !of.is_ambiguous()) {
            return Some((*what, wraps));
        }
        if let Some(project) = known.guard(&of) {
            return Some((Guarded::Project(project), wraps));
        }
        let inner = of.unwrapped();
        if inner == of {
            return None;
        }
        of = inner;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{GIVERS, GUARDS, SHARD_GIVERS};
    use crate::types::locks::{Mode, held_by, taking};
    use crate::types::ty::Type;

    /// The tables of guards and of locks say the same, so that whoever adds a guard is told what is missing.
    #[test]
    fn whoever_gives_a_guard_takes_its_lock() {
        let is_of_map = |of: &str| of == "dashmap::DashMap" || of == "dashmap::DashSet";
        let of_maps = SHARD_GIVERS.iter().filter(|(of, ..)| is_of_map(of));
        for (of, methods, _, guard) in GIVERS.iter().chain(of_maps) {
            assert!(GUARDS.iter().any(|(known, _)| known == guard), "`{guard}` is not among the guards");
            let Some(held) = held_by(&Type::external(guard, Vec::new())) else { continue };
            for method in *methods {
                let taken = taking(&Type::external(of, Vec::new()), method).map(|taking| taking.mode);
                // The guard is the same, however the reader came in.
                let taken = taken.map(|mode| if *method == "read_recursive" { Mode::Queued } else { mode });
                assert_eq!(taken, Some(held), "`{of}::{method}` gives a `{guard}`");
            }
        }
    }
}
