//! What to do instead of a call that blocks, taken apart.
//!
//! The tables and `onloop.toml` write it as the end of a sentence: ways to do without the call, joined by `, or `, with an
//! optional `instead` behind them. Rules decide by the ways, and put them into words by what stands around the call.

/// One way to do without a call that blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy<'a> {
    /// `await ..`: what is awaited, as in "`tokio::fs::read(..)`" or "the future".
    Await(&'a str),
    /// `run it in the executor`.
    Executor,
    /// Anything else that one can do, as in "use `tokio::select!`".
    Do(&'a str),
}

/// The words for moving a call to the executor.
pub(crate) const EXECUTOR: &str = "run it in the executor";

/// The ways of a sentence.
pub(crate) fn remedies(instead: &str) -> impl Iterator<Item = Remedy<'_>> {
    let ways = instead.strip_suffix(" instead").unwrap_or(instead).trim_end_matches(',');
    ways.split(", or ").map(|way| match way.strip_prefix("await ") {
        Some(awaited) => Remedy::Await(awaited),
        None if way == EXECUTOR => Remedy::Executor,
        None => Remedy::Do(way),
    })
}

impl<'s> Remedy<'s> {
    /// The path of the async function to await, which takes the same arguments.
    #[must_use]
    pub fn sibling(self) -> Option<&'s str> {
        let Remedy::Await(awaited) = self else { return None };
        let path = awaited.strip_prefix('`')?.strip_suffix("(..)`")?;
        (!path.contains('`')).then_some(path)
    }

    /// Whether it takes a place that can wait.
    pub(crate) fn waits(self) -> bool {
        matches!(self, Remedy::Await(_) | Remedy::Executor)
    }

    /// In words, for a place that can wait. `method` is the path of what is called, if that is a method, and `executor`
    /// what runs a closure elsewhere.
    pub(crate) fn in_words(self, method: Option<&str>, executor: &str) -> String {
        match self {
            Remedy::Await(awaited) => match method {
                Some(method) => of_other_type(awaited, method),
                None => of_function(awaited),
            },
            Remedy::Executor => format!("{EXECUTOR}: {executor}"),
            Remedy::Do(what) => what.to_owned(),
        }
    }
}

/// What is called on a value that is made first, where it is offered instead of a function.
const ON_A_VALUE: &[&str] = &[
    "accept",
    "acquire",
    "call",
    "get_conn",
    "lock",
    "notified",
    "read",
    "readable",
    "reverse_lookup",
    "sync_all",
    "sync_data",
    "wait",
    "write",
];

/// Something to await instead of a function: a function that takes the same, or a method of a value that is made first.
fn of_function(awaited: &str) -> String {
    let parts = Remedy::Await(awaited).sibling().and_then(|path| path.rsplit_once("::"));
    match parts {
        Some((owner, name)) if names(owner).1.starts_with(char::is_uppercase) && ON_A_VALUE.contains(&name) => {
            of_other_type(awaited, "")
        }
        _ => format!("await {awaited}"),
    }
}

/// A method to await that another type has than the one which blocks: the type has to change, too.
fn of_other_type(awaited: &str, method: &str) -> String {
    let parts = Remedy::Await(awaited).sibling().and_then(|path| path.rsplit_once("::"));
    let Some((owner, name)) = parts else { return format!("await {awaited}") };
    let is_same = method.rsplit_once("::").is_some_and(|(of, _)| names(of) == names(owner));
    if owner.starts_with("tokio::io::Async") {
        format!("await {awaited} on a type of `tokio`")
    } else if is_same || owner.ends_with("Ext") || !names(owner).1.starts_with(char::is_uppercase) {
        format!("await {awaited}")
    } else {
        let article = if owner.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("await `{name}(..)` of {article} `{owner}`")
    }
}

/// The crate and the last name of a path: the same type may stand in several modules.
fn names(path: &str) -> (&str, &str) {
    (path.split("::").next().unwrap_or_default(), path.rsplit("::").next().unwrap_or_default())
}

/// Several ways as one sentence.
pub(crate) fn sentence(ways: &[Remedy], method: Option<&str>, executor: &str) -> String {
    let said: Vec<_> = ways.iter().map(|way| way.in_words(method, executor)).collect();
    let instead = match ways {
        [Remedy::Await(_)] => " instead",
        [Remedy::Do(what)] if what.starts_with("use ") => " instead",
        _ => "",
    };
    format!("{}{instead}", said.join(", or "))
}

#[cfg(test)]
mod tests {
    use super::{Remedy, remedies, sentence};

    #[test]
    fn a_sentence_is_taken_apart() {
        let ways = |text: &'static str| remedies(text).collect::<Vec<_>>();
        assert_eq!(ways("await `tokio::fs::read(..)` instead"), [Remedy::Await("`tokio::fs::read(..)`")]);
        assert_eq!(ways("use `sqlx`, or run it in the executor"), [Remedy::Do("use `sqlx`"), Remedy::Executor]);
        assert_eq!(ways("use `a`, or await `b(..)`, instead"), [Remedy::Do("use `a`"), Remedy::Await("`b(..)`")]);
    }

    #[test]
    fn a_method_is_no_function_that_takes_the_same() {
        let said = |awaited| sentence(&[Remedy::Await(awaited)], None, "");
        assert_eq!(said("`tokio::fs::File::open(..)`"), "await `tokio::fs::File::open(..)` instead");
        assert_eq!(said("`tokio::fs::File::sync_all(..)`"), "await `sync_all(..)` of a `tokio::fs::File` instead");
        assert_eq!(said("`tokio::fs::read(..)`"), "await `tokio::fs::read(..)` instead");
    }

    #[test]
    fn a_method_of_another_type_is_said_to_be_one() {
        for (method, awaited, expected) in [
            (
                "std::process::Child::wait",
                "`tokio::process::Child::wait(..)`",
                "await `wait(..)` of a `tokio::process::Child` instead",
            ),
            (
                "tokio::sync::mpsc::bounded::Receiver::blocking_recv",
                "`tokio::sync::mpsc::Receiver::recv(..)`",
                "await `tokio::sync::mpsc::Receiver::recv(..)` instead",
            ),
            ("std::path::Path::exists", "`tokio::fs::try_exists(..)`", "await `tokio::fs::try_exists(..)` instead"),
            (
                "std::io::Read::read",
                "`tokio::io::AsyncReadExt::read(..)`",
                "await `tokio::io::AsyncReadExt::read(..)` on a type of `tokio` instead",
            ),
        ] {
            assert_eq!(sentence(&[Remedy::Await(awaited)], Some(method), ""), expected);
        }
    }
}
