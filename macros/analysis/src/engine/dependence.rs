//! What findings depend on, for a host that keeps them from one run to the next.
//!
//! Findings in one file depend on
//!
//! * the text of that file;
//! * the [surface](crate::surface) of every file of the crate and of its path dependencies;
//! * the bodies of the functions that were asked about, and of those that they lead to;
//! * the bodies of all methods of a name, but only as far as one does what was asked: the answer was no.

use std::path::Path;

use super::Engine;
use super::suspects::Suspects;
use crate::source::FunctionId;

/// The body of a function: the number of its file, and its own in that file.
pub type Body = (usize, usize);

/// What was asked about bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The functions.
    pub bodies: Vec<Body>,
    /// The questions about all methods of a name that were answered with no.
    pub questions: Vec<Question>,
}

/// A question about all methods of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// The name.
    pub name: String,
    /// Whether one takes a lock that its caller may hold; otherwise, whether one blocks.
    pub about_locks: bool,
}

impl Engine {
    /// What was asked since the last call of this.
    pub fn asked_meanwhile(&mut self) -> Asked {
        let mut asked = std::mem::take(&mut self.summaries.asked);
        if asked.unnamed {
            self.implicit.note(&mut asked);
        }
        asked.functions.extend(std::mem::take(&mut self.index.looked_into));
        let about = |about_locks| move |name| Question { name, about_locks };
        let questions = asked.blocking.into_iter().map(about(false)).chain(asked.locking.into_iter().map(about(true)));
        Asked { bodies: asked.functions.into_iter().map(FunctionId::number).collect(), questions: questions.collect() }
    }

    /// Each body that was read, with those that it leads to.
    pub fn bodies(&self) -> impl Iterator<Item = (Body, Vec<Body>)> {
        self.summaries.read().map(|(of, leads_to)| (of.number(), leads_to.map(FunctionId::number).collect()))
    }

    /// The methods that a question is about.
    pub fn methods_asked(&mut self, question: &Question) -> Vec<Body> {
        self.index.methods_named(&question.name).iter().map(|method| method.number()).collect()
    }

    /// Answers a question.
    pub fn answer(&mut self, question: &Question) -> bool {
        let Engine { index, summaries, known, seen, .. } = self;
        let mut suspects = Suspects { index, summaries, known, seen, here: None, all: false };
        if question.about_locks {
            suspects.takes_locks_in_crate(&question.name)
        } else {
            suspects.blocks_in_crate(&question.name)
        }
    }

    /// The file of a body.
    #[must_use]
    pub fn file_of_body(&self, body: Body) -> &Path {
        self.index.path_of_file(body.0)
    }
}
