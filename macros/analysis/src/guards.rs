//! The lock guards and borrows that are alive at a point of the body.
//!
//! A guard lives to the end of its block if a variable holds it, to the end of its statement if nothing does, and to
//! the end of the construct if it is part of what `match`, `if let`, `while let` or `for` look at. It ends earlier when
//! it is moved, into `drop` or into any other call. Where ways join again it is gone only if it is gone on each.

use proc_macro2::TokenStream;

use crate::catalogue::own;
use crate::model::Context;
use crate::types::Type;

/// The types that hold a lock or a borrow for as long as they live.
const GUARDS: &[&str] = &[
    "parking_lot::MutexGuard",
    "parking_lot::RwLockReadGuard",
    "parking_lot::RwLockWriteGuard",
    "std::cell::Ref",
    "std::cell::RefMut",
    "std::sync::MutexGuard",
    "std::sync::RwLockReadGuard",
    "std::sync::RwLockWriteGuard",
];

/// Whether a type is a guard itself, not one in `Result` or `Option`.
pub(crate) fn is_guard(of: &Type) -> bool {
    of.is_any(GUARDS) || own::guard(of).is_some()
}

/// What a type guards, in words; nothing if it is no guard.
pub(crate) fn guarded(of: &Type) -> Option<&'static str> {
    let of = of.unwrapped();
    let Some(path) = GUARDS.iter().find(|path| of.is(path)) else {
        return own::guard(&of).map(|guard| guard.what);
    };
    Some(match *path {
        "std::cell::Ref" | "std::cell::RefMut" => "the borrow of a `RefCell`",
        path if path.starts_with("std") => "the guard of a `std` lock",
        _ => "the guard of a `parking_lot` lock",
    })
}

#[derive(Debug)]
struct Guard {
    /// The variable that holds it; nothing for a temporary.
    name: Option<String>,
    what: &'static str,
    /// The project lists its type.
    own: Option<own::Guard>,
    tokens: TokenStream,
    context: Context,
    /// Still inside `Result` or `Option`: any method takes it out.
    is_wrapped: bool,
    is_gone: bool,
    is_told: bool,
}

/// A guard that is alive across an `.await`.
#[derive(Debug)]
pub(crate) struct Crossing {
    pub(crate) what: &'static str,
    /// The project lists its type.
    pub(crate) own: Option<own::Guard>,
    pub(crate) name: Option<String>,
    /// The guard, to point at.
    pub(crate) tokens: TokenStream,
    pub(crate) context: Context,
    /// The first thing that is awaited meanwhile, as the user wrote it.
    pub(crate) awaited: String,
}

/// The end of a branch.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) gone: Vec<bool>,
    /// It surely goes on; a call at its end may be one that does not return.
    pub(crate) is_sure: bool,
}

/// The guards that are alive.
#[derive(Debug, Default)]
pub(crate) struct Live(Vec<Guard>);

impl Live {
    /// How many there are; see [`Live::end`].
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// All but the first `count` are gone: their block or statement has ended.
    pub(crate) fn end(&mut self, count: usize) {
        self.0.truncate(count);
    }

    pub(crate) fn hold(&mut self, name: Option<String>, is: &Type, tokens: TokenStream, context: Context) {
        let Some(what) = guarded(is) else { return };
        let (is_wrapped, own) = (!is_guard(is), own::guard(&is.unwrapped()));
        self.0.push(Guard { name, what, own, tokens, context, is_wrapped, is_gone: false, is_told: false });
    }

    /// A variable has been moved.
    pub(crate) fn moved(&mut self, name: &str) {
        if let Some(guard) = self.0.iter_mut().rev().find(|guard| guard.name.as_deref() == Some(name)) {
            guard.is_gone = true;
        }
    }

    /// A method is called on a variable.
    pub(crate) fn used(&mut self, name: &str) {
        let guard = self.0.iter_mut().rev().find(|guard| guard.name.as_deref() == Some(name));
        if let Some(guard) = guard.filter(|guard| guard.is_wrapped) {
            guard.is_gone = true;
        }
    }

    /// The variables that hold guards.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().filter_map(|guard| guard.name.clone()).collect()
    }

    /// Which of them are gone, for [`Live::go_back`] and [`Live::join`].
    pub(crate) fn state(&self) -> Vec<bool> {
        self.0.iter().map(|guard| guard.is_gone).collect()
    }

    pub(crate) fn go_back(&mut self, state: &[bool]) {
        for (guard, is_gone) in self.0.iter_mut().zip(state) {
            guard.is_gone = *is_gone;
        }
    }

    /// Ways join. A guard that is gone on one of them is alive behind only if it is alive on another that surely goes
    /// on; without any way there is nothing behind.
    pub(crate) fn join(&mut self, ways: &[Way]) {
        if ways.is_empty() {
            return;
        }
        for (n, guard) in self.0.iter_mut().enumerate() {
            let gone = |way: &Way| way.gone.get(n).copied().unwrap_or(true);
            guard.is_gone = ways.iter().any(gone) && !ways.iter().any(|way| way.is_sure && !gone(way));
        }
    }

    /// Those that are alive here, where something is awaited, and have not been told of yet.
    pub(crate) fn cross(&mut self, awaited: &str) -> Vec<Crossing> {
        let alive = self.0.iter_mut().filter(|guard| !guard.is_gone && !guard.is_told);
        alive
            .map(|guard| {
                guard.is_told = true;
                Crossing {
                    what: guard.what,
                    own: guard.own,
                    name: guard.name.clone(),
                    tokens: guard.tokens.clone(),
                    context: guard.context.clone(),
                    awaited: awaited.to_owned(),
                }
            })
            .collect()
    }
}
