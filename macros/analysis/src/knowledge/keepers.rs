//! Which of onloop's own values end something when dropped: listeners, timers, hooks, guards of the watch and the trap.

/// What ends with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// What an `Unsubscribe` is for, in a word.
    Subscription(&'static str),
    /// A guard, by what it does.
    Guard(&'static str),
}

/// Methods by their names, each with the last name of the type that has it, and whether other types hardly have one of
/// that name.
const METHODS: &[(&str, &str, bool, Ends)] = &[
    ("listen", "Bus", false, Ends::Subscription("listener")),
    ("listen_all", "Bus", true, Ends::Subscription("listener")),
    ("listen_filtered", "Bus", true, Ends::Subscription("listener")),
    ("listen_once", "Bus", true, Ends::Subscription("listener")),
    ("call_at", "Hub", false, Ends::Subscription("timer")),
    ("call_later", "Hub", false, Ends::Subscription("timer")),
    ("on_start", "Hub", false, Ends::Subscription("hook")),
    ("on_stop", "Hub", false, Ends::Subscription("hook")),
    ("track_time_interval", "Hub", true, Ends::Subscription("timer")),
    ("add_listener", "Coordinator", false, Ends::Subscription("listener")),
    ("listen_to_coordinator", "Entity", true, Ends::Subscription("listener")),
    ("on_state_change", "Entry", false, Ends::Subscription("listener")),
    ("enter", "Watch", false, Ends::Guard("watches the thread")),
    ("fail_on_stall", "WatchBuilder", true, Ends::Guard("watches for stalls")),
];

/// Functions by their paths.
const FUNCTIONS: &[(&str, Ends)] = &[("onloop::trap::fail_on_violation", Ends::Guard("looks for calls that block"))];

/// The method that returns a type whose methods are listed.
const MAKERS: &[(&str, &str)] = &[("bus", "Bus"), ("watch", "WatchBuilder")];

/// What ends with what a method gives. `of`: the path of the receiver's type, if it is known; `made_by`: the method that
/// the receiver is called with.
pub(crate) fn method(name: &str, of: Option<&str>, made_by: Option<&str>) -> Option<Ends> {
    let (_, on, is_proof, ends) = METHODS.iter().find(|(method, ..)| *method == name)?;
    let is_it = match of {
        Some(of) => of.starts_with("onloop::") && of.rsplit("::").next() == Some(on),
        None => *is_proof || MAKERS.iter().any(|(maker, of)| Some(*maker) == made_by && of == on),
    };
    is_it.then_some(*ends)
}

/// What ends with what a function gives.
pub(crate) fn function(path: &str) -> Option<Ends> {
    FUNCTIONS.iter().find(|(function, _)| *function == path).map(|(_, ends)| *ends)
}

/// Whether some method of that name gives such a value.
pub(crate) fn is_method(name: &str) -> bool {
    METHODS.iter().any(|(method, ..)| *method == name)
}
