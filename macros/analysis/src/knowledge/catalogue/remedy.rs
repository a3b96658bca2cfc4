//! What to do instead of a call that blocks: the tables and `onloop.toml` say it in a sentence, which is read here.

use crate::knowledge::toolbox::Toolbox;

/// The words for moving a call to the executor; sentences end with them.
const EXECUTOR: &str = "run it in the executor";

/// What to do instead of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy<'s> {
    /// Await the async function of this path, which takes the same arguments.
    Sibling(&'s str),
    /// Await what the sentence names.
    Await(&'s str),
    /// Run it in the executor. The text is what the sentence offers before that.
    Executor(&'s str),
    /// Something that needs neither.
    Text(&'s str),
}

impl<'s> Remedy<'s> {
    /// Reads the sentence of an entry.
    #[must_use]
    pub fn of(sentence: &'s str) -> Self {
        if let Some(before) = sentence.strip_suffix(EXECUTOR) {
            return Self::Executor(before);
        }
        let Some(awaited) = sentence.strip_prefix("await ") else { return Self::Text(sentence) };
        let path = awaited.strip_prefix('`').and_then(|path| path.strip_suffix("(..)` instead"));
        match path.filter(|path| !path.contains('`')) {
            Some(path) => Self::Sibling(path),
            None => Self::Await(sentence),
        }
    }

    /// Whether only code that may wait can do it.
    pub(crate) fn waits(self) -> bool {
        !matches!(self, Self::Text(_))
    }

    /// The sentence, with what runs a closure in the executor.
    pub(crate) fn sentence(self, tools: Toolbox) -> String {
        match self {
            Self::Sibling(path) => format!("await `{path}(..)` instead"),
            Self::Await(sentence) | Self::Text(sentence) => sentence.to_owned(),
            Self::Executor(before) => format!("{before}{EXECUTOR}: {}", tools.executor()),
        }
    }

    /// The same for the end of a longer sentence, which says where.
    pub(crate) fn clause(self, tools: Toolbox) -> String {
        match self {
            Self::Sibling(path) => format!("await `{path}(..)`"),
            Self::Await(sentence) | Self::Text(sentence) => {
                sentence.strip_suffix(" instead").unwrap_or(sentence).to_owned()
            }
            Self::Executor(_) => self.sentence(tools),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Remedy, Toolbox};
    use crate::knowledge::catalogue::calls;

    #[test]
    fn a_sentence_is_read() {
        assert_eq!(Remedy::of("await `tokio::fs::read(..)` instead"), Remedy::Sibling("tokio::fs::read"));
        let first = "await `a(..)` or `b(..)` instead";
        assert_eq!(Remedy::of(first), Remedy::Await(first));
        assert_eq!(Remedy::of("use `a`, or run it in the executor"), Remedy::Executor("use `a`, or "));
        assert_eq!(Remedy::of("keep it out of hot loops"), Remedy::Text("keep it out of hot loops"));
    }

    #[test]
    fn no_word_of_the_catalogue_is_lost() {
        let tools = Toolbox::default();
        for entry in calls() {
            let said = Remedy::of(entry.instead).sentence(tools);
            assert!(said.starts_with(entry.instead), "{}: {said}", entry.path);
        }
    }
}
