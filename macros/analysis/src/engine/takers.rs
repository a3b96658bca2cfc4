//! Which functions want jobs. What is marked in the arguments of any other stays a closure.

use crate::expand::jobs::Called;
use crate::source::{Here, Index};
use crate::types::names::{Def, Namespace, Resolution, Resolver};

/// The methods of the runtime that take jobs.
const METHODS: &[&str] = &[
    "add_job",
    "add_listener",
    "call_at",
    "call_later",
    "listen",
    "listen_all",
    "listen_filtered",
    "listen_once",
    "on_start",
    "on_state_change",
    "on_stop",
    "on_unload",
    "setup",
    "track_time_interval",
    "unload_with",
];

/// The types of the runtime that are made of jobs.
const TYPES: &[&str] = &["Coordinator", "Debouncer", "Entry"];

/// What the head of a function says that takes jobs.
const WORDS: &[&str] = &["Job", "Callback<", "Coroutine<", "Blocking<"];

/// Whether what is called may want jobs: functions of the runtime, and those of the crate that say so.
pub(super) fn takes_jobs(index: &mut Index, here: Option<Here>, called: &Called) -> bool {
    match called {
        Called::Method(name) => {
            METHODS.contains(&name.as_str())
                || index.methods_named(name).iter().any(|&method| index.head_holds(method, WORDS))
        }
        Called::Function(path) => {
            let of = path.segments.iter().rev().nth(1);
            let resolved = here.map(|here| Resolver::new(index).resolve(here.module, path, Namespace::Value));
            match resolved {
                _ if of.is_some_and(|of| TYPES.contains(&of.as_str())) => true,
                Some(Resolution::Def(Def::Function(function))) => index.head_holds(function, WORDS),
                Some(Resolution::Def(Def::External(paths))) => paths.iter().any(|path| path.starts_with("onloop::")),
                _ => true,
            }
        }
    }
}
