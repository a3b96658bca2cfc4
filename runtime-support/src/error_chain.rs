//! Why something failed, as text and as an error.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::panics::discard;

/// An error of any kind. It prints with its causes: the outermost alone often says no more than "request failed".
pub(crate) struct ErrorChain(Box<dyn Error + Send + Sync>);

impl ErrorChain {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    pub(crate) fn error(&self) -> &(dyn Error + 'static) {
        &*self.0
    }

    pub(crate) fn into_error(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}

impl fmt::Display for ErrorChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = say(&*self.0);
        f.write_str(&said)?;
        let mut next = cause_of(&*self.0);
        // Some errors are their own cause.
        for _ in 0..MAX_CAUSES {
            let Some(error) = next else { break };
            let why = say(error);
            // Some errors repeat their cause in their own text.
            if !said.contains(&why) {
                write!(f, ": {why}")?;
            }
            said = why;
            next = cause_of(error);
        }
        Ok(())
    }
}

/// How many causes are reported.
const MAX_CAUSES: usize = 16;

/// What an error says is its cause, unless it panics about it.
fn cause_of(error: &dyn Error) -> Option<&(dyn Error + 'static)> {
    catch_unwind(AssertUnwindSafe(|| error.source())).unwrap_or_else(|payload| {
        discard(payload);
        None
    })
}

/// What an error says. Its words are the user's code, which may panic, and reasons are logged in the middle of our own
/// work.
fn say(error: &dyn Error) -> String {
    catch_unwind(AssertUnwindSafe(|| error.to_string())).unwrap_or_else(|payload| {
        discard(payload);
        "an error that panics when it is printed".to_owned()
    })
}

impl fmt::Debug for ErrorChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_ref().map(|layer| &**layer as _)
        }
    }

    /// Its cause is itself, or a panic.
    #[derive(Debug)]
    struct Odd {
        panics: bool,
    }

    impl fmt::Display for Odd {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(if self.panics { "the last word" } else { "round and round" })
        }
    }

    impl Error for Odd {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            assert!(!self.panics, "no cause");
            Some(self)
        }
    }

    #[test]
    fn a_cause_that_is_none_ends_the_tale() {
        assert_eq!(ErrorChain::new(Odd { panics: true }).to_string(), "the last word");
        assert_eq!(ErrorChain::new(Odd { panics: false }).to_string(), "round and round");
    }

    #[test]
    fn causes_are_told_once() {
        let innermost = Layer("connection refused", None);
        let repeats = Layer("cannot connect: connection refused", Some(Box::new(innermost)));
        let outermost = Layer("request failed", Some(Box::new(repeats)));
        assert_eq!(ErrorChain::new(outermost).to_string(), "request failed: cannot connect: connection refused");
        assert_eq!(ErrorChain::new("no answer").to_string(), "no answer");
    }
}
