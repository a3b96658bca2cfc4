//! What the log calls a task or a job.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use crate::job::JobName;
use crate::scope::function_of;

/// What started the work: `` `poll` (made at src/station.rs:40)``, or for a job `` `station::on_tick` (src/station.rs:40)``.
///
/// Every task has one, and hardly one in a million is asked for it. So a label is three words that are copied, and what
/// costs more than that is found out when the label is shown.
#[derive(Debug, Clone)]
pub(super) enum Label {
    /// A future or closure, called after the function that made it, and the place in the source where it became work.
    Made { by: fn() -> &'static str, at: &'static Location<'static> },
    /// One with a name of the user's choice.
    Given(Arc<Given>),
    /// A job, which has a place of its own.
    Job(JobName),
}

#[derive(Debug)]
pub(super) struct Given {
    name: Cow<'static, str>,
    at: &'static Location<'static>,
}

impl Label {
    /// The label of work with a name.
    #[track_caller]
    pub(super) fn given(name: Cow<'static, str>) -> Self {
        Self::Given(Arc::new(Given { name, at: Location::caller() }))
    }

    /// The label of work without one: what its type tells.
    #[inline]
    #[track_caller]
    pub(super) fn of<W>() -> Self {
        Self::Made { by: function_of::<W>, at: Location::caller() }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, at) = match self {
            Self::Made { by, at } => (by(), at),
            Self::Given(given) => (&*given.name, &given.at),
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
    fn a_label_is_no_more_than_three_words() {
        assert_eq!(size_of::<Label>(), 3 * size_of::<usize>());
    }

    #[test]
    fn a_given_name_is_left_as_it_is() {
        let label = Label::given("a::{{closure}}".into()).to_string();
        assert!(label.starts_with("`a::{{closure}}` (made at "), "{label}");
    }
}
