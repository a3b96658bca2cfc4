//! What the log calls a task or a job.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use crate::job::JobName;
use crate::scope::function_of;

/// What started the work: `` `poll` (made at src/station.rs:40)``, or for a job `` `station::on_tick` (src/station.rs:40)``.
#[derive(Debug, Clone)]
pub(super) enum Label {
    /// A future or closure somebody made, and the place in the source that did.
    Made { name: Name, at: &'static Location<'static> },
    /// A job, which has a place of its own.
    Job(JobName),
}

#[derive(Debug, Clone)]
pub(super) enum Name {
    /// The user's choice.
    Given(Cow<'static, str>),
    /// The function that made the future or closure, by its type: `station::poll`.
    Type(&'static str),
}

impl Label {
    /// The label of work with a name.
    #[track_caller]
    pub(super) fn given(name: Cow<'static, str>) -> Self {
        Self::Made { name: Name::Given(name), at: Location::caller() }
    }

    /// The label of work without one: what its type tells.
    #[track_caller]
    pub(super) fn of<W>() -> Self {
        Self::Made { name: Name::Type(function_of::<W>()), at: Location::caller() }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, at) = match self {
            Self::Made { name: Name::Given(name), at } => (&**name, at),
            Self::Made { name: Name::Type(name), at } => (*name, at),
            Self::Job(name) => return name.fmt(f),
        };
        write!(f, "`{name}` (made at {}:{})", at.file(), at.line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn poll_station() {
        std::future::ready(()).await;
    }

    fn label_of<W>(_: &W) -> String {
        Label::of::<W>().to_string()
    }

    #[test]
    fn a_future_is_called_after_its_function() {
        let label = label_of(&poll_station());
        assert!(label.starts_with("`onloop::hub::label::tests::poll_station` (made at "), "{label}");
    }

    #[test]
    fn a_given_name_is_left_as_it_is() {
        let label = Label::given("a::{{closure}}".into()).to_string();
        assert!(label.starts_with("`a::{{closure}}` (made at "), "{label}");
    }
}
